# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Executions of the embedded Step Functions that go on where they failed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.machines import DESCRIBE, finish, machine, one_state, output, statement
from local_aws.client.samples import create, simple
from local_aws.client.users import allow, as_user
from local_aws.client.waiting import until

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

READ = statement("dynamodb:DescribeTable")
TABLE = {
    "Type": "Task", "Resource": DESCRIBE, "Arguments": {"TableName": "{% $states.input.table %}"},
    "Output": "{% $states.result.Table.TableName %}",
}  # fmt: skip
WAIT = {"Type": "Wait", "Seconds": 86_400}
EACH: dict[str, Any] = {
    "Type": "Map", "Label": "Each", "Items": "{% $states.input.tables.{'table': $} %}",
    "ToleratedFailurePercentage": 100,
    "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Remember",
        "States": {
            "Remember": {"Type": "Pass", "Assign": {"mine": "{% $states.input.table %}"}, "Next": "Choose"},
            "Choose": {"Type": "Choice", "Default": "Done",
                       "Choices": [{"Condition": "{% $mine = 'slow' %}", "Next": "Hold"}]},
            "Hold": {**WAIT, "Next": "Done"},
            "Done": {"Type": "Pass", "Output": "{% $mine & ' done' %}", "End": True},
        },
    },
}  # fmt: skip


def redrive(account: Account, execution: str) -> None:
    account.client("stepfunctions").redrive_execution(executionArn=execution)


def ended(account: Account, execution: str) -> dict[str, Any]:
    client = account.client("stepfunctions")

    def found() -> dict[str, Any] | None:
        told: dict[str, Any] = client.describe_execution(executionArn=execution)
        return None if told["status"] == "RUNNING" else told

    told: dict[str, Any] = until(found, "The execution's end")
    return told


def entered(account: Account, execution: str) -> list[str]:
    history = account.client("stepfunctions").get_execution_history(executionArn=execution, maxResults=1000)
    return [
        each["stateEnteredEventDetails"]["name"] if "stateEnteredEventDetails" in each else each["type"]
        for each in history["events"]
        if "stateEnteredEventDetails" in each or each["type"] == "ExecutionRedriven"
    ]


def refusal(account: Account, execution: str) -> str:
    with pytest.raises(ClientError) as caught:
        redrive(account, execution)
    assert caught.value.response["Error"]["Code"] == "ExecutionNotRedrivable"
    return str(caught.value.response["Error"]["Message"])


def test_it_goes_on_from_what_failed_with_what_it_had(account: Account) -> None:
    states = {
        "Keep": {"Type": "Pass", "Assign": {"word": "kept"}, "Next": "Read"},
        "Read": {**TABLE, "Output": "{% $word %}", "End": True},
    }
    arn = machine(account, states, READ)
    failed = finish(account, arn, {"table": "users"})
    assert (failed["status"], failed["redriveCount"], failed["redriveStatus"]) == ("FAILED", 0, "REDRIVABLE")
    create(account.client("dynamodb"), (simple("users"),))
    redrive(account, failed["executionArn"])
    done = ended(account, failed["executionArn"])
    assert output(done) == "kept"
    assert (done["redriveCount"], done["redriveStatus"]) == (1, "NOT_REDRIVABLE")
    assert entered(account, failed["executionArn"]) == ["Keep", "Read", "ExecutionRedriven", "Read"]


def test_a_fail_state_fails_again(account: Account) -> None:
    arn = machine(account, {"First": {"Type": "Pass", "Next": "No"}, "No": {"Type": "Fail", "Error": "No"}})
    failed = finish(account, arn)
    redrive(account, failed["executionArn"])
    again = ended(account, failed["executionArn"])
    assert (again["status"], again["error"], again["redriveCount"]) == ("FAILED", "No", 1)
    assert entered(account, failed["executionArn"]) == ["First", "No", "ExecutionRedriven", "No"]


def test_what_succeeded_or_is_too_old_is_not_redriven(account: Account) -> None:
    choices = [{"Condition": "{% $states.input.good %}", "Next": "Good"}]
    states = {
        "Only": {"Type": "Choice", "Choices": choices, "Default": "Bad"},
        "Good": {"Type": "Succeed"},
        "Bad": {"Type": "Fail", "Error": "Bad"},
    }
    arn = machine(account, states)
    good, bad = (finish(account, arn, {"good": one})["executionArn"] for one in (True, False))
    assert "SUCCEEDED" in refusal(account, good)
    account.aws.advance(days=15, leap=True)
    assert "period exceeded" in refusal(account, bad)
    told = account.client("stepfunctions").describe_execution(executionArn=bad)
    assert told["redriveStatusReason"] == "Execution redrivable period exceeded"


def run(account: Account, *statements: dict[str, Any]) -> str:
    """Start a Map over a quick and a slow table and stop it while the slow one waits."""
    client = account.client("stepfunctions")
    arn = machine(account, {"Each": {**EACH, "End": True}}, *statements)
    given = json.dumps({"tables": ["quick", "slow"]})
    execution = client.start_execution(stateMachineArn=arn, input=given)["executionArn"]

    def counts() -> bool:
        runs = client.list_map_runs(executionArn=execution)["mapRuns"]
        if not runs:
            return False
        told = client.describe_map_run(mapRunArn=runs[0]["mapRunArn"])["itemCounts"]
        return bool((told["succeeded"], told["running"]) == (1, 1))

    until(counts, "The quick table's end")
    client.stop_execution(executionArn=execution)
    return str(execution)


START = statement("states:StartExecution")


def test_a_map_run_repeats_only_what_did_not_succeed(account: Account) -> None:
    own = f"arn:aws:states:{account.region}:{account.id}:execution:m/*"
    execution = run(account, START, statement("states:RedriveExecution", resource=own))
    client = account.client("stepfunctions")
    redrive(account, execution)
    account.aws.advance(days=1, hours=1, leap=True)
    assert output(ended(account, execution)) == ["quick done", "slow done"]
    (only,) = client.list_map_runs(executionArn=execution)["mapRuns"]
    told = client.describe_map_run(mapRunArn=only["mapRunArn"])
    assert (told["status"], told["redriveCount"], told["itemCounts"]["succeeded"]) == ("SUCCEEDED", 1, 2)
    children = client.list_executions(mapRunArn=only["mapRunArn"])["executions"]
    histories = sorted(entered(account, each["executionArn"]) for each in children)
    assert histories == [
        ["Remember", "Choose", "Done"],
        ["Remember", "Choose", "Hold", "ExecutionRedriven", "Hold", "Done"],
    ]


def test_a_map_run_needs_the_right_to_redrive(account: Account) -> None:
    execution = run(account, START)
    redrive(account, execution)
    told = ended(account, execution)
    assert told["status"] == "FAILED"
    assert "not authorized to perform: states:RedriveExecution" in told["cause"]


def test_a_child_is_redriven_by_its_map_run_only(account: Account) -> None:
    execution = run(account, START)
    client = account.client("stepfunctions")
    (only,) = client.list_map_runs(executionArn=execution)["mapRuns"]
    children = client.list_executions(mapRunArn=only["mapRunArn"], statusFilter="ABORTED")["executions"]
    told = client.describe_execution(executionArn=children[0]["executionArn"])
    assert told["redriveStatus"] == "REDRIVABLE_BY_MAP_RUN"
    assert "Map Run" in refusal(account, children[0]["executionArn"])


def test_branches_are_not_redriven_here(account: Account) -> None:
    branch = {"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "No"}}}
    arn = machine(account, one_state(Type="Parallel", Branches=[branch]))
    with pytest.raises(ClientError, match="NotImitated"):
        redrive(account, finish(account, arn)["executionArn"])


def test_a_redrive_begins_the_timeout_anew(account: Account) -> None:
    arn = machine(account, {"Hold": {**WAIT, "End": True}}, TimeoutSeconds=100_000)
    client = account.client("stepfunctions")
    execution = client.start_execution(stateMachineArn=arn)["executionArn"]
    account.aws.advance(hours=20)
    client.stop_execution(executionArn=execution)
    redrive(account, execution)
    account.aws.advance(hours=23)
    assert client.describe_execution(executionArn=execution)["status"] == "RUNNING"
    account.aws.advance(hours=2)
    assert ended(account, execution)["status"] == "SUCCEEDED"


def test_whoever_redrives_needs_the_right_on_the_execution(account: Account) -> None:
    arn = machine(account, {"Only": {"Type": "Fail", "Error": "No"}})
    own, other = (finish(account, arn)["executionArn"] for _time in range(2))
    sfn = as_user(account, "stepfunctions", allow("states:RedriveExecution", resource=own))
    sfn.redrive_execution(executionArn=own)
    with pytest.raises(ClientError, match="not authorized to perform: states:RedriveExecution"):
        sfn.redrive_execution(executionArn=other)
