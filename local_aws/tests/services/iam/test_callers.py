# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a user of IAM is asked for when CloudFormation or S3 acts in the user's name."""

from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.users import allow, as_user
from local_aws.client.waiting import until

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

HAS_SCHEMAS = bool(importlib.util.find_spec("cfnlint") and importlib.util.find_spec("jsonschema"))
QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "mine"}}
MAY_DEPLOY = allow("cloudformation:CreateStack", "cloudformation:DescribeStackEvents")
MAY_MAKE = (
    "sqs:CreateQueue", "sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListQueueTags", "sqs:TagQueue",
    "sqs:DeleteQueue",
)  # fmt: skip
VIA = {"ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}}


def deploy(account: Account, *statements: dict[str, Any]) -> tuple[str, str]:
    """The state that a stack of one queue gets to, and why if it failed."""
    body = json.dumps({"Resources": {"Queue": QUEUE}})
    as_user(account, "cloudformation", MAY_DEPLOY, *statements).create_stack(
        StackName="s", TemplateBody=body, OnFailure="DO_NOTHING"
    )
    client = account.client("cloudformation")
    end = {"CREATE_COMPLETE", "CREATE_FAILED"}
    until(lambda: client.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] in end, "The stack's end")
    (stack,) = client.describe_stacks(StackName="s")["Stacks"]
    events = client.describe_stack_events(StackName="s")["StackEvents"]
    reasons = [
        each.get("ResourceStatusReason", "") for each in events if each["LogicalResourceId"] == "Queue"
    ]
    return stack["StackStatus"], " ".join(reasons)


@pytest.mark.skipif(not HAS_SCHEMAS, reason="the schemas that cfn-lint brings say what a handler asks for")
def test_cloudformation_makes_what_the_caller_may_make(account: Account) -> None:
    queue = f"arn:aws:sqs:{account.region}:{account.id}:mine"
    assert deploy(account, allow(*MAY_MAKE, resource=queue, Condition=VIA))[0] == "CREATE_COMPLETE"


@pytest.mark.skipif(not HAS_SCHEMAS, reason="the schemas that cfn-lint brings say what a handler asks for")
@pytest.mark.parametrize(
    "statement",
    [
        allow(*MAY_MAKE[1:]),
        allow(*MAY_MAKE, resource="arn:aws:sqs:*:*:other"),
        allow(*MAY_MAKE, Condition={"ForAnyValue:StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}}),
    ],
)
def test_cloudformation_makes_nothing_else(account: Account, statement: dict[str, Any]) -> None:
    state, reason = deploy(account, statement)
    assert state == "CREATE_FAILED"
    assert "is not authorized to perform: sqs:CreateQueue" in reason
    assert account.client("sqs").list_queues().get("QueueUrls", []) == []


def test_what_is_allowed_by_way_of_cloudformation_is_not_allowed_directly(account: Account) -> None:
    sqs = as_user(account, "sqs", allow(*MAY_MAKE, Condition=VIA))
    with pytest.raises(ClientError, match="not authorized to perform: sqs:"):
        sqs.create_queue(QueueName="mine")


def test_a_template_is_fetched_in_the_callers_name(account: Account) -> None:
    account.client("s3").create_bucket(
        Bucket="templates-of-mine", CreateBucketConfiguration={"LocationConstraint": account.region}
    )
    account.client("s3").put_object(
        Bucket="templates-of-mine", Key="t.json", Body=json.dumps({"Resources": {"Queue": QUEUE}})
    )
    url = f"https://templates-of-mine.s3.{account.region}.amazonaws.com/t.json"
    client = as_user(account, "cloudformation", MAY_DEPLOY)
    with pytest.raises(ClientError, match="S3 error: Access Denied"):
        client.create_stack(StackName="s", TemplateURL=url)


@pytest.mark.parametrize("right", ["", "kms:Decrypt"])
def test_reading_what_a_key_encrypted_needs_the_key(account: Account, right: str) -> None:
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    bucket = f"secrets-{account.id}"
    account.client("s3").create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": account.region}
    )
    account.client("s3").put_object(
        Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=key
    )
    via = {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}}
    rights = [allow("s3:GetObject"), *([allow(right, resource=key, Condition=via)] if right else [])]
    s3 = as_user(account, "s3", *rights)
    if right:
        assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    else:
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.get_object(Bucket=bucket, Key="k")


@pytest.mark.parametrize("resource", ["arn:aws:sns:*:*:*", "*"])
def test_an_action_without_resources_needs_all_of_them(account: Account, resource: str) -> None:
    """Only * allows sns:Unsubscribe; whoever names topics allows nothing."""
    mine = account.client("sns")
    topic = mine.create_topic(Name="alerts")["TopicArn"]
    queue = f"arn:aws:sqs:{account.region}:{account.id}:mine"
    made = mine.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, ReturnSubscriptionArn=True)
    sns = as_user(account, "sns", allow("sns:*", resource=resource))
    assert sns.get_topic_attributes(TopicArn=topic)
    if resource == "*":
        sns.unsubscribe(SubscriptionArn=made["SubscriptionArn"])
    else:
        with pytest.raises(ClientError, match="not authorized to perform: sns:Unsubscribe"):
            sns.unsubscribe(SubscriptionArn=made["SubscriptionArn"])
        with pytest.raises(ClientError, match="GetSubscriptionAttributes"):
            sns.get_subscription_attributes(SubscriptionArn=made["SubscriptionArn"])


@pytest.mark.skipif(not HAS_SCHEMAS, reason="the schemas that cfn-lint brings say what a handler asks for")
@pytest.mark.parametrize("resource", ["arn:aws:sns:*:*:*", "*"])
def test_cloudformation_reads_subscriptions_by_the_same_rule(account: Account, resource: str) -> None:
    topic = account.client("sns").create_topic(Name="alerts")["TopicArn"]
    queue = f"arn:aws:sqs:{account.region}:{account.id}:mine"
    made = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": queue}
    body = {"Resources": {"Mine": {"Type": "AWS::SNS::Subscription", "Properties": made}}}
    user = as_user(account, "cloudformation", MAY_DEPLOY, allow("sns:*", resource=resource, Condition=VIA))
    user.create_stack(StackName="s", TemplateBody=json.dumps(body), OnFailure="DO_NOTHING")
    client = account.client("cloudformation")

    def status() -> str:
        found: str = client.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"]
        return "" if found.endswith("IN_PROGRESS") else found

    expected = "CREATE_COMPLETE" if resource == "*" else "CREATE_FAILED"
    assert until(status, "The stack's end") == expected


def test_the_actions_of_alarms_are_switched_off_by_name(account: Account) -> None:
    mine = f"arn:aws:cloudwatch:{account.region}:{account.id}:alarm:mine-*"
    client = as_user(account, "cloudwatch", allow("cloudwatch:DisableAlarmActions", resource=mine))
    client.disable_alarm_actions(AlarmNames=["mine-1", "mine-2"])
    with pytest.raises(ClientError, match="not authorized to perform: cloudwatch:DisableAlarmActions"):
        client.disable_alarm_actions(AlarmNames=["other"])


@pytest.mark.skipif(not HAS_SCHEMAS, reason="the schemas that cfn-lint brings say what a handler asks for")
def test_what_cloudformation_did_is_noted_apart(account: Account) -> None:
    queue = f"arn:aws:sqs:{account.region}:{account.id}:mine"
    deploy(account, allow(*MAY_MAKE, resource=queue, Condition=VIA))
    noted = account.aws.control("GET", "rights", account=account.id)["rights"]
    of = {via: {each["action"] for each in noted if each["via"] == via} for via in ("", "cloudformation")}
    assert "sqs:CreateQueue" in of["cloudformation"]
    assert "cloudformation:CreateStack" in of[""]
    assert not of[""] & of["cloudformation"]
