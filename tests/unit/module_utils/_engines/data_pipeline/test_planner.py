# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the shared parts of a plan say of tables and settings of this engine."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import naming
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.mistakes import PlanError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.surveying import RefusedError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.ownership import is_ours
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.deployment import deployment
from ansible_collections.tablekeeper.dynamodb.tests.unit.support.inventories import deployed, planned
from tests.unit.support.rendering import store

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
PIPED = {"name": "orders", "engine": "data_pipeline"}


def test_logs_are_kept_for_as_long_as_is_said_in_a_bucket_of_that_name() -> None:
    own: dict[str, Any] = {"log_retention_days": 14, "log_bucket_name": "logs"}
    plan = planned([PIPED], now=NOON, data_pipeline=own)
    bucket = store(plan)["Resources"]["LogBucket"]["Properties"]
    assert bucket["BucketName"] == "logs"
    assert [rule["ExpirationInDays"] for rule in bucket["LifecycleConfiguration"]["Rules"]] == [14]


def test_no_prefix_ends_like_a_stack() -> None:
    with pytest.raises(PlanError, match="tablekeeper_prefix"):
        planned(["orders"], prefix="a-data-pipeline-12")
    assert naming.stack("shop", "data_pipeline", 1) == "shop-data-pipeline-1"
    assert is_ours("shop-data-pipeline-1", {"tablekeeper-prefix": "shop"}, "", ())


def test_a_table_that_moves_here_is_watched_anew() -> None:
    before = planned(["orders"], armed=True)
    (table,) = planned([PIPED], existing=deployed(before), now=NOON).stacks[-1].tables
    assert (table.armed, table.alarm) == (False, "tablekeeper-missed-orders/data_pipeline")


def work(*entries: Any, **told: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "now": NOON.isoformat(), "account_id": "123456789012", "stacks": [], "missing": [], "disabled": [],
        "key_states": {}, "unlisted": {}, "beside": [], "standing": {},
        "existing": {"retention_days": [], "log_bucket": False, "stacks": {}},
        "engines": {"data_pipeline": {"refusal": "", "known": {}, **told}},
    }  # fmt: skip
    return deployment(list(entries), {}, {"region": "eu-west-1"}, found, host="shop")


def test_nothing_is_deployed_where_the_service_cannot_be_used() -> None:
    with pytest.raises(RefusedError, match=r"^not for you$"):
        work(PIPED, refusal="not for you")


def test_what_clusters_take_is_told_and_may_be_too_much() -> None:
    size = {"name": "orders", "bytes": 2**30, "read_capacity": 10_000}
    done = work(PIPED, known={"tables": [size], "pipelines": []})
    assert done["estimate"][1].startswith("orders")
    assert done["refused"] == ""
    slow = {**size, "bytes": 2**50, "read_capacity": 1}
    done = work(PIPED, known={"tables": [slow], "pipelines": []})
    assert "and its cluster is stopped after 6" in done["refused"]
