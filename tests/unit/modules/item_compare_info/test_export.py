# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table by an export of now: as it is at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import item_compare_info
from local_aws.client import samples
from tests.integration.state import mutations
from tests.unit.support import restorable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_aws.client.fixtures import Account
    from tests.unit.support.restorable import BackedUp

    Play = Callable[..., dict[str, Any]]


@pytest.fixture(name="made")
def fixture_made(account: Account) -> Iterator[BackedUp]:
    account.aws.control("POST", "exports", real_seconds=0.2)
    yield restorable.backed_up(account, samples.simple("orders", 30))
    account.aws.control("POST", "exports", real_seconds=1.5)


def test_it_is_compared_without_reading_the_table(account: Account, play: Play, made: BackedUp) -> None:
    client = account.client("dynamodb")
    client.delete_item(TableName="orders", Key={"id": {"S": "orders-3"}})
    client.put_item(TableName="orders", Item={"id": {"S": "orders-1"}, "number": {"N": "7"}})
    options = {"table": "orders", "bucket": made.bucket, "live_by": "export", "wait_sleep": 0.05}
    account.forget_calls()
    planned = play(item_compare_info, check=True, **options)
    assert mutations(account) == []
    assert planned["plan"]["calls"]["ExportTableToPointInTime"] == 1
    assert "per GB exported" in planned["plan"]["price"]
    assert {"dynamodb:ExportTableToPointInTime", "s3:PutObject"} <= set(planned["plan"]["rights"])
    assert "dynamodb:Scan" not in planned["plan"]["rights"]

    answer = play(item_compare_info, **options)
    assert not answer.get("failed"), answer["msg"]
    assert not {"Scan", "BatchGetItem", "GetItem"} & {each["operation"] for each in account.calls()}
    assert (answer["compared"]["same"], answer["compared"]["changed"], answer["compared"]["missing"]) == (
        28,
        1,
        1,
    )
    found = answer["found"]
    assert (found["kind"], found["table"]) == ("export", "orders")
    assert found["location"].startswith(f"s3://{made.bucket}/exports/orders/")
    assert f"as it was at {found['taken']}, by an export" in answer["msg"]

    # Another call has another export: what was written since is in it.
    client.put_item(TableName="orders", Item={"id": {"S": "orders-3"}, "number": {"N": "3"}})
    account.aws.advance(minutes=10)
    again = play(item_compare_info, **options)
    assert (again["compared"]["same"], again["compared"]["missing"]) == (29, 0)


def test_it_needs_point_in_time_recovery(account: Account, play: Play, made: BackedUp) -> None:
    """Which shows before anything is begun, also in check mode; a scan does without."""
    off = {"PointInTimeRecoveryEnabled": False}
    account.client("dynamodb").update_continuous_backups(
        TableName="orders", PointInTimeRecoverySpecification=off
    )
    options = {"table": "orders", "bucket": made.bucket}
    for check in (True, False):
        told = play(item_compare_info, check=check, live_by="export", **options)
        assert told["failed"]
        assert "point-in-time recovery" in told["msg"].lower()
    assert play(item_compare_info, **options)["equal"]
