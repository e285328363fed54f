# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Drills that do not happen are missed: with the alarm and the state machine that the role deploys."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import drill
from local_aws.client import alarms
from tests.unit.modules.drill.watched import ALARM, Watched
from tests.unit.support import restorable

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Play = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.newest


@pytest.fixture(name="target")
def fixture_target(account: Account) -> Watched:
    return Watched(account)


def point(account: Account, target: Watched, *tables: str) -> None:
    """A backup of each, of now."""
    client = account.client("dynamodb")
    for table in tables:
        client.put_item(TableName=table, Item={"id": {"S": table}})
        run = f"{account.aws.now():%Y%m%dT%H%M%SZ}-1a2b3c4d"
        restorable.point(account, table, run, target.bucket)


def drilled(play: Play, *tables: str) -> dict[str, Any]:
    return play(drill, tables=list(tables), wait_sleep=0.05)


def missed(account: Account) -> list[dict[str, Any]]:
    """What the subscriber was told of missed drills."""
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName="listener")["QueueUrl"]
    found: list[dict[str, Any]] = []
    while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages"):
        found += [json.loads(each["Body"]) for each in got]
        for each in got:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return [each for each in found if each["Subject"].startswith(f'ALARM: "{ALARM}"')]


def state(account: Account) -> str:
    return str(alarms.alarm(account, ALARM)["StateValue"])


def test_nobody_is_called_before_a_drill_is_due_nor_while_drills_pass_but_when_one_is_missed(
    account: Account, target: Watched, play: Play
) -> None:
    """A day and a quarter of it."""
    target.deploy_watched(play, {"orders": 24, "carts": 24})
    account.aws.advance(hours=29)
    assert (state(account), missed(account)) == ("OK", [])
    point(account, target, "orders", "carts")
    answer = drilled(play, "orders", "carts")
    assert answer["succeeded"], answer["msg"]
    account.aws.advance(hours=29)
    assert (state(account), missed(account)) == ("OK", [])
    account.aws.advance(hours=7)
    alarms_of = alarms.alarm(account, ALARM)
    assert alarms_of["StateValue"] == "ALARM", alarms_of
    (told,) = missed(account)
    text = json.loads(told["Message"])["AlarmDescription"]
    assert f"in {account.region} (account {account.id}) is overdue for a drill" in text
    point(account, target, "orders", "carts")
    assert drilled(play, "orders", "carts")["succeeded"]
    account.aws.advance(minutes=10)
    assert state(account) == "OK"


def test_one_table_that_is_drilled_does_not_speak_for_another(
    account: Account, target: Watched, play: Play
) -> None:
    target.deploy_watched(play, {"orders": 48, "carts": 48})
    asked = account.aws.now()
    account.aws.advance(hours=30)
    point(account, target, "orders")
    assert drilled(play, "orders")["succeeded"]
    (first, again) = target.kept_until()
    due = asked + timedelta(hours=60)
    for until in (first, again):
        assert abs(until - (due - timedelta(days=1))) < timedelta(minutes=2)
    account.aws.advance(hours=38)
    assert state(account) == "ALARM"
    # Of the table that was not overdue: the alarm goes on.
    point(account, target, "orders")
    assert drilled(play, "orders")["succeeded"]
    account.aws.advance(minutes=10)
    assert state(account) == "ALARM"
    assert target.kept_until() == []


def test_a_failed_drill_is_no_heartbeat(target: Watched, play: Play) -> None:
    target.deploy_watched(play, {"orders": 168})
    before = target.kept_until()
    assert not drilled(play, "orders")["succeeded"]  # there is no backup
    assert target.kept_until() == before


def test_a_year_is_kept_alive_by_more_than_one_execution(
    account: Account, target: Watched, play: Play
) -> None:
    """AWS ends one that lasts for a year."""
    target.deploy_watched(play, {"orders": 366 * 24})
    client, until = account.client("stepfunctions"), target.kept_until()

    def statuses() -> list[str]:
        found = client.list_executions(stateMachineArn=target.machine)["executions"]
        return sorted(each["status"] for each in found)

    assert statuses() == ["RUNNING", "SUCCEEDED"]
    account.aws.advance(days=186, leap=True)
    target.wait_for(lambda: statuses() == ["RUNNING", "SUCCEEDED", "SUCCEEDED"])
    assert target.kept_until() == until
    account.aws.advance(days=186, leap=True)
    target.wait_for(lambda: set(statuses()) == {"SUCCEEDED"})


def test_who_cannot_be_told_is_named(account: Account, target: Watched, play: Play) -> None:
    target.deploy_watched(play, {"orders": 168})
    account.client("stepfunctions").delete_state_machine(stateMachineArn=target.machine)
    point(account, target, "orders")
    answer = drilled(play, "orders")
    assert [each["verdict"] for each in answer["drills"]] == ["passed"]
    assert not answer["succeeded"]
    assert f"The alarm {ALARM} could not be told that drills passed: " in answer["msg"]
