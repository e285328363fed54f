# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was changed by hand is as deployed again after a repair."""

from __future__ import annotations

import json
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import client as aws_client
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.template import DeployedStack
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing import apply
from ansible_collections.tablekeeper.dynamodb.plugins.modules import stack_repair
from local_aws.server.environment import environment
from tests.unit.modules.old_boto import grow_old
from tests.unit.support import by_hand
from tests.unit.support.deployed import deployed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_aws.client.faults import Faults
    from local_aws.client.fixtures import Account
    from tests.unit.support.deployed import Target

    Ask = Callable[..., dict[str, Any]]


@pytest.fixture(name="ask")
def fixture_ask(play: Callable[..., dict[str, Any]]) -> Ask:
    return partial(play, stack_repair)


@pytest.fixture(name="target")
def fixture_target(account: Account) -> Target:
    """Two tables and three subscribers, all confirmed."""
    target = by_hand.listening(account)
    for each in by_hand.ALERTS[:2]:
        account.aws.control("POST", "confirm", account=account.id, endpoint=each["endpoint"])
    return target


@contextmanager
def through(faults: Faults, account: Account) -> Iterator[Callable[[str, str, str], None]]:
    """Modules ask AWS through the proxy, which answers an operation with an error."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(faults.url, account.id, account.region).items():
            patch.setenv(name, value)
        yield lambda service, operation, code: faults.set(
            {"service": service, "operation": operation, "error": {"code": code, "status": 400}}
        )
    faults.set()


def test_where_all_stands_nothing_is_done(target: Target, ask: Ask) -> None:
    target.account.forget_calls()
    answer = ask()
    assert (answer["changed"], answer["repaired"], answer["left"]) == (False, [], [])
    changing = {call["operation"] for call in target.account.calls()}
    assert not {each for each in changing if not each.startswith(("Describe", "List", "Get", "Head"))}


def test_what_was_altered_is_put_back(target: Target, ask: Ask) -> None:
    by_hand.alter(target)
    before = by_hand.seen(target).deviations
    foreseen = ask(check=True)
    assert by_hand.seen(target).deviations == before
    answer = ask()
    (theirs,) = by_hand.seen(target).deviations
    assert (answer["left"], theirs.type, theirs.kind) == ([], "AWS::SNS::TopicPolicy", "extended")
    assert answer["repaired"] == foreseen["repaired"]
    assert (
        "the alarm tablekeeper-missed-orders is switched off (ActionsEnabled is false, should be true)"
        in (answer["repaired"])
    )
    assert ask()["changed"] is False


@pytest.mark.newest
def test_heartbeats_are_let_in_again(account: Account, ask: Ask) -> None:
    target = deployed(account, {"tablekeeper_tables": ["orders"]})
    by_hand.keep_heartbeats_out(target, "orders")
    account.client("cloudwatch").set_alarm_state(
        AlarmName="tablekeeper-missed-orders", StateValue="ALARM", StateReason="test"
    )
    assert len(ask()["repaired"]) == 1
    assert by_hand.seen(target).deviations == ()


@pytest.mark.newest
def test_a_bucket_that_somebody_made_anew_is_set_up_again(target: Target, ask: Ask) -> None:
    s3, bucket = target.client("s3"), target.outputs["tablekeeper-store"]["BucketName"]
    s3.delete_bucket(Bucket=bucket)
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": target.account.region})
    answer = ask()
    assert (answer["left"], by_hand.seen(target).deviations) == ([], ())
    assert {"Key": "tablekeeper-prefix", "Value": "tablekeeper"} in s3.get_bucket_tagging(Bucket=bucket)[
        "TagSet"
    ]


@pytest.mark.newest
def test_what_does_not_stay_mended_is_told_with_what_to_type(
    target: Target, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand.end_a_schedule(target)
    monkeypatch.setattr(apply, "_put", lambda *_what: None)
    monkeypatch.setattr(aws_client, "SECONDS_BETWEEN", 0)
    answer = ask()
    (left,) = answer["left"]
    assert "EndDate is 2099-01-01" in left
    assert answer["changed"] is False
    command = answer["by_hand"][left].split("aws scheduler delete-schedule ")[1].split()
    target.client("scheduler").delete_schedule(GroupName=command[1], Name=command[3])
    assert "is gone" in ask()["repaired"][0]
    assert ask()["left"] == []


@pytest.mark.newest
def test_what_aws_tells_late_is_waited_for(target: Target, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    by_hand.end_a_schedule(target)
    monkeypatch.setattr(aws_client, "SECONDS_BETWEEN", 0)
    look, seen = stack_repair._look, []

    def late(*asked: Any) -> Any:
        seen.append(look(*asked))
        return seen[0] if len(seen) == 2 else seen[-1]

    monkeypatch.setattr(stack_repair, "_look", late)
    answer = ask()
    assert (answer["left"], len(answer["repaired"]), len(seen)) == ([], 1, 3)


def test_what_was_deleted_is_made_again(target: Target, ask: Ask) -> None:
    by_hand.delete(target)
    target.account.aws.advance(seconds=61)  # SQS lets nobody have the name of a queue so soon
    answer = ask()
    assert answer["left"] == []
    assert "the state machine tablekeeper-export-1 is gone" in answer["repaired"]
    assert {each.kind for each in by_hand.seen(target).deviations} == {"pending"}
    assert sorted(answer["asked"]) == sorted(["https://example.com/***", by_hand.SQS, "ops@example.com"])


@pytest.mark.newest
def test_what_runs_of_a_state_machine_that_was_deleted_does_not_keep_its_name(
    target: Target, ask: Ask
) -> None:
    """A heartbeat that is kept alive takes its next step in six hours."""
    machine, client = (
        target.outputs["tablekeeper-export-1"]["HeartbeatMachineArn"],
        target.client("stepfunctions"),
    )
    topic = next(
        each["TopicArn"]
        for each in target.client("sns").list_topics()["Topics"]
        if "heartbeat" in each["TopicArn"]
    )
    until = (target.account.aws.now() + timedelta(days=9)).isoformat()
    execution = client.start_execution(
        stateMachineArn=machine, input=json.dumps({"topic": topic, "until": until})
    )["executionArn"]
    client.delete_state_machine(stateMachineArn=machine)
    assert client.describe_state_machine(stateMachineArn=machine)["status"] == "DELETING"
    told = "the state machine tablekeeper-export-1-heartbeat is gone"
    assert ask(check=True)["repaired"] == [told]
    answer = ask()
    assert (answer["repaired"], answer["left"]) == ([told], [])
    assert client.describe_state_machine(stateMachineArn=machine)["status"] == "ACTIVE"
    assert client.describe_execution(executionArn=execution)["status"] == "ABORTED"


@pytest.mark.newest
def test_a_key_that_waits_to_be_deleted_is_rescued_and_not_replaced(target: Target, ask: Ask) -> None:
    key, kms = target.outputs["tablekeeper-store"]["KmsKeyArn"], target.client("kms")
    kms.schedule_key_deletion(KeyId=key)
    answer = ask()
    assert answer["left"] == []
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"
    (stack,) = target.client("cloudformation").describe_stacks(StackName="tablekeeper-store")["Stacks"]
    assert key in [each["OutputValue"] for each in stack["Outputs"]]


@pytest.mark.newest
def test_a_pipeline_that_was_stopped_runs_again(account: Account, ask: Ask) -> None:
    target = deployed(account, {"tablekeeper_tables": [{"name": "orders", "engine": "data_pipeline"}]})
    client = target.client("datapipeline")
    (pipeline,) = client.list_pipelines()["pipelineIdList"]
    client.deactivate_pipeline(pipelineId=pipeline["id"])
    (told,) = ask()["repaired"]
    assert told.startswith(f"the pipeline {pipeline['name']} is switched off (it is INACTIVE")
    assert by_hand.seen(target).deviations == ()


@pytest.mark.newest
def test_who_is_gone_is_asked_again_and_who_is_removed_is_told_no_more(target: Target, ask: Ask) -> None:
    sns, topic = target.client("sns"), target.outputs["tablekeeper-store"]["AlertsTopicArn"]
    for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        if each["Protocol"] == "email":
            sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    answer = ask()
    assert (answer["asked"], answer["waiting"]) == (
        ["ops@example.com"], ["ops@example.com has not confirmed the subscription to the alerts."],
    )  # fmt: skip
    # Who was asked is asked again when SNS has forgotten it, however old the stack is.
    for _look in range(2):
        target.account.aws.advance(days=1)
        assert ask()["changed"] is False
    target.account.aws.advance(days=1, seconds=60)
    assert ask()["asked"] == ["ops@example.com"]
    assert ask()["changed"] is False
    stack = next(each for each in target.stacks() if each.name == "tablekeeper-store")
    hook = [each.logical_id for each in stack.resources if each.properties.get("Protocol") == "https"]
    assert ask(removed_subscriptions=hook)["ended"] == ["https://example.com/***"]
    assert "https" not in {
        each["Protocol"] for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    }


@pytest.mark.newest
def test_stacks_are_protected(account: Account, ask: Ask) -> None:
    client = account.client("cloudformation")
    for name in deployed(account, {"tablekeeper_tables": ["orders"]}).outputs:
        client.update_termination_protection(StackName=name, EnableTerminationProtection=False)
    assert ask(check=True)["protected"] == ["tablekeeper-store", "tablekeeper-export-1"]
    assert ask()["protected"] == ["tablekeeper-store", "tablekeeper-export-1"]
    assert ask()["protected"] == []


def test_what_may_not_be_looked_at_is_told(target: Target, ask: Ask, allow: Callable[..., None]) -> None:
    assert target
    allow("cloudformation:DescribeStacks", "cloudformation:GetTemplate", "cloudwatch:DescribeAlarms")
    refused = ask()["refused"]
    assert any(each.startswith("states:DescribeStateMachine (AccessDenied") for each in refused)


@pytest.mark.newest
def test_what_fails_keeps_nothing_else_from_being_put_right(target: Target, ask: Ask, faults: Faults) -> None:
    by_hand.alter(target)
    with through(faults, target.account) as set_faults:
        set_faults("sns", "SetTopicAttributes", "InvalidParameter")
        answer = ask()
    assert answer["failed"] is True
    assert "it could not be put right: the policy of the topic" in answer["msg"]
    assert "An error occurred (InvalidParameter) when calling the SetTopicAttributes" in answer["msg"]
    assert any(told.startswith("the policy of the topic") for told in answer["left"])
    assert any("the role tablekeeper-export-1-machine" in told for told in answer["repaired"])
    assert ask()["left"] == []


def test_only_who_is_to_be_asked_is_asked(target: Target, ask: Ask) -> None:
    sns, topic = target.client("sns"), target.outputs["tablekeeper-store"]["AlertsTopicArn"]
    for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        if each["Protocol"] == "email":
            sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    answer = ask(subscribe=False)
    assert (answer["changed"], answer["asked"]) == (False, [])


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("User is not authorized to perform: sns:GetTopicAttributes", "not authorized to perform: sns:Get"),
        ("The submitted information didn't contain changes. Submit different information.", ""),
    ],
)
def test_a_change_set_that_cannot_be_made_says_why(reason: str, told: str) -> None:
    client = boto3.client("cloudformation", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    stack = DeployedStack("id", "tablekeeper-store", {})
    with Stubber(client) as stub:
        stub.add_response("delete_change_set", {})
        stub.add_response("create_change_set", {})
        stub.add_response("describe_change_set", {"Status": "FAILED", "StatusReason": reason})
        stub.add_response("delete_change_set", {})
        with pytest.raises(apply.NotRepairedError, match=told) if told else nullcontext():
            apply.revert(lambda _service: client, stack, 60)  # type: ignore[arg-type]
        stub.assert_no_pending_responses()


def test_an_old_boto3_says_which_one_is_needed(
    target: Target, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow_old(monkeypatch)
    cloudwatch = target.client("cloudwatch")
    cloudwatch.disable_alarm_actions(AlarmNames=["tablekeeper-missed-orders"])
    assert ask()["left"] == []  # what needs no CloudFormation is put right
    target.client("logs").put_retention_policy(
        logGroupName="/aws/vendedlogs/states/tablekeeper", retentionInDays=1
    )
    answer = ask()
    assert answer["failed"] is True
    assert apply.OLD_BOTO in answer["msg"]
    assert "install boto3 1.41.0 or newer where the modules run" in answer["msg"]
