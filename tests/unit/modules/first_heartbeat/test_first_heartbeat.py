# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""With the state machine that the role deploys, and alarms that watch real topics."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils import _names
from ansible_collections.tablekeeper.dynamodb.plugins.modules import first_heartbeat
from tests.unit.local_aws import alarms
from tests.unit.local_aws.machines import role, statement

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.local_aws.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

MOST_INPUT = 256 * 1024


@pytest.fixture(name="machine")
def fixture_machine(account: Account, root: Path) -> str:
    definition = yaml.safe_load((root / "roles/backup/templates/heartbeat.asl.yaml").read_text("utf-8"))
    allowed = statement("sns:Publish", "states:StartExecution")
    arn: str = account.client("stepfunctions").create_state_machine(
        name="tablekeeper-export-1-heartbeat",
        definition=json.dumps(definition),
        roleArn=role(account, allowed),
    )["stateMachineArn"]
    return arn


@pytest.fixture(name="ask")
def fixture_ask(account: Account, machine: str, play: Callable[..., dict[str, Any]]) -> Ask:
    account.forget_calls()
    return partial(play, first_heartbeat, state_machine_arn=machine, wait_timeout=20, poll_seconds=0.2)


def new_table(account: Account, name: str, *, echo_hours: int = 0, watched: bool = True) -> dict[str, Any]:
    """A table with its heartbeat topic, and with an alarm that watches this, if it is to be watched."""
    table = {
        "name": name,
        "topic": _names.topic("tablekeeper", name),
        "alarm": _names.alarm("tablekeeper", name),
        "echo_hours": echo_hours,
    }
    account.client("sns").create_topic(Name=table["topic"])
    watching = table["topic"] if watched else "another-topic"
    alarms.put(account, AlarmName=table["alarm"], Dimensions=[{"Name": "TopicName", "Value": watching}])
    account.forget_calls()
    return table


def messages(account: Account, table: dict[str, Any]) -> int:
    """How many messages were published to a table's topic."""
    now = account.aws.now()
    points = account.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SNS",
        MetricName="NumberOfMessagesPublished",
        Dimensions=[{"Name": "TopicName", "Value": table["topic"]}],
        StartTime=now - timedelta(minutes=10),
        EndTime=now + timedelta(minutes=1),
        Period=3600,
        Statistics=["Sum"],
    )["Datapoints"]
    return sum(int(point["Sum"]) for point in points)


def executions(account: Account, machine: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = account.client("stepfunctions").list_executions(stateMachineArn=machine)[
        "executions"
    ]
    return found


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
    tables = [new_table(account, "orders"), new_table(account, "archive", echo_hours=150)]
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
    changed, same = new_table(account, "orders", echo_hours=150), new_table(account, "a-b", echo_hours=150)
    ask(tables=[changed, same])
    running = {each["name"]: each["executionArn"] for each in executions(account, machine)
               if each["status"] == "RUNNING"}  # fmt: skip
    assert len(running) == 2
    account.forget_calls()

    ask(tables=[{**changed, "echo_hours": 0}])
    (left,) = [each["name"] for each in executions(account, machine) if each["status"] == "RUNNING"]
    assert left.partition("-")[0] == same["topic"].rpartition("-")[2]
    assert messages(account, changed) == 2
    # That it is OK was not left over from before.
    assert [call["operation"] for call in account.calls()].count("SetAlarmState") == 1
    assert {alarms.alarm(account, table["alarm"])["StateValue"] for table in (changed, same)} == {"OK"}


def test_the_name_of_the_first_table_that_failed_is_taken_once(account: Account, machine: str) -> None:
    client = account.client("stepfunctions")
    started = client.start_execution(stateMachineArn=machine, name="failed-1", input='{"first": "orders"}')
    wait_for_end(client, started["executionArn"])
    with pytest.raises(client.exceptions.ExecutionAlreadyExists):
        client.start_execution(stateMachineArn=machine, name="failed-1", input='{"first": "sessions"}')
    history = client.get_execution_history(executionArn=started["executionArn"])["events"]
    assert "TaskStateEntered" not in {event["type"] for event in history}
    assert history[-1]["type"] == "ExecutionSucceeded"


def wait_for_end(client: Any, execution: str) -> None:
    end = time.monotonic() + 10
    while client.describe_execution(executionArn=execution)["status"] == "RUNNING":
        assert time.monotonic() < end
        time.sleep(0.05)


def test_more_tables_than_an_input_holds_are_more_executions(
    account: Account, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_heartbeat, "BEATS_OF_AN_EXECUTION", 2)
    tables = [new_table(account, f"table-{number}") for number in range(3)]
    assert len(ask(tables=tables)["execution_arns"]) == 2
    assert [messages(account, table) for table in tables] == [1, 1, 1]


def test_an_input_holds_as_many_of_the_longest_names() -> None:
    machine = "arn:aws-us-gov:states:us-gov-west-1:123456789012:stateMachine:tablekeeper-export-1"
    table = {"topic": _names.topic("x" * 20, "y" * 255), "echo_hours": 1000}
    told = first_heartbeat.beats(machine, [table] * first_heartbeat.BEATS_OF_AN_EXECUTION, datetime.now(UTC))
    assert len(json.dumps({"beats": told})) <= MOST_INPUT


def test_check_mode_predicts_and_asks_nothing(account: Account, machine: str, ask: Ask) -> None:
    table = new_table(account, "orders")
    answer = ask(tables=[table], check=True)
    assert answer["changed"] is True
    assert account.calls() == []
    assert executions(account, machine) == []
    assert messages(account, table) == 0


def test_an_alarm_that_stays_silent_fails_with_the_names_of_its_tables(account: Account, ask: Ask) -> None:
    tables = [
        new_table(account, "orders"),
        new_table(account, "sessions", watched=False),
        {**new_table(account, "users"), "alarm": "no-such-alarm"},
    ]
    answer = ask(tables=tables, wait_timeout=4)
    assert answer["failed"] is True
    assert answer["changed"] is True
    assert answer["msg"] == (
        "After 4 seconds CloudWatch does not show the missed-run alarms of these tables as OK:"
        " sessions, users. Run this again: CloudWatch may be late. If it stays so, look at the last"
        " execution of the heartbeat state machine."
    )


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
