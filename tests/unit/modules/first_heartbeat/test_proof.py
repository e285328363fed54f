# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What proves that a heartbeat has come through, and what ends the wait for it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.client import alarms
from tests.unit.modules.first_heartbeat.heartbeats import (
    executions,
    fixture_ask,
    fixture_machine,
    messages,
    new_table,
)

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account
    from tests.unit.modules.first_heartbeat.heartbeats import Ask

__all__ = ["fixture_ask", "fixture_machine"]


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


def test_an_alarm_that_stays_silent_fails_with_the_names_of_its_tables(account: Account, ask: Ask) -> None:
    tables = [new_table(account, "orders"), new_table(account, "sessions", watched=False)]
    answer = ask(tables=tables, wait_timeout=4)
    assert answer["failed"] is True
    assert answer["changed"] is True
    assert answer["msg"] == (
        "After 4 seconds the first heartbeats of these tables have not reached their missed-run alarms:"
        " sessions (counted, and its alarm is ALARM). Run the backup playbook again: CloudWatch may be late."
        " If it stays so, the status playbook tells what is wrong with an alarm."
    )


def test_an_alarm_that_is_ok_by_earlier_heartbeats_proves_nothing(account: Account, ask: Ask) -> None:
    """The machine publishes no more, and what it published before still counts."""
    table = new_table(account, "orders")
    ask(tables=[table])
    account.aws.advance(minutes=6)
    account.client("iam").delete_role_policy(RoleName="machine", PolicyName="own")
    answer = ask(tables=[table], wait_timeout=3)
    assert answer["failed"] is True
    assert "orders (not published yet)" in answer["msg"]
    assert alarms.alarm(account, table["alarm"])["StateValue"] == "OK"
    assert messages(account, table) == 1


def test_a_machine_that_fails_is_told_at_once_with_its_cause(
    account: Account, machine: str, ask: Ask
) -> None:
    account.client("stepfunctions").update_state_machine(
        stateMachineArn=machine,
        definition=json.dumps(
            {"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "E", "Cause": "c"}}}
        ),
    )
    began = time.monotonic()
    answer = ask(tables=[new_table(account, "orders")], wait_timeout=60)
    assert time.monotonic() - began < 30
    assert answer["msg"].startswith(
        "The heartbeat state machine ended FAILED before it had published every first heartbeat (E: c; arn:"
    )
    assert answer["failed"] is True


def test_an_alarm_that_is_not_there_is_told_at_once_and_nothing_is_published(
    account: Account, machine: str, ask: Ask
) -> None:
    tables = [new_table(account, "orders"), {**new_table(account, "users"), "alarm": "no-such-alarm"}]
    answer = ask(tables=tables, wait_timeout=60)
    assert answer["failed"] is True
    assert answer["msg"] == (
        "The missed-run alarm of users (no-such-alarm) is not there. Somebody deleted it, or another job has"
        " changed the stack meanwhile: run the backup playbook again, one job at a time."
    )
    assert executions(account, machine) == []


def test_an_alarm_that_goes_while_it_is_waited_for_is_told_before_the_time_is_over(
    account: Account, ask: Ask
) -> None:
    table = new_table(account, "orders", watched=False)
    first = ask(tables=[table], wait_timeout=1, fail_when_late=False)
    account.client("cloudwatch").delete_alarms(AlarmNames=[table["alarm"]])
    going_on = {key: first[key] for key in ("execution_arns", "since")}
    began = time.monotonic()
    answer = ask(tables=[table], wait_timeout=60, **going_on)
    assert time.monotonic() - began < 30
    assert "The missed-run alarm of orders" in answer["msg"]
    assert answer["changed"] is False


def test_who_waits_can_look_in_between_and_go_on(account: Account, machine: str, ask: Ask) -> None:
    table = new_table(account, "orders", watched=False)
    first = ask(tables=[table], wait_timeout=2, fail_when_late=False)
    assert "failed" not in first
    (left,) = first["waiting"]
    assert (left["name"], left["alarm"], left["until"]) == ("orders", table["alarm"], "watched")
    alarms.put(account, AlarmName=table["alarm"], Dimensions=[{"Name": "TopicName", "Value": table["topic"]}])
    going_on = {key: first[key] for key in ("execution_arns", "since")}
    again = ask(tables=[table], fail_when_late=False, **going_on)
    assert (again["changed"], again["waiting"]) == (False, [])
    assert len(executions(account, machine)) == 1
    assert messages(account, table) == 1
