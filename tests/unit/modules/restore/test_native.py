# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The ways in which DynamoDB restores by itself: point-in-time recovery, and its own backups."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import state
from ansible_collections.tablekeeper.dynamodb.plugins.modules import restore
from local_aws.client import samples
from tests.unit.support import restorable
from tests.unit.support.killing import killed_in, killed_when_made

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Play = Callable[..., dict[str, Any]]

NAME = "orders-again"
pytestmark = pytest.mark.newest


def orders(account: Account) -> Any:
    """A table that has everything, with point-in-time recovery."""
    table = next(each for each in samples.samples() if each.name == "orders")
    samples.create(account.client("dynamodb"), (table,))
    return table


def again(play: Play, account: Account, **options: Any) -> dict[str, Any]:
    bucket = restorable.bucket(account)
    return play(restore, **{"table": "orders", "to": NAME, "bucket": bucket, "wait_sleep": 0.05, **options})


def spoiled(account: Account) -> list[dict[str, Any]]:
    """Items are lost, an hour after they were good; returned is what was good."""
    before = restorable.items(account, "orders")
    account.aws.advance(hours=1)
    for item in before[:20]:
        key = {name: item[name] for name in ("customer", "placed")}
        account.client("dynamodb").delete_item(TableName="orders", Key=key)
    account.aws.advance(minutes=10)
    return before


def test_a_moment_of_the_window(account: Account, play: Play) -> None:
    orders(account)
    account.aws.advance(minutes=10)
    moment = account.aws.now()
    before = spoiled(account)
    answer = again(play, account, point=moment.isoformat())
    assert answer.get("succeeded"), answer["msg"]
    assert (answer["way"], answer["compared"]["found"]) == ("pitr", 60)
    assert restorable.items(account, NAME) == before
    table = account.client("dynamodb").describe_table(TableName=NAME)["Table"]
    assert {each["IndexName"] for each in table["LocalSecondaryIndexes"]} == {"by-total"}
    assert table["StreamSpecification"]["StreamEnabled"]


def test_an_export_whose_moment_the_window_has_is_compared_with_its_files(
    account: Account, play: Play
) -> None:
    orders(account)
    account.aws.advance(minutes=10)
    made = restorable.point(account, "orders", "20261123T140003Z-1a2b3c4d")
    before = spoiled(account)
    answer = again(play, account)
    assert answer.get("succeeded"), answer["msg"]
    assert (answer["way"], answer["point"]["id"]) == ("pitr", made.run)
    assert answer["compared"]["same"] == 60
    assert restorable.items(account, NAME) == before


@pytest.mark.parametrize("deleted", [False, True])
def test_a_backup_of_dynamodb_s_own(account: Account, play: Play, *, deleted: bool) -> None:
    orders(account)
    client = account.client("dynamodb")
    before = restorable.items(account, "orders")
    arn = client.create_backup(TableName="orders", BackupName="before")["BackupDetails"]["BackupArn"]
    account.aws.advance(minutes=1)
    if deleted:
        client.delete_table(TableName="orders")
    answer = again(play, account, point=arn)
    assert answer.get("succeeded"), answer["msg"]
    assert answer["way"] == "backup"
    assert restorable.items(account, NAME) == before
    tags = client.list_tags_of_resource(ResourceArn=answer["target_arn"])["Tags"]
    assert {"tablekeeper:restore", "tablekeeper:restored-from"} <= {each["Key"] for each in tags}


def test_the_backup_that_aws_makes_of_a_table_that_is_deleted(account: Account, play: Play) -> None:
    orders(account)
    before = restorable.items(account, "orders")
    account.client("dynamodb").delete_table(TableName="orders")
    answer = again(play, account)
    assert answer.get("succeeded"), answer["msg"]
    assert (answer["way"], answer["point"]["kind"]) == ("backup", "system")
    assert restorable.items(account, NAME) == before


def test_a_moment_that_the_window_has_not(account: Account, play: Play) -> None:
    orders(account)
    answer = again(play, account, point=(account.aws.now() - timedelta(days=3)).isoformat())
    assert answer["failed"]
    assert "Point-in-time recovery" in answer["msg"]


@pytest.mark.parametrize("phase", [state.MAKE, state.WAIT, state.COMPARE, state.SETTINGS])
@pytest.mark.parametrize("way", ["pitr", "backup"])
def test_killed_and_gone_on_with(account: Account, play: Play, phase: str, way: str) -> None:
    orders(account)
    account.aws.advance(minutes=10)
    point = "pitr"
    if way == "backup":
        backup = account.client("dynamodb").create_backup(TableName="orders", BackupName="before")
        point = backup["BackupDetails"]["BackupArn"]
    with killed_in(phase):
        again(play, account, point=point)
    answer = again(play, account, point=point)
    assert answer.get("succeeded"), answer["msg"]
    assert answer["compared"]["found"] == 60


def test_killed_before_the_answer_was_noted(account: Account, play: Play) -> None:
    """As long as AWS restores it, the table tells from what; afterwards it does not."""
    orders(account)
    account.aws.advance(minutes=10)
    account.aws.control("POST", "tables", account=account.id, restore=10)
    with killed_when_made():
        again(play, account, point="pitr")
    assert again(play, account, point="pitr")["succeeded"]
