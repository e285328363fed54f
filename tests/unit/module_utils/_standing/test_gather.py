# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands on the embedded AWS beside the templates of every inventory that the gates render."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.compare import COMPARERS
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.gather import look
from local_aws.client.fixtures import account, local_aws
from tests.inventories import inventories
from tests.unit.support.by_hand import (
    ALERTS,
    SQS,
    alter,
    delete,
    keep_heartbeats_out,
    listening,
    queue,
    seen,
)
from tests.unit.support.deployed import deployed

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.standing import (
        Deviation,
        Standing,
    )
    from local_aws.client.fixtures import Account

pytestmark = pytest.mark.newest

__all__ = ["account", "local_aws"]

CONFIRMED_BY_HAND = {"email", "email-json", "http", "https"}
INVENTORIES = inventories("eu-west-1")
# The gates need no such instance to be there; AWS Data Pipeline does.
CLUSTER = INVENTORIES["data pipeline with all settings"]["tablekeeper_data_pipeline"]
CLUSTER["core_instance_type"] = "m5.xlarge"


def named(standing: Standing) -> dict[tuple[str, str, str], Deviation]:
    """Each deviation, by the last part of its type, name and kind."""
    found = {(each.type.rsplit("::", 1)[1], each.name, each.kind): each for each in standing.deviations}
    assert len(found) == len(standing.deviations)
    return found


@pytest.mark.parametrize("variables", INVENTORIES.values(), ids=INVENTORIES)
def test_what_was_just_deployed_stands(account: Account, variables: dict[str, Any]) -> None:
    target = deployed(account, variables)
    stacks = target.stacks()
    kinds = {resource.type for stack in stacks for resource in stack.resources}
    assert kinds <= COMPARERS.keys()
    assert "UNKNOWN" not in repr([stack.resources for stack in stacks])
    standing = seen(target)
    waiting = [each for each in target.plan.settings.alerts if each.protocol in CONFIRMED_BY_HAND]
    assert standing.refusals == ()
    assert [each.kind for each in standing.deviations] == ["pending"] * len(waiting)


def test_what_was_altered_by_hand_is_told(account: Account) -> None:
    target = listening(account)
    store = target.outputs["tablekeeper-store"]
    bucket = store["BucketName"]
    alter(target)
    target.client("kms").schedule_key_deletion(KeyId=store["KmsKeyArn"])
    found = named(seen(target))
    wanted = altered(bucket, store["KmsKeyArn"], queue(target))
    assert found.keys() == wanted.keys()
    for key, sentences in wanted.items():
        for sentence in sentences:
            assert any(detail.startswith(sentence) for detail in found[key].details), (key, found[key])
    assert found["Alarm", "tablekeeper-missed-orders", "inactive"].tables == ("orders",)
    assert found["StateMachine", "tablekeeper-export-1", "altered"].tables == ("orders", "sessions")
    assert found["Bucket", bucket, "shortened"].tables == ("orders", "sessions")


def altered(bucket: str, key: str, queue: str) -> dict[tuple[str, str, str], list[str]]:
    """What there is to tell, by type, name and kind: the beginnings of some sentences."""
    machine, group = "tablekeeper-export-1", "tablekeeper-1"
    return {
        ("Alarm", "tablekeeper-missed-orders", "inactive"): ["ActionsEnabled is false, should be true"],
        ("Alarm", "tablekeeper-missed-sessions", "altered"): [
            "OKActions lacks arn:",
            "Unit is Percent, should not be set",
            "Threshold is 5, should be 1",
            "TreatMissingData is ignore, should be breaching",
            "AlarmDescription is not as deployed",
        ],
        ("Alarm", f"{machine}-run-failed", "altered"): ["Threshold is 5, should be 0"],
        ("Bucket", bucket, "altered"): [
            "Versioning is Suspended, should be Enabled",
            "the lifecycle rule leftovers is gone",
            'the lifecycle rule retain-35d: Transitions is ["to GLACIER after 0 days"], should not be set',
            "SSEAlgorithm is AES256, should be aws:kms",
            "BlockPublicAcls is not set, should be true",
        ],
        ("Bucket", bucket, "shortened"): [
            "the lifecycle rule retain-35d: ExpirationInDays is 1, should be 35",
            "the lifecycle rule tidy was not deployed, and deletes everything (ExpirationInDays 3)",
        ],
        ("Bucket", bucket, "untagged"): ["the tag tablekeeper-prefix is not set, should be tablekeeper"],
        ("BucketPolicy", bucket, "missing"): [],
        ("Dashboard", "tablekeeper-eu-west-1", "altered"): ["what it shows is not as deployed"],
        ("Key", key, "inactive"): [
            "its state is PendingDeletion, should be Enabled, and it is deleted on 20"
        ],
        ("LogGroup", "/aws/vendedlogs/states/tablekeeper", "altered"): ["RetentionInDays is 1, should be 90"],
        ("ManagedPolicy", f"{machine}-TablesPolicy0", "altered"): [
            f"it is not attached to the role {machine}-machine-eu-west-1"
        ],
        ("Queue", queue, "altered"): [
            "MessageRetentionPeriod is 60, should be 1209600",
            "DelaySeconds is 900, should be 0",
            "MaximumMessageSize is 1024, should be 262144 or more",
            "KmsMasterKeyId is alias/aws/sqs, should not be set",
            "SqsManagedSseEnabled is false, should be true",
            "its policy denies sqs:SendMessage (statement keep-out)",
        ],
        ("Role", f"{machine}-heartbeat-eu-west-1", "altered"): ["its policy heartbeat is gone"],
        ("Role", f"{machine}-machine-eu-west-1", "altered"): [
            "its policy backup-run has no statement WritePoints"
        ],
        ("Role", f"{machine}-scheduler-eu-west-1", "altered"): ["its trust is not as deployed"],
        ("Schedule", f"{group}-24h-0200-7e5f76", "altered"): [
            "ScheduleExpression is cron(0 5 1 1 ? *), should be cron(0 2 * * ? *)",
            'Input is not set, should be {"schedule": ',
            "EndDate is 2099-01-01",
            "ActionAfterCompletion is DELETE, should be NONE",
        ],
        ("Schedule", f"{group}-6h-0200-7e5f76", "inactive"): ["State is DISABLED, should be ENABLED"],
        ("StateMachine", f"{machine}-heartbeat", "altered"): ["its definition is not as deployed"],
        ("StateMachine", machine, "altered"): ["RoleArn is arn:", "LogLevel is OFF, should be ERROR"],
        ("Subscription", "https://example.com/***", "pending"): [],
        ("Subscription", "ops@example.com", "pending"): [],
        ("Topic", "tablekeeper-alerts", "altered"): ["KmsMasterKeyId is alias/aws/sns, should not be set"],
        ("TopicPolicy", "tablekeeper-alerts", "altered"): ["it has no statement CloudWatchPublishesAlarms"],
        ("TopicPolicy", "tablekeeper-alerts", "extended"): ["it has a statement x that was not deployed"],
    }


def test_what_was_deleted_by_hand_is_told(account: Account) -> None:
    target = listening(account)
    store = target.outputs["tablekeeper-store"]
    delete(target)
    found = named(seen(target))
    missing = {(kind, name) for kind, name, how in found if how == "missing"}
    heartbeat = {name for kind, name in missing if kind == "Topic" and "heartbeat" in name}
    assert len(heartbeat) == 1
    assert missing == {
        ("Alarm", "tablekeeper-missed-orders"),
        ("Alarm", "tablekeeper-export-1-missed-starts"),
        ("Bucket", store["BucketName"]),
        ("BucketPolicy", store["BucketName"]),
        ("Dashboard", "tablekeeper-eu-west-1"),
        ("LogGroup", "/aws/vendedlogs/states/tablekeeper"),
        ("ManagedPolicy", "tablekeeper-export-1-TablesPolicy0"),
        ("Queue", queue(target)),
        ("Role", "tablekeeper-export-1-machine-eu-west-1"),
        ("Schedule", "tablekeeper-1-24h-0200-7e5f76"),
        ("Schedule", "tablekeeper-1-6h-0200-7e5f76"),
        ("ScheduleGroup", "tablekeeper-export-1"),
        ("StateMachine", "tablekeeper-export-1"),
        *(("Subscription", name) for name in ("ops@example.com", "https://example.com/***", SQS)),
        ("Topic", "tablekeeper-alerts"),
        ("Topic", heartbeat.pop()),
        ("TopicPolicy", "tablekeeper-alerts"),
    }
    assert {key[1:] for key in found if key[2] != "missing"} == {
        ("tablekeeper-export-1-TableKeysPolicy", "altered")
    }


def test_who_unsubscribed_is_told_and_who_confirmed_is_not(account: Account) -> None:
    target = listening(account)
    sns, topic = target.client("sns"), target.outputs["tablekeeper-store"]["AlertsTopicArn"]
    for each in ALERTS[:2]:
        account.aws.control("POST", "confirm", account=account.id, endpoint=each["endpoint"])
    assert seen(target).deviations == ()
    for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        if each["Protocol"] in {"email", "sqs"}:
            sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    found = [(each.type, each.name, each.kind) for each in seen(target).deviations]
    kind = "AWS::SNS::Subscription"
    assert sorted(found) == [(kind, SQS, "missing"), (kind, "ops@example.com", "missing")]


DENY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
)


def test_what_was_put_onto_a_role_or_before_a_subscriber_is_told(account: Account) -> None:
    target = listening(account)
    iam, sns = target.client("iam"), target.client("sns")
    scheduler, machine, heartbeat = (
        f"tablekeeper-export-1-{name}-eu-west-1" for name in ("scheduler", "machine", "heartbeat")
    )
    arn = iam.create_policy(PolicyName="stop", PolicyDocument=DENY)["Policy"]["Arn"]
    iam.put_role_policy(RoleName=machine, PolicyName="stop", PolicyDocument=DENY)
    iam.attach_role_policy(RoleName=scheduler, PolicyArn=arn)
    iam.put_role_permissions_boundary(RoleName=heartbeat, PermissionsBoundary=arn)
    (row,) = [
        each
        for each in sns.list_subscriptions_by_topic(
            TopicArn=target.outputs["tablekeeper-store"]["AlertsTopicArn"]
        )["Subscriptions"]
        if each["Endpoint"] == SQS
    ]
    sns.set_subscription_attributes(
        SubscriptionArn=row["SubscriptionArn"],
        AttributeName="FilterPolicy",
        AttributeValue='{"team": ["other"]}',
    )
    found = named(seen(target))
    told = {key: each.details[0] for key, each in found.items() if key[2] != "pending"}
    assert told.keys() == {
        ("Role", machine, "altered"),
        ("Role", scheduler, "added"),
        ("Role", heartbeat, "added"),
        ("Subscription", SQS, "altered"),
    }
    assert told["Role", machine, "altered"] == "the policy stop was added to it"
    assert told["Role", scheduler, "added"].startswith(f"the policy {arn} was attached to it; ")
    assert told["Role", heartbeat, "added"].startswith(f"the permissions boundary {arn} was set; ")
    assert told["Subscription", SQS, "altered"] == 'a filter policy was added ({"team": ["other"]})'


def test_pipelines_are_looked_at(account: Account) -> None:
    target = deployed(account, {"tablekeeper_tables": [
        {"name": name, "engine": "data_pipeline", "every": every}
        for name, every in (("orders", "1 day"), ("sessions", "1 week"))
    ]})  # fmt: skip
    client = target.client("datapipeline")
    pipelines = {each["name"]: each["id"] for each in client.list_pipelines()["pipelineIdList"]}
    stopped, gone = sorted(pipelines)
    client.deactivate_pipeline(pipelineId=pipelines[stopped])
    client.delete_pipeline(pipelineId=pipelines[gone])
    iam, name = target.client("iam"), "tablekeeper-data-pipeline-1-cluster-eu-west-1"
    iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=name)
    found = named(seen(target))
    assert found.keys() == {
        ("InstanceProfile", name, "altered"),
        ("Pipeline", stopped, "inactive"),
        ("Pipeline", gone, "missing"),
    }
    tables = [
        found["Pipeline", name, kind].tables for name, kind in ((stopped, "inactive"), (gone, "missing"))
    ]
    assert sorted(tables) == [("orders",), ("sessions",)]


def test_what_may_not_be_read_is_neither_missing_nor_as_deployed(account: Account) -> None:
    target = listening(account)
    iam = account.client("iam")
    iam.create_user(UserName="operator")
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    own = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=account.region)
    stacks = target.stacks()
    standing = look(Aws(lambda service: own.client(service, endpoint_url=account.aws.url)), stacks)
    assert standing.deviations == ()
    assert all(each.denied for each in standing.refusals)
    assert {each.call for each in standing.refusals} == {
        "cloudformation:DescribeStackResource",
        "cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard",
        "iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies",
        "kms:DescribeKey",
        "logs:DescribeLogGroups",
        "s3:GetBucketOwnershipControls", "s3:GetBucketPolicy", "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketTagging",
        "s3:GetBucketVersioning", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration",
        "scheduler:GetSchedule", "scheduler:GetScheduleGroup",
        "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sns:ListTopics",
        "sqs:GetQueueUrl",
        "states:DescribeStateMachine",
    }  # fmt: skip


def test_what_keeps_heartbeats_out_is_looked_for_where_an_alarm_fires(account: Account) -> None:
    target = deployed(account, {"tablekeeper_tables": ["orders", "sessions"]})
    keep_heartbeats_out(target, "orders")
    alarm = "tablekeeper-missed-orders"
    target.client("cloudwatch").set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="test")
    (found,) = seen(target).deviations
    assert (found.type, found.kind, found.tables) == ("AWS::SNS::Topic", "altered", ("orders",))
    assert found.details == (
        "KmsMasterKeyId is alias/aws/sns, should not be set", "its policy denies sns:Publish (statement x)",
    )  # fmt: skip
