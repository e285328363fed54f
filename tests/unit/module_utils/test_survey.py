# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a look at the account says against deploying."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan import make_plan
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._survey import (
    RefusedError,
    Survey,
    problems,
    refuse,
    unready,
)

BUCKETS = {"BucketName": "tablekeeper-1-eu-west-1", "LogBucketName": "tablekeeper-logs-1-eu-west-1"}
RECORD = {"name": "catalog", "days": 7, "enabled": True}


def found(**more: Any) -> Survey:
    given = {"account": "1", "store": {"InventoryHost": "shop"}, "deployed": {"catalog": ("export", RECORD)}}
    return Survey(**(given | more))


def refusal(survey: Survey, previous_host: str = "", **settings: Any) -> str:
    plan = make_plan(["orders"], region="eu-west-1", **settings)
    with pytest.raises(RefusedError) as error:
        refuse(survey, plan, BUCKETS, "shop", previous_host, dt.date(2026, 11, 28))
    return str(error.value)


def passes(survey: Survey, previous_host: str = "", **settings: Any) -> None:
    plan = make_plan(["orders"], region="eu-west-1", **settings)
    refuse(survey, plan, BUCKETS, "shop", previous_host, dt.date(2026, 11, 28))


def test_a_table_that_exists_and_is_no_longer_listed_needs_a_yes() -> None:
    survey = found(unlisted={"catalog": True})
    told = refusal(survey)
    assert told.startswith("Nothing was changed: catalog is backed up, but no longer in tablekeeper_tables.")
    assert "tablekeeper_stop_backups_of: [catalog]" in told
    assert "by 2026-12-06 at the latest" in told
    passes(survey, stop_backups_of=["catalog"])


def test_a_table_that_is_gone_or_was_stopped_before_needs_none() -> None:
    passes(found(unlisted={"catalog": False}))
    passes(found(unlisted={"catalog": True}, deployed={"catalog": ("export", RECORD | {"enabled": False})}))


def test_what_another_host_deployed_is_left_alone_unless_that_was_renamed() -> None:
    survey = found(store={"InventoryHost": "team-stock"})
    told = refusal(survey)
    assert "were deployed by the host team-stock of an inventory, and this is shop" in told
    assert "-e tablekeeper_previous_host=team-stock" in told
    passes(survey, previous_host="team-stock")
    passes(found(store={}))


def test_another_prefix_of_this_host_needs_a_yes_and_one_of_another_host_none() -> None:
    other = {"prefix": "old", "host": "shop", "stacks": ["old-export-1", "old-export-2"]}
    survey = found(beside=(other,))
    told = refusal(survey)
    assert "shop backs up account 1 in eu-west-1 already, under the prefix old (old-export-1, old-" in told
    assert "playbook with --limit shop -e tablekeeper_prefix=old -e teardown_confirm=old@1, then" in told
    assert told.endswith("if both are wanted, say so with -e tablekeeper_beside=old.")
    passes(survey, beside=["old"])
    passes(found(beside=({**other, "host": "stock"},)))
    assert "stock backs up" in refusal(found(beside=({**other, "host": "stock"},)), previous_host="stock")


def test_a_bucket_keeps_its_name() -> None:
    told = refusal(found(store={"BucketName": "old"}))
    asked = "the inventory asks for tablekeeper-1-eu-west-1."
    assert told.startswith(f"tablekeeper-store has the buckets old, {asked}")


def test_tables_that_cannot_be_backed_up_are_told_each_kind_once() -> None:
    survey = found(missing=("ordres", "catalog"), disabled=("sessions",))
    settings = make_plan(["orders"], region="eu-west-1").settings
    unknown, gone, off = problems(survey, settings)
    assert "no table of account 1 in eu-west-1: ordres. Correct the names" in unknown
    assert gone.startswith("These tables were backed up and are gone from account 1 in eu-west-1: catalog.")
    assert off.startswith("Point-in-time recovery is off for: sessions. Without it")
    assert unready(survey, settings) == ["ordres", "catalog", "sessions"]


def test_what_is_switched_on_is_no_problem_but_where_that_failed() -> None:
    later = {"users": "ContinuousBackupsUnavailableException: wait"}
    survey = found(disabled=("sessions", "users"), failed=later)
    settings = make_plan(["orders"], region="eu-west-1", enable_pitr=True).settings
    (told,) = problems(survey, settings)
    assert told.startswith(f"Point-in-time recovery of users could not be switched on ({later['users']}).")
    assert unready(survey, settings) == ["users"]


def test_a_key_that_cannot_be_used_is_told_before_anything_is_made() -> None:
    key = "arn:aws:kms:eu-west-1:1:key/2"
    assert f"the key {key} does not exist" in refusal(found(keys={key: ""}))
    assert f"the key {key} is PendingDeletion" in refusal(found(keys={key: "PendingDeletion"}))
    passes(found(keys={key: "Enabled"}))
    passes(found(keys={key: "unknown"}))
