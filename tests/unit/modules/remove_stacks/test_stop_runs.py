# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What runs in stacks is stopped before they are removed, and what keeps a name before one is made."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import remove_stacks, stack_state
from local_aws.client.machines import finish, role

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

# Ends at once, unless its input says otherwise.
MACHINE = {
    "QueryLanguage": "JSONata",
    "StartAt": "Begin",
    "States": {
        "Begin": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $exists($states.input.wait) %}", "Next": "Wait"}],
            "Default": "Done",
        },
        "Wait": {"Type": "Wait", "Seconds": 9_000_000, "Next": "Done"},
        "Done": {"Type": "Succeed"},
    },
}


@pytest.fixture(name="ask")
def fixture_ask(play: Callable[..., dict[str, Any]]) -> Ask:
    return partial(play, remove_stacks, stack_names=[])


@pytest.fixture(name="machines")
def fixture_machines(account: Account) -> list[str]:
    client, arn = account.client("stepfunctions"), role(account)
    definition = json.dumps(MACHINE)
    return [
        client.create_state_machine(name=name, definition=definition, roleArn=arn)["stateMachineArn"]
        for name in ("exports", "heartbeats")
    ]


@pytest.fixture(name="running")
def fixture_running(account: Account, machines: list[str]) -> list[str]:
    """Two executions of each machine, in the order in which AWS lists them, and one that has ended."""
    client = account.client("stepfunctions")
    finish(account, machines[0])
    for machine in machines:
        for _execution in range(2):
            client.start_execution(stateMachineArn=machine, input='{"wait": true}')
    return [
        each["executionArn"]
        for machine in machines
        for each in client.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]
    ]


def states(account: Account, executions: list[str]) -> set[str]:
    client = account.client("stepfunctions")
    return {client.describe_execution(executionArn=each)["status"] for each in executions}


def test_it_stops_what_runs_and_then_nothing(
    account: Account, ask: Ask, machines: list[str], running: list[str]
) -> None:
    answer = ask(state_machine_arns=machines)
    assert answer["changed"] is True
    assert answer["stopped"] == running
    assert len(running) == 4
    found = account.client("stepfunctions").describe_execution(executionArn=running[0])
    assert (found["status"], found["error"]) == ("ABORTED", "Stopped")
    assert found["cause"] == "Stopped because its stack is removed"
    assert states(account, running) == {"ABORTED"}
    again = ask(state_machine_arns=machines)
    assert (again["changed"], again["stopped"]) == (False, [])


def alarm(account: Account, name: str) -> None:
    account.client("cloudwatch").put_metric_alarm(
        AlarmName=name, Namespace="AWS/States", MetricName="ExecutionsAborted", Statistic="Sum", Period=300,
        EvaluationPeriods=1, Threshold=0, ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip


def told(account: Account) -> dict[str, bool]:
    found = account.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return {each["AlarmName"]: each["ActionsEnabled"] for each in found}


def test_of_a_stop_that_is_meant_no_alarm_tells(
    account: Account, ask: Ask, machines: list[str], running: list[str]
) -> None:
    for name in ("exports-run-aborted", "exports-run-failed", "others-run-aborted"):
        alarm(account, name)
    ask(state_machine_arns=machines, check=True)
    assert set(told(account).values()) == {True}
    account.forget_calls()
    ask(state_machine_arns=machines)
    calls = [call["operation"] for call in account.calls()]
    assert calls == ["ListExecutions", "ListExecutions", "DisableAlarmActions", *["StopExecution"] * 4]
    assert told(account) == {
        "exports-run-aborted": False, "exports-run-failed": True, "others-run-aborted": True,
    }  # fmt: skip
    ask(state_machine_arns=machines)
    assert running


def test_other_machines_go_on(account: Account, ask: Ask, machines: list[str], running: list[str]) -> None:
    assert ask(state_machine_arns=machines[:1])["stopped"] == running[:2]
    assert states(account, running[:2]) == {"ABORTED"}
    assert states(account, running[2:]) == {"RUNNING"}


def test_check_mode_tells_and_stops_nothing(
    account: Account, ask: Ask, machines: list[str], running: list[str]
) -> None:
    account.forget_calls()
    answer = ask(state_machine_arns=machines, check=True)
    assert (answer["changed"], answer["stopped"]) == (True, running)
    assert {call["operation"] for call in account.calls()} == {"ListExecutions"}
    assert states(account, running) == {"RUNNING"}


def test_no_machine_is_nothing_to_stop(ask: Ask) -> None:
    answer = ask(state_machine_arns=[])
    assert (answer["changed"], answer["stopped"]) == (False, [])


def test_a_call_that_stays_throttled_is_named(
    account: Account, ask: Ask, machines: list[str], running: list[str], throttle: Callable[..., None]
) -> None:
    throttle("stepfunctions", "StopExecution")
    answer = ask(state_machine_arns=machines)
    assert answer["failed"] is True
    assert "(ThrottlingException) when calling the StopExecution operation" in answer["msg"]
    assert states(account, running) == {"RUNNING"}


def test_of_a_machine_that_is_gone_nothing_runs(account: Account, machines: list[str], ask: Ask) -> None:
    account.client("stepfunctions").delete_state_machine(stateMachineArn=machines[0])
    account.client("stepfunctions").start_execution(stateMachineArn=machines[1], input='{"wait": true}')
    answer = ask(state_machine_arns=machines)
    assert [arn.split(":")[6] for arn in answer["stopped"]] == ["heartbeats"]


def test_by_half_a_name_nothing_is_stopped(
    account: Account, running: list[str], machines: list[str], ask: Ask
) -> None:
    """Ansible hides each secret of a play wherever it stands, also where it is a part of a name."""
    account.forget_calls()
    answer = ask(state_machine_arns=[*machines, machines[0].replace("o", "*" * 8)])
    assert answer["failed"] is True
    assert "Ansible has hidden a part of" in answer["msg"]
    assert account.calls() == []
    assert running


def test_of_machines_only_those_that_somebody_deleted_are_let_go(
    account: Account, play: Callable[..., dict[str, Any]], machines: list[str], running: list[str]
) -> None:
    client, (deleted, other) = account.client("stepfunctions"), machines
    gone = f"{machines[0]}-gone"
    client.delete_state_machine(stateMachineArn=deleted)
    arn = account.client("iam").get_role(RoleName="machine")["Role"]["Arn"]
    definition = {"definition": json.dumps(MACHINE), "roleArn": arn}
    with pytest.raises(client.exceptions.StateMachineDeleting):
        client.create_state_machine(name="exports", **definition)
    following = {"stack_name": "tk-export-1", "prefix": "tk", "fingerprints": {}}
    answer = play(stack_state, next={**following, "state_machine_arns": [deleted, other, gone]})
    assert answer["changed"] is True
    assert states(account, running[:2]) == {"ABORTED"}
    assert client.create_state_machine(name="exports", **definition)["stateMachineArn"] == deleted
    assert states(account, running[2:]) == {"RUNNING"}
    assert play(stack_state, next={**following, "state_machine_arns": machines})["changed"] is False
