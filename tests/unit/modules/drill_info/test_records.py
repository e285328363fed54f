# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module drill_info reads of the records in a bucket."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model import drill
from ansible_collections.tablekeeper.dynamodb.plugins.modules import drill_info
from tests.unit.modules.status_info.machinery import Machinery, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Play = Callable[..., dict[str, Any]]


@pytest.fixture(name="target", autouse=True)
def fixture_target(account: Account) -> Machinery:
    """Two tables, of which one was drilled today, a month ago and two years ago."""
    target = Machinery(account)
    target.deploy_store()
    target.deploy(record("orders"), record("carts"))
    now = account.aws.now()
    for days, verdict in ((0, drill.PASSED), (30, drill.FAILED), (730, drill.PASSED)):
        key = drill.key("orders", now - timedelta(days=days), verdict)
        body = json.dumps({"table": "orders", "verdict": verdict}).encode()
        account.client("s3").put_object(Bucket=target.bucket, Key=key, Body=body)
    account.client("s3").put_object(Bucket=target.bucket, Key="drills/orders/notes.txt", Body=b"mine")
    return target


def test_those_of_the_period_newest_first(target: Machinery, play: Play) -> None:
    told = play(drill_info)
    assert [each["verdict"] for each in told["drills"]] == ["passed", "failed"]
    assert told["drills"][0]["record"].startswith(f"s3://{target.bucket}/drills/orders/")
    assert told["never_drilled"] == ["carts"]
    assert len(play(drill_info, days=1000)["drills"]) == 3
    assert len(play(drill_info, days=1)["drills"]) == 1
    assert play(drill_info, tables=["carts"])["drills"] == []


def test_the_bucket_is_enough(target: Machinery, play: Play) -> None:
    told = play(drill_info, prefix="mine", bucket=target.bucket)
    assert len(told["drills"]) == 2
    assert "There is no stack mine-store" in play(drill_info, prefix="mine")["msg"]


def test_a_record_that_somebody_has_changed_is_told(account: Account, target: Machinery, play: Play) -> None:
    key = drill.key("carts", account.aws.now(), drill.PASSED)
    account.client("s3").put_object(Bucket=target.bucket, Key=key, Body=b"no")
    assert f"s3://{target.bucket}/{key} is no record of a drill" in play(drill_info)["msg"]


def test_a_period_of_no_days_is_refused(play: Play) -> None:
    assert "days is 0" in play(drill_info, days=0)["msg"]
