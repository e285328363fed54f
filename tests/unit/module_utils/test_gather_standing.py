# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands on the embedded AWS beside the templates of every inventory that the gates render."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._gather_standing import look
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing_compare import COMPARERS
from tests.gates.test_templates import inventories
from tests.local_aws.fixtures import account, local_aws
from tests.unit.deployed import Target, deployed

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing import Deviation, Standing
    from tests.local_aws.fixtures import Account

__all__ = ["account", "local_aws"]

CONFIRMED_BY_HAND = {"email", "email-json", "http", "https"}
INVENTORIES = inventories("eu-west-1")
# The gates need no such instance to be there; AWS Data Pipeline does.
INVENTORIES["data pipeline with all settings"]["tablekeeper_data_pipeline"]["core_instance_type"] = (
    "m5.xlarge"
)
ALERTS = [
    {"protocol": "email", "endpoint": "ops@example.com"},
    {"protocol": "https", "endpoint": "https://example.com/secret"},
    {"protocol": "sqs", "endpoint": "arn:aws:sqs:eu-west-1:123456789012:alerts"},
]
SQS = ALERTS[2]["endpoint"]
TABLES = ["orders", {"name": "sessions", "every": "6 hours", "retention_days": 7}]
GLUE = {"Sid": "x", "Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}}
LOOKING_ELSEWHERE = {"Version": "2012-10-17", "Statement": [{**GLUE, "Action": "sts:AssumeRole"}]}


def seen(target: Target) -> Standing:
    return look(Aws(target.account.client), target.stacks())


def named(standing: Standing) -> dict[tuple[str, str, str], Deviation]:
    """Each deviation, by the last part of its type, name and kind."""
    found = {(each.type.rsplit("::", 1)[1], each.name, each.kind): each for each in standing.deviations}
    assert len(found) == len(standing.deviations)
    return found


def listening(account: Account) -> Target:
    """Two tables with three subscribers, of whom two still have to confirm."""
    variables = {
        "tablekeeper_alerts": ALERTS,
        "tablekeeper_tables": TABLES,
        "tablekeeper_encryption": "aws:kms",
        "tablekeeper_table_key_arns": ["arn:aws:kms:eu-west-1:123456789012:key/1"],
    }
    return deployed(account, variables)


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


def alter(target: Target) -> None:
    """All that CloudFormation can put back."""
    account = target.account
    store, machinery = (target.outputs[name] for name in ("tablekeeper-store", "tablekeeper-export-1"))
    _alter_alarms(target.client("cloudwatch"))
    topic, bucket = store["AlertsTopicArn"], store["BucketName"]
    sns = target.client("sns")
    owner = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"}, "Resource": topic}
    policy = {"Version": "2012-10-17", "Statement": [{**owner, "Sid": "x", "Action": "sns:Subscribe"}]}
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy))
    sns.set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue="alias/aws/sns")
    _alter_schedules(target.client("scheduler"))
    sqs = target.client("sqs")
    url = sqs.get_queue_url(QueueName="tablekeeper-export-1-missed-starts")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})
    _alter_roles(target.client("iam"))
    machines = target.client("stepfunctions")
    role = f"arn:aws:iam::{account.id}:role/tablekeeper-export-1-heartbeat-eu-west-1"
    machines.update_state_machine(
        stateMachineArn=machinery["HeartbeatMachineArn"],
        definition='{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}',
    )
    machines.update_state_machine(
        stateMachineArn=machinery["StateMachineArn"], roleArn=role, loggingConfiguration={"level": "OFF"}
    )
    target.client("logs").put_retention_policy(
        logGroupName="/aws/vendedlogs/states/tablekeeper", retentionInDays=1
    )
    _alter_bucket(target.client("s3"), bucket)


def test_what_was_altered_by_hand_is_told(account: Account) -> None:
    target = listening(account)
    store = target.outputs["tablekeeper-store"]
    bucket = store["BucketName"]
    alter(target)
    target.client("kms").schedule_key_deletion(KeyId=store["KmsKeyArn"])
    found = named(seen(target))
    wanted = altered(bucket, store["KmsKeyArn"])
    assert found.keys() == wanted.keys()
    for key, sentences in wanted.items():
        for sentence in sentences:
            assert any(detail.startswith(sentence) for detail in found[key].details), (key, found[key])
    assert found["Alarm", "tablekeeper-missed-orders", "inactive"].tables == ("orders",)
    assert found["StateMachine", "tablekeeper-export-1", "altered"].tables == ("orders", "sessions")
    assert found["Bucket", bucket, "shortened"].tables == ("orders", "sessions")


def _alter_alarms(cloudwatch: Any) -> None:
    cloudwatch.disable_alarm_actions(AlarmNames=["tablekeeper-missed-orders"])
    for name in ("tablekeeper-missed-sessions", "tablekeeper-export-1-run-failed"):
        (told,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
        keys = ("AlarmName", "Namespace", "MetricName", "Dimensions", "Statistic", "Period", "AlarmActions")
        kept = {key: told[key] for key in (*keys, "EvaluationPeriods", "ComparisonOperator")}
        cloudwatch.put_metric_alarm(**kept, Threshold=5, Unit="Percent", TreatMissingData="ignore")


def _alter_schedules(scheduler: Any) -> None:
    keys = ("Name", "GroupName", "FlexibleTimeWindow", "Target", "ScheduleExpressionTimezone")
    listed = scheduler.list_schedules(GroupName="tablekeeper-export-1")["Schedules"]
    for number, each in enumerate(sorted(listed, key=lambda each: str(each["Name"]))):
        told = scheduler.get_schedule(GroupName="tablekeeper-export-1", Name=each["Name"])
        kept = {key: told[key] for key in keys}
        if number:
            scheduler.update_schedule(**kept, State="DISABLED", ScheduleExpression=told["ScheduleExpression"])
        else:
            kept["Target"] = {**told["Target"], "Input": "{}"}
            scheduler.update_schedule(**kept, ScheduleExpression="cron(0 5 1 1 ? *)")


def _alter_roles(iam: Any) -> None:
    scheduler, machine, heartbeat = (
        f"tablekeeper-export-1-{name}-eu-west-1" for name in ("scheduler", "machine", "heartbeat")
    )
    iam.update_assume_role_policy(RoleName=scheduler, PolicyDocument=json.dumps(LOOKING_ELSEWHERE))
    iam.delete_role_policy(RoleName=heartbeat, PolicyName="heartbeat")
    (policy,) = [
        each["PolicyArn"]
        for each in iam.list_attached_role_policies(RoleName=machine)["AttachedPolicies"]
        if "TablesPolicy" in each["PolicyName"]
    ]
    iam.detach_role_policy(RoleName=machine, PolicyArn=policy)
    document = iam.get_role_policy(RoleName=machine, PolicyName="backup-run")["PolicyDocument"]
    statements = [each for each in document["Statement"] if each["Sid"] != "WritePoints"]
    less = json.dumps({**document, "Statement": statements})
    iam.put_role_policy(RoleName=machine, PolicyName="backup-run", PolicyDocument=less)


def _alter_bucket(s3: Any, bucket: str) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    for rule in rules:
        if rule["ID"] == "retain-35d":
            rule["Expiration"] = {"Days": 1}
    kept = [rule for rule in rules if rule["ID"] != "leftovers"]
    everything = {"ID": "tidy", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 3}}
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": [*kept, everything]}
    )
    s3.delete_public_access_block(Bucket=bucket)
    s3.delete_bucket_policy(Bucket=bucket)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})


def altered(bucket: str, key: str) -> dict[tuple[str, str, str], list[str]]:
    """What there is to tell, by type, name and kind: the beginnings of some sentences."""
    machine, group = "tablekeeper-export-1", "tablekeeper-1"
    return {
        ("Alarm", "tablekeeper-missed-orders", "inactive"): ["ActionsEnabled is false, should be true"],
        ("Alarm", "tablekeeper-missed-sessions", "altered"): [
            "OKActions is not set, should be [",
            "Unit is Percent, should not be set",
            "Threshold is 5, should be 1",
            "TreatMissingData is ignore, should be breaching",
        ],
        ("Alarm", f"{machine}-run-failed", "altered"): ["Threshold is 5, should be 0"],
        ("Bucket", bucket, "altered"): [
            "Versioning is Suspended, should be Enabled",
            "the lifecycle rule leftovers is gone",
            "SSEAlgorithm is AES256, should be aws:kms",
            "BlockPublicAcls is not set, should be true",
        ],
        ("Bucket", bucket, "shortened"): [
            "the lifecycle rule retain-35d: ExpirationInDays is 1, should be 35",
            "the lifecycle rule tidy was not deployed, and deletes everything (ExpirationInDays 3)",
        ],
        ("BucketPolicy", bucket, "missing"): [],
        ("Key", key, "inactive"): [
            "its state is PendingDeletion, should be Enabled, and it is deleted on 20"
        ],
        ("LogGroup", "/aws/vendedlogs/states/tablekeeper", "altered"): ["RetentionInDays is 1, should be 90"],
        ("ManagedPolicy", f"{machine}-TablesPolicy0", "altered"): [
            f"it is not attached to the role {machine}-machine-eu-west-1"
        ],
        ("Queue", f"{machine}-missed-starts", "altered"): ["MessageRetentionPeriod is 60, should be 1209600"],
        ("Role", f"{machine}-heartbeat-eu-west-1", "altered"): ["its policy heartbeat is gone"],
        ("Role", f"{machine}-machine-eu-west-1", "altered"): [
            "its policy backup-run has no statement WritePoints"
        ],
        ("Role", f"{machine}-scheduler-eu-west-1", "altered"): ["its trust is not as deployed"],
        ("Schedule", f"{group}-24h-0200-7e5f76", "altered"): [
            "ScheduleExpression is cron(0 5 1 1 ? *), should be cron(0 2 * * ? *)",
            'Input is not set, should be {"schedule": ',
        ],
        ("Schedule", f"{group}-6h-0200-7e5f76", "inactive"): ["State is DISABLED, should be ENABLED"],
        ("StateMachine", f"{machine}-heartbeat", "altered"): ["its definition is not as deployed"],
        ("StateMachine", machine, "altered"): ["RoleArn is arn:", "LogLevel is OFF, should be ERROR"],
        ("Subscription", "https://example.com/***", "pending"): [],
        ("Subscription", "ops@example.com", "pending"): [],
        ("Topic", "tablekeeper-alerts", "altered"): ["KmsMasterKeyId is alias/aws/sns, should be arn:"],
        ("TopicPolicy", "tablekeeper-alerts", "altered"): ["it has no statement CloudWatchPublishesAlarms"],
        ("TopicPolicy", "tablekeeper-alerts", "extended"): ["it has a statement x that was not deployed"],
    }


def delete(target: Target) -> None:
    """One resource of each type."""
    store, machinery = (target.outputs[name] for name in ("tablekeeper-store", "tablekeeper-export-1"))
    alarms = ["tablekeeper-missed-orders", "tablekeeper-export-1-missed-starts"]
    target.client("cloudwatch").delete_alarms(AlarmNames=alarms)
    sns = target.client("sns")
    for topic in (store["AlertsTopicArn"], _topic(sns, "heartbeat-orders")):
        sns.delete_topic(TopicArn=topic)
    target.client("scheduler").delete_schedule_group(Name="tablekeeper-export-1")
    target.client("sqs").delete_queue(
        QueueUrl=target.client("sqs").get_queue_url(QueueName="tablekeeper-export-1-missed-starts")[
            "QueueUrl"
        ]
    )
    target.client("stepfunctions").delete_state_machine(stateMachineArn=machinery["StateMachineArn"])
    _delete_role(target.client("iam"), "tablekeeper-export-1-machine-eu-west-1")
    target.client("logs").delete_log_group(logGroupName="/aws/vendedlogs/states/tablekeeper")
    target.client("s3").delete_bucket(Bucket=store["BucketName"])


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
        ("LogGroup", "/aws/vendedlogs/states/tablekeeper"),
        ("ManagedPolicy", "tablekeeper-export-1-TablesPolicy0"),
        ("Queue", "tablekeeper-export-1-missed-starts"),
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


def _topic(sns: Any, part: str) -> str:
    (found,) = [each["TopicArn"] for each in sns.list_topics()["Topics"] if part in each["TopicArn"]]
    return str(found)


def _delete_role(iam: Any, role: str) -> None:
    """With one of the policies that only it has."""
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role, PolicyName=name)
    for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
        if "TablesPolicy" in policy["PolicyName"]:
            iam.delete_policy(PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName=role)


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
        "cloudwatch:DescribeAlarms",
        "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies",
        "kms:DescribeKey",
        "logs:DescribeLogGroups",
        "s3:GetBucketOwnershipControls", "s3:GetBucketPolicy", "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketVersioning", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration",
        "scheduler:GetSchedule", "scheduler:GetScheduleGroup",
        "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sns:ListTopics",
        "sqs:GetQueueUrl",
        "states:DescribeStateMachine",
    }  # fmt: skip
