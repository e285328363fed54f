# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module as Ansible runs it, on a real stack."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import yaml
from botocore.exceptions import WaiterError
from botocore.stub import Stubber

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stack_state import StuckStackError
from ansible_collections.tablekeeper.dynamodb.plugins.modules import stack_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local_aws.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

NAME = "tk-store"
ALERTS = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "tk-alerts"}}
QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "tk-dead"}}
OLD = {"Resources": {"Alerts": ALERTS}, "Outputs": {"Topic": {"Value": {"Ref": "Alerts"}}}}
NEW = {"Resources": {"Queue": QUEUE}}
SETTLED = {"Delay": 0.1, "MaxAttempts": 100}
# Step Functions takes no machine without states, so a stack with it is rolled back.
NO_STATES = {"RoleArn": "arn:aws:iam::123456789012:role/machine", "DefinitionString": "{}"}
BROKEN = {"Resources": {"Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": NO_STATES}}}


@pytest.fixture(name="ask")
def fixture_ask(play: Callable[..., dict[str, Any]]) -> Ask:
    return partial(play, stack_state, name=NAME)


@pytest.fixture(name="deploy")
def fixture_deploy(account: Account) -> Callable[..., None]:
    """Makes the stack from a template, or from its text, and waits until it is settled."""

    def deploy(template: Any, **more: Any) -> None:
        client = account.client("cloudformation")
        body = template if isinstance(template, str) else json.dumps(template)
        client.create_stack(StackName=NAME, TemplateBody=body, **more)
        client.get_waiter("stack_create_complete").wait(StackName=NAME, WaiterConfig=SETTLED)
        account.forget_calls()

    return deploy


def told(answer: dict[str, Any]) -> tuple[str, bool, str]:
    return answer["action"], answer["changed"], answer["status"]


def test_a_stack_that_is_not_there_has_to_be_created(account: Account, ask: Ask) -> None:
    answer = ask(template=json.dumps(OLD))
    assert told(answer) == ("create", True, "")
    assert answer["outputs"] == {"Topic": "known after the deployment"}
    assert answer["changes"] == [{"action": "Add", "logical_id": "Alerts", "type": "AWS::SNS::Topic"}]
    assert account.client("cloudformation").list_stacks()["StackSummaries"] == []


def test_a_stack_of_the_same_template_is_left_alone(account: Account, deploy: Any, ask: Ask) -> None:
    deploy(OLD)
    answer = ask(template=json.dumps(OLD))
    assert told(answer) == ("none", False, "CREATE_COMPLETE")
    assert answer["changes"] == []
    assert answer["outputs"] == {"Topic": f"arn:aws:sns:eu-west-1:{account.id}:tk-alerts"}


def test_a_template_that_was_deployed_as_yaml_is_the_same(deploy: Any, ask: Ask) -> None:
    deploy(yaml.safe_dump(OLD))
    assert told(ask(template=json.dumps(OLD))) == ("none", False, "CREATE_COMPLETE")


def test_another_template_tells_what_it_would_do(account: Account, deploy: Any, ask: Ask) -> None:
    deploy(OLD)
    answer = ask(template=json.dumps(NEW), diff=True)
    assert told(answer) == ("update", True, "CREATE_COMPLETE")
    assert answer["changes"] == [
        {"action": "Remove", "logical_id": "Alerts", "type": "AWS::SNS::Topic"},
        {"action": "Add", "logical_id": "Queue", "type": "AWS::SQS::Queue"},
    ]
    assert answer["diff"][0]["before_header"] == "tk-store (deployed)"
    assert yaml.safe_load(answer["diff"][0]["before"]) == OLD
    assert yaml.safe_load(answer["diff"][0]["after"]) == NEW
    assert {call["operation"] for call in account.calls()} == {"DescribeStacks", "GetTemplate"}


def test_the_difference_is_shown_in_diff_mode_only(ask: Ask) -> None:
    assert "diff" not in ask(template=json.dumps(NEW))


def test_check_mode_tells_the_same(deploy: Any, ask: Ask) -> None:
    deploy(OLD)
    assert ask(template=json.dumps(NEW), check=True) == ask(template=json.dumps(NEW))


def test_what_a_failed_creation_left_has_to_be_made_again(deploy: Any, ask: Ask) -> None:
    with pytest.raises(WaiterError, match="ROLLBACK_COMPLETE"):
        deploy(BROKEN)
    answer = ask(template=json.dumps(OLD))
    assert told(answer) == ("recreate", True, "ROLLBACK_COMPLETE")
    assert [change["action"] for change in answer["changes"]] == ["Add"]


def test_a_plan_that_was_never_carried_out_gives_way(account: Account, ask: Ask) -> None:
    account.client("cloudformation").create_change_set(
        StackName=NAME, ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=json.dumps(OLD)
    )
    assert told(ask(template=json.dumps(OLD))) == ("recreate", True, "REVIEW_IN_PROGRESS")


def test_text_that_is_no_template_is_refused(account: Account, ask: Ask) -> None:
    answer = ask(template="Resources: {}")
    assert answer["failed"] is True
    assert answer["msg"].startswith("The template of the stack tk-store is not JSON: ")
    assert account.calls() == []


def test_a_stack_that_may_not_be_seen_is_not_absent(ask: Ask, allow: Callable[..., None]) -> None:
    allow("cloudformation:GetTemplate")
    answer = ask(template=json.dumps(OLD))
    assert answer["failed"] is True
    assert answer["msg"].startswith("The stack tk-store cannot be read: ")
    assert "AccessDenied" in answer["msg"]
    assert "DescribeStacks" in answer["msg"]


def test_a_template_that_may_not_be_seen_is_not_empty(
    deploy: Any, ask: Ask, allow: Callable[..., None]
) -> None:
    deploy(OLD)
    allow("cloudformation:DescribeStacks")
    answer = ask(template=json.dumps(OLD))
    assert answer["failed"] is True
    assert "GetTemplate" in answer["msg"]


@pytest.mark.parametrize("operation", ["DescribeStacks", "GetTemplate"])
def test_a_throttled_call_is_repeated(
    deploy: Any, ask: Ask, throttle: Callable[..., None], operation: str
) -> None:
    deploy(OLD)
    throttle("cloudformation", operation, times=3)
    assert ask(template=json.dumps(OLD))["action"] == "none"


def test_a_call_that_stays_throttled_is_named(ask: Ask, throttle: Callable[..., None]) -> None:
    throttle("cloudformation", "DescribeStacks")
    answer = ask(template=json.dumps(OLD))
    assert answer["failed"] is True
    assert "(Throttling) when calling the DescribeStacks operation" in answer["msg"]


def in_states(*states: str) -> tuple[Any, Stubber]:
    """A client whose stack is in one state after another: CloudFormation cannot be stopped on its way."""
    client = boto3.client("cloudformation", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="a")
    stub = Stubber(client)
    for state in states:
        stack = {"StackName": NAME, "StackStatus": state, "CreationTime": "2026-11-23T12:00:00Z"}
        stub.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": NAME})
    return client, stub


def test_it_waits_while_cloudformation_is_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack_state, "POLL_SECONDS", 0)
    client, stub = in_states("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE")
    with stub:
        found = stack_state.settled_stack(client, NAME, 60)
    assert found
    assert found["StackStatus"] == "UPDATE_COMPLETE"
    stub.assert_no_pending_responses()


def test_it_waits_no_longer_than_it_may() -> None:
    client, stub = in_states("DELETE_IN_PROGRESS")
    with stub, pytest.raises(StuckStackError, match="still DELETE_IN_PROGRESS after 0 seconds"):
        stack_state.settled_stack(client, NAME, 0)
