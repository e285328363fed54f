# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module as Ansible runs it, on a real stack."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import WaiterError
from botocore.stub import Stubber

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks import gather
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.state import (
    StuckStackError,
    fingerprints,
)
from ansible_collections.tablekeeper.dynamodb.plugins.modules import stack_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

NAME = "tk-store"
ALERTS = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "tk-alerts"}}
TEMPLATE = {"Resources": {"Alerts": ALERTS}, "Outputs": {"Topic": {"Value": {"Ref": "Alerts"}}}}
SETTLED = {"Delay": 0.1, "MaxAttempts": 100}
# Step Functions takes no machine without states, so a stack with it is rolled back.
NO_STATES = {"RoleArn": "arn:aws:iam::123456789012:role/machine", "DefinitionString": "{}"}
BROKEN = {"Resources": {"Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": NO_STATES}}}


@pytest.fixture(name="ask")
def fixture_ask(play: Callable[..., dict[str, Any]]) -> Ask:
    return partial(play, stack_state, stack_name=NAME, fingerprints=fingerprints(TEMPLATE))


@pytest.fixture(name="deploy")
def fixture_deploy(account: Account) -> Callable[..., None]:
    """Makes the stack from a template, and waits until it is settled."""

    def deploy(template: Any, **more: Any) -> None:
        client = account.client("cloudformation")
        client.create_stack(StackName=NAME, TemplateBody=json.dumps(template), **more)
        client.get_waiter("stack_create_complete").wait(StackName=NAME, WaiterConfig=SETTLED)
        account.forget_calls()

    return deploy


def protected(account: Account) -> bool:
    (stack,) = account.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"]
    return bool(stack.get("EnableTerminationProtection"))


def test_a_stack_that_stands_as_wanted_is_told_and_protected(account: Account, deploy: Any, ask: Ask) -> None:
    deploy(TEMPLATE)
    foreseen = ask(check=True)
    assert (foreseen["changed"], protected(account)) == (True, False)
    answer = ask()
    assert (answer["changed"], protected(account)) == (True, True)
    assert answer["stack"]["outputs"] == {"Topic": f"arn:aws:sns:eu-west-1:{account.id}:tk-alerts"}
    assert answer["stack"]["types"] == {"Alerts": "AWS::SNS::Topic"}
    assert ask()["changed"] is False


def test_a_stack_that_was_rolled_back_is_no_success(account: Account, deploy: Any, ask: Ask) -> None:
    deploy(TEMPLATE)
    client = account.client("cloudformation")
    client.update_stack(StackName=NAME, TemplateBody=json.dumps(BROKEN))
    answer = ask()
    assert answer["failed"] is True
    assert (
        "The stack tk-store ended in the state UPDATE_ROLLBACK_COMPLETE: Machine (AWS::StepF" in answer["msg"]
    )


def test_a_stack_that_could_not_be_created_is_no_success(deploy: Any, ask: Ask) -> None:
    with pytest.raises(WaiterError, match="ROLLBACK_COMPLETE"):
        deploy(BROKEN)
    assert "ended in the state ROLLBACK_COMPLETE: Machine (AWS::StepFunctions::" in ask()["msg"]


def test_a_stack_that_is_gone_is_no_success(ask: Ask) -> None:
    answer = ask()
    assert answer["failed"] is True
    assert answer["msg"].startswith("The stack tk-store is gone: it could not be created")


def test_what_another_job_deployed_meanwhile_is_told(deploy: Any, ask: Ask) -> None:
    deploy({**TEMPLATE, "Description": "of another job"})
    answer = ask()
    assert answer["failed"] is True
    assert "is not as it was just deployed: another job has deployed it meanwhile" in answer["msg"]


def test_secrets_are_not_told(account: Account, deploy: Any, ask: Ask) -> None:
    deploy(TEMPLATE)
    hook = "https://hooks.example.com/secret"
    wrong = {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": hook}}}
    account.client("cloudformation").update_stack(
        StackName=NAME, TemplateBody=json.dumps({"Resources": wrong})
    )
    assert "secret" not in ask(secrets=[hook])["msg"]


def test_a_stack_that_may_not_be_seen_is_not_absent(ask: Ask, allow: Callable[..., None]) -> None:
    allow("cloudformation:GetTemplate")
    answer = ask()
    assert answer["failed"] is True
    assert answer["msg"].startswith("The stack tk-store cannot be read: ")
    assert "DescribeStacks" in answer["msg"]


@pytest.mark.parametrize("operation", ["DescribeStacks", "GetTemplate"])
def test_a_throttled_call_is_repeated(
    deploy: Any, ask: Ask, throttle: Callable[..., None], operation: str
) -> None:
    deploy(TEMPLATE)
    throttle("cloudformation", operation, times=3)
    assert ask()["stack"]["status"] == "CREATE_COMPLETE"


def in_states(*states: str) -> tuple[Any, Stubber]:
    """A client whose stack is in one state after another: CloudFormation cannot be stopped on its way."""
    client = boto3.client("cloudformation", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="a")
    stub = Stubber(client)
    for state in states:
        stack = {
            "StackName": NAME,
            "StackStatus": state,
            "CreationTime": "2026-11-23T12:00:00Z",
            "Tags": [{"Key": "tablekeeper-prefix", "Value": "tk"}],
        }
        stub.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": NAME})
    return client, stub


def test_it_waits_while_cloudformation_is_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "POLL_SECONDS", 0)
    client, stub = in_states("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE")
    with stub:
        found = gather.settled_stack(client, NAME, 60)
    assert found
    assert found["StackStatus"] == "UPDATE_COMPLETE"
    stub.assert_no_pending_responses()


def test_it_waits_no_longer_than_it_may() -> None:
    client, stub = in_states("DELETE_IN_PROGRESS")
    with stub, pytest.raises(StuckStackError, match="still DELETE_IN_PROGRESS after 0 seconds"):
        gather.settled_stack(client, NAME, 0)


def test_a_stack_is_left_alone_unless_it_is_as_it_was_read(
    account: Account, deploy: Any, play: Callable[..., dict[str, Any]]
) -> None:
    def ask(read: dict[str, str]) -> dict[str, Any]:
        return play(stack_state, next={"stack_name": NAME, "prefix": "tk", "fingerprints": read})

    another = "another job has deployed it after this one had read it"
    assert another in ask(fingerprints(TEMPLATE))["msg"]  # it is gone
    assert ask({})["changed"] is False
    deploy(TEMPLATE, Tags=[{"Key": "tablekeeper-prefix", "Value": "tk"}])
    assert ask(fingerprints(TEMPLATE))["changed"] is False
    assert protected(account) is False
    assert another in ask({})["msg"]
    assert another in ask(fingerprints(BROKEN))["msg"]


def test_what_was_deployed_is_told_also_if_way_cannot_be_made_for_the_next(deploy: Any, ask: Ask) -> None:
    deploy(TEMPLATE)
    following = {"stack_name": "tk-export-1", "prefix": "tk", "fingerprints": fingerprints(TEMPLATE)}
    answer = ask(next=following)
    assert answer["msg"].startswith("The stack tk-export-1 was left as it is, since another job")
    assert answer["stack"]["name"] == NAME
    assert (answer["failed"], answer["changed"]) == (True, True)


def test_an_empty_shell_is_removed_for_the_next(
    account: Account, play: Callable[..., dict[str, Any]]
) -> None:
    client = account.client("cloudformation")
    tags = [{"Key": "tablekeeper-prefix", "Value": "tk"}]
    client.create_stack(StackName=NAME, TemplateBody=json.dumps(BROKEN), Tags=tags)
    with pytest.raises(WaiterError, match="ROLLBACK_COMPLETE"):
        client.get_waiter("stack_create_complete").wait(StackName=NAME, WaiterConfig=SETTLED)
    following = {"stack_name": NAME, "prefix": "tk", "fingerprints": {}}
    for check in (True, False):
        assert play(stack_state, next=following, check=check)["changed"] is True
    with pytest.raises(client.exceptions.ClientError, match="does not exist"):
        client.describe_stacks(StackName=NAME)
    assert play(stack_state, next=following)["changed"] is False
