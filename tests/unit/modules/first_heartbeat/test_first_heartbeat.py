# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""With the state machine that the role deploys, and alarms that watch real topics."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import naming
from ansible_collections.tablekeeper.dynamodb.plugins.modules import first_heartbeat
from local_aws.client import alarms
from tests.unit.modules.first_heartbeat.heartbeats import (
    executions,
    fixture_ask,
    fixture_machine,
    messages,
    new_table,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account
    from tests.unit.modules.first_heartbeat.heartbeats import Ask

__all__ = ["fixture_ask", "fixture_machine"]

MOST_INPUT = 256 * 1024


def test_many_tables_are_one_execution_and_one_message_each(account: Account, machine: str, ask: Ask) -> None:
    tables = [new_table(account, f"table-{number}") for number in range(12)]
    answer = ask(tables=tables)
    assert answer["changed"] is True
    assert [each["executionArn"] for each in executions(account, machine)] == answer["execution_arns"]
    assert len(answer["execution_arns"]) == 1
    assert [messages(account, table) for table in tables] == [1] * 12
    # It answered only when they were.
    assert {alarms.alarm(account, table["alarm"])["StateValue"] for table in tables} == {"OK"}


def test_a_long_interval_has_its_heartbeat_kept_alive(account: Account, machine: str, ask: Ask) -> None:
    tables = [new_table(account, "orders"), new_table(account, "archive", echo=150)]
    before = account.aws.now()
    (first,) = ask(tables=tables)["execution_arns"]
    (kept,) = [each for each in executions(account, machine) if each["executionArn"] != first]
    assert kept["status"] == "RUNNING"
    found = account.client("stepfunctions").describe_execution(executionArn=kept["executionArn"])
    given = json.loads(found["input"])
    assert given["topic"] == f"arn:aws:sns:eu-west-1:{account.id}:{tables[1]['topic']}"
    until = datetime.fromisoformat(given["until"])
    assert abs(until - (before + timedelta(hours=150))) < timedelta(minutes=1)
    assert [messages(account, table) for table in tables] == [1, 1]


def test_a_table_that_begins_anew_forgets_its_earlier_heartbeats(
    account: Account, machine: str, ask: Ask
) -> None:
    changed, same = new_table(account, "orders", echo=150), new_table(account, "a-b", echo=150)
    ask(tables=[changed, same])
    running = {each["name"]: each["executionArn"] for each in executions(account, machine)
               if each["status"] == "RUNNING"}  # fmt: skip
    assert len(running) == 2
    account.forget_calls()

    ask(tables=[{**changed, "echo": 0}])
    (left,) = [each["name"] for each in executions(account, machine) if each["status"] == "RUNNING"]
    assert left.partition("-")[0] == same["topic"].rpartition("-")[2]
    assert messages(account, changed) == 2
    # That it is OK was not left over from before.
    assert [call["operation"] for call in account.calls()].count("SetAlarmState") == 1
    assert {alarms.alarm(account, table["alarm"])["StateValue"] for table in (changed, same)} == {"OK"}


def test_more_tables_than_an_input_holds_are_more_executions(
    account: Account, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_heartbeat, "BEATS_OF_AN_EXECUTION", 2)
    tables = [new_table(account, f"table-{number}") for number in range(3)]
    assert len(ask(tables=tables)["execution_arns"]) == 2
    assert [messages(account, table) for table in tables] == [1, 1, 1]


def test_an_input_holds_as_many_of_the_longest_names() -> None:
    machine = "arn:aws-us-gov:states:us-gov-west-1:123456789012:stateMachine:tablekeeper-export-1"
    table = {"topic": naming.topic("x" * 20, "y" * 255), "echo": 1000}
    told = first_heartbeat.beats(machine, [table] * first_heartbeat.BEATS_OF_AN_EXECUTION, datetime.now(UTC))
    assert len(json.dumps({"beats": told})) <= MOST_INPUT


def test_check_mode_predicts_and_asks_nothing(account: Account, machine: str, ask: Ask) -> None:
    table = new_table(account, "orders")
    answer = ask(tables=[table], check=True)
    assert answer["changed"] is True
    assert account.calls() == []
    assert executions(account, machine) == []
    assert messages(account, table) == 0


@pytest.mark.parametrize(
    ("allowed", "refused"),
    [
        (("states:StartExecution", "states:ListExecutions"), "DescribeAlarms"),
        (("cloudwatch:DescribeAlarms",), "ListExecutions"),
        (("cloudwatch:DescribeAlarms", "states:ListExecutions"), "StartExecution"),
    ],
)
def test_what_is_denied_is_named_before_anything_is_published(
    account: Account,
    machine: str,
    ask: Ask,
    allow: Callable[..., None],
    allowed: tuple[str, ...],
    refused: str,
) -> None:
    table = new_table(account, "orders")
    allow(*allowed)
    answer = ask(tables=[table])
    assert answer["failed"] is True
    assert answer["msg"].startswith("The first heartbeats cannot be published: ")
    assert "AccessDenied" in answer["msg"]
    assert refused in answer["msg"]
    assert executions(account, machine) == []


@pytest.mark.parametrize(
    ("service", "operation"), [("cloudwatch", "DescribeAlarms"), ("stepfunctions", "StartExecution")]
)
def test_a_call_that_stays_throttled_is_named(
    account: Account, ask: Ask, throttle: Callable[..., None], service: str, operation: str
) -> None:
    table = new_table(account, "orders")
    throttle(service, operation)
    answer = ask(tables=[table])
    assert answer["failed"] is True
    assert f"when calling the {operation} operation" in answer["msg"]
    assert "Throttling" in answer["msg"]


def test_a_throttled_start_publishes_once(
    account: Account, machine: str, ask: Ask, throttle: Callable[..., None]
) -> None:
    table = new_table(account, "orders")
    throttle("stepfunctions", "StartExecution", times=3)
    (execution,) = ask(tables=[table])["execution_arns"]
    assert [each["executionArn"] for each in executions(account, machine)] == [execution]
    assert messages(account, table) == 1
