# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.client.machines import finish, machine, one_state, output, role, statement

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

DISTRIBUTED = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
CHILDREN = statement("states:StartExecution")


def test_distributed_map_evaluates_every_jsonata_field(account: Account) -> None:
    child = {"StartAt": "C", "States": one_state(Type="Pass", Output="{% $states.input.n * 2 %}") | {}}
    child["StartAt"] = "Only"
    states = {
        "Map": {
            "Type": "Map",
            "Label": "Tables",
            "Items": "{% $states.input.list %}",
            "Next": "Told",
            "ItemSelector": {
                "n": "{% $states.context.Map.Item.Value %}",
                "i": "{% $states.context.Map.Item.Index %}",
            },
            "MaxConcurrency": "{% 1 + 1 %}",
            "ToleratedFailurePercentage": "{% 50 %}",
            "ItemProcessor": {**DISTRIBUTED, **child},
            "Output": {"doubled": "{% $states.result %}"},
            "Assign": {"sum": "{% $sum($states.result) %}"},
        },
        "Told": {
            "Type": "Pass",
            "End": True,
            "Output": {"sum": "{% $sum %}", "was": "{% $states.input.doubled %}"},
        },
    }
    arn = machine(account, states, CHILDREN)
    found = finish(account, arn, {"list": [1, 2, 3]})
    assert output(found) == {"sum": 12, "was": [2, 4, 6]}
    sfn = account.client("stepfunctions")
    [run] = sfn.list_map_runs(executionArn=found["executionArn"])["mapRuns"]
    told = sfn.describe_map_run(mapRunArn=run["mapRunArn"])
    assert (told["status"], told["maxConcurrency"], told["toleratedFailurePercentage"]) == (
        "SUCCEEDED",
        2,
        50,
    )
    assert told["executionCounts"]["succeeded"] == 3
    children = sfn.list_executions(mapRunArn=run["mapRunArn"])["executions"]
    assert {one["stateMachineArn"] for one in children} == {f"{arn}/Tables"}
    assert len(sfn.list_executions(stateMachineArn=arn)["executions"]) == 1


def test_child_executions_have_their_own_context_and_no_outer_variables(account: Account) -> None:
    def mapped(expression: str) -> dict[str, Any]:
        only = one_state(Type="Pass", Output=expression)
        return {
            "Set": {"Type": "Pass", "Assign": {"outer": 1}, "Next": "Map"},
            "Map": {
                "Type": "Map",
                "Items": ["a"],
                "End": True,
                "Label": "Tables",
                "ItemProcessor": {**DISTRIBUTED, "StartAt": "Only", "States": only},
            },
        }

    arn = machine(account, mapped("{% $states.context.Execution %}"), CHILDREN)
    found = finish(account, arn)
    [context] = output(found)
    assert context["Id"].startswith(arn.replace(":stateMachine:", ":execution:") + "/Tables:")
    assert context["Input"] == "a"
    assert context["Name"] == context["Id"].rsplit(":", 1)[1]
    definition = json.dumps({"QueryLanguage": "JSONata", "StartAt": "Set", "States": mapped("{% $outer %}")})
    account.client("stepfunctions").update_state_machine(stateMachineArn=arn, definition=definition)
    assert finish(account, arn)["error"] == "States.ExceedToleratedFailureThreshold"


@pytest.mark.parametrize(("percentage", "status"), [(50, "SUCCEEDED"), (49, "FAILED")])
def test_tolerated_failures(account: Account, percentage: int, status: str) -> None:
    states = {
        "Map": {
            "Type": "Map",
            "Items": [True, False],
            "End": True,
            "ToleratedFailurePercentage": percentage,
            "ItemProcessor": {
                **DISTRIBUTED,
                "StartAt": "Good",
                "States": {
                    "Good": {
                        "Type": "Choice",
                        "Choices": [{"Condition": "{% $states.input %}", "Next": "Yes"}],
                        "Default": "No",
                    },
                    "Yes": {"Type": "Succeed"},
                    "No": {"Type": "Fail", "Error": "Bad", "Cause": "It is bad"},
                },
            },
        },
    }
    found = finish(account, machine(account, states, CHILDREN))
    assert found["status"] == status
    if status == "SUCCEEDED":
        good, bad = output(found)
        assert good is True
        assert (bad["Status"], bad["Error"], bad["Cause"]) == ("FAILED", "Bad", "It is bad")
    else:
        assert found["error"] == "States.ExceedToleratedFailureThreshold"


def test_parallel_in_jsonata_takes_arguments_output_and_assign(account: Account) -> None:
    branch = {
        "StartAt": "Only",
        "States": one_state(Type="Pass", Output="{% $states.input.x + $add %}", Assign={"own": 1}),
    }
    states = {
        "Set": {"Type": "Pass", "Assign": {"add": 10}, "Next": "Both"},
        "Both": {
            "Type": "Parallel",
            "Branches": [branch, branch],
            "Arguments": {"x": 1},
            "Next": "Told",
            "Output": "{% $sum($states.result) %}",
            "Assign": {"list": "{% $states.result %}"},
        },
        "Told": {
            "Type": "Pass",
            "End": True,
            "Output": {"sum": "{% $states.input %}", "list": "{% $list %}", "leaked": "{% $exists($own) %}"},
        },
    }
    assert output(finish(account, machine(account, states))) == {"sum": 22, "list": [11, 11], "leaked": False}


def test_assign_binds_all_variables_at_once(account: Account) -> None:
    states = {
        "First": {"Type": "Pass", "Assign": {"a": 1, "b": 2}, "Next": "Swap"},
        "Swap": {"Type": "Pass", "Assign": {"a": "{% $b %}", "b": "{% $a %}"}, "Next": "Told"},
        "Told": {"Type": "Pass", "Output": ["{% $a %}", "{% $b %}"], "End": True},
    }
    assert output(finish(account, machine(account, states))) == [2, 1]


def test_a_failing_branch_stops_its_sibling(account: Account) -> None:
    branches = [
        {"StartAt": "Long", "States": {"Long": {"Type": "Wait", "Seconds": 86400, "End": True}}},
        {"StartAt": "Bad", "States": {"Bad": {"Type": "Fail", "Error": "Bad"}}},
    ]
    found = finish(account, machine(account, one_state(Type="Parallel", Branches=branches)))
    assert (found["status"], found["error"]) == ("FAILED", "Bad")


def test_the_last_states_input_is_in_the_history_read_backwards(account: Account) -> None:
    states = {
        "Which": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.ok %}", "Next": "Done"}],
            "Default": "Broken",
        },
        "Done": {"Type": "Succeed", "Output": "{% $states.input %}"},
        "Broken": {"Type": "Fail", "Error": "E", "Cause": "C"},
    }
    arn, sfn = machine(account, states), account.client("stepfunctions")
    for ok, kind in ((True, "SucceedStateEntered"), (False, "FailStateEntered")):
        found = finish(account, arn, {"ok": ok, "report": [1]})
        told = sfn.get_execution_history(executionArn=found["executionArn"], reverseOrder=True, maxResults=5)
        [entered] = [event for event in told["events"] if event["type"] == kind]
        assert json.loads(entered["stateEnteredEventDetails"]["input"]) == {"ok": ok, "report": [1]}
        assert told["events"][0]["id"] == max(event["id"] for event in told["events"])


def test_a_wait_ends_when_the_clock_has_passed_it(account: Account) -> None:
    arn, sfn = (
        machine(account, one_state(Type="Wait", Seconds="{% 86400 * 2 %}")),
        account.client("stepfunctions"),
    )
    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    account.aws.advance(days=1)
    assert sfn.describe_execution(executionArn=execution)["status"] == "RUNNING"
    account.aws.advance(days=1, minutes=1)
    found = sfn.describe_execution(executionArn=execution)
    assert found["status"] == "SUCCEEDED"
    assert (found["stopDate"] - found["startDate"]).total_seconds() >= 2 * 86400


def test_a_machine_that_outlives_its_timeout(account: Account) -> None:
    arn = machine(account, one_state(Type="Wait", Seconds=86400), TimeoutSeconds=7200)
    sfn = account.client("stepfunctions")
    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    account.aws.advance(hours=3)
    found = sfn.describe_execution(executionArn=execution)
    assert (found["status"], found["error"]) == ("TIMED_OUT", "States.Timeout")
    last = sfn.get_execution_history(executionArn=execution, reverseOrder=True, maxResults=1)["events"][0]
    assert last["type"] == "ExecutionTimedOut"


def test_too_many_history_events_end_the_execution(account: Account) -> None:
    states = {
        "Count": {"Type": "Pass", "Assign": {"n": 0}, "Next": "More"},
        "More": {"Type": "Pass", "Output": "{% $states.input %}", "Next": "More2"},
        "More2": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% false %}", "Next": "End"}],
            "Default": "More",
        },
        "End": {"Type": "Succeed"},
    }
    found = finish(account, machine(account, states), seconds=60)
    assert (found["status"], found["error"]) == ("FAILED", "States.Runtime")
    assert "25000" in found["cause"]


def test_too_large_a_payload_is_not_caught_by_states_all(account: Account) -> None:
    large = "{% $pad('x', 300000) %}"
    processor = {"StartAt": "Only", "States": one_state(Type="Pass", Output=large)}
    states = {
        "Map": {
            "Type": "Map",
            "Items": [1],
            "ItemProcessor": processor,
            "End": True,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
        },
        "Caught": {"Type": "Succeed"},
    }
    assert finish(account, machine(account, states))["error"] == "States.DataLimitExceeded"


def test_distributed_children_need_the_right_to_start_executions(account: Account) -> None:
    processor = {**DISTRIBUTED, "StartAt": "Only", "States": one_state(Type="Pass")}
    found = finish(account, machine(account, one_state(Type="Map", Items=[1], ItemProcessor=processor)))
    assert found["error"] == "States.Permissions"
    assert "states:StartExecution" in found["cause"]


def test_stopping_an_execution_stops_its_children(account: Account) -> None:
    processor = {**DISTRIBUTED, "StartAt": "Only", "States": one_state(Type="Wait", Seconds=86400)}
    arn = machine(account, one_state(Type="Map", Items=[1, 2], ItemProcessor=processor), CHILDREN)
    sfn = account.client("stepfunctions")
    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    while not (runs := sfn.list_map_runs(executionArn=execution)["mapRuns"]):
        time.sleep(0.05)
    while len(sfn.list_executions(mapRunArn=runs[0]["mapRunArn"])["executions"]) < 2:
        time.sleep(0.05)
    sfn.stop_execution(executionArn=execution)
    children = sfn.list_executions(mapRunArn=runs[0]["mapRunArn"])["executions"]
    assert [child["status"] for child in children] == ["ABORTED", "ABORTED"]


def test_a_deleted_machine_keeps_its_name_until_what_runs_takes_its_next_step(account: Account) -> None:
    sfn = account.client("stepfunctions")
    states = {"Wait": {"Type": "Wait", "Seconds": 3600, "Next": "Done"}, "Done": {"Type": "Succeed"}}
    arn = machine(account, states)
    found = sfn.describe_state_machine(stateMachineArn=arn)
    again = {key: found[key] for key in ("name", "definition", "roleArn")}
    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    account.aws.advance(minutes=1)
    sfn.delete_state_machine(stateMachineArn=arn)
    with pytest.raises(sfn.exceptions.StateMachineDeleting):
        sfn.create_state_machine(**again)
    assert sfn.describe_state_machine(stateMachineArn=arn)["status"] == "DELETING"
    (listed,) = sfn.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]
    assert listed["executionArn"] == execution
    account.aws.advance(hours=2)
    assert sfn.create_state_machine(**again)["stateMachineArn"] == arn


def test_what_runs_fails_when_its_machine_was_deleted(account: Account) -> None:
    states = {"Wait": {"Type": "Wait", "Seconds": 3600, "Next": "Done"}, "Done": {"Type": "Succeed"}}
    definition = json.dumps({"QueryLanguage": "JSONata", "StartAt": "Wait", "States": states})
    made = {"StateMachineName": "m", "RoleArn": role(account), "DefinitionString": definition}
    body = {"Resources": {"Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": made}}}
    client, sfn = account.client("cloudformation"), account.client("stepfunctions")
    client.create_stack(StackName="s", TemplateBody=json.dumps(body))
    client.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    arn = f"arn:aws:states:{account.region}:{account.id}:stateMachine:m"
    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    client.delete_stack(StackName="s")
    client.get_waiter("stack_delete_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    account.aws.advance(hours=2)
    ended = sfn.describe_execution(executionArn=execution)
    assert (ended["status"], ended["cause"]) == ("FAILED", "State machine m has been deleted.")
