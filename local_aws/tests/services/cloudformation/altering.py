# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What somebody changes or deletes by hand of the stack of drifting.py."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .drifting import rights, trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Edit = Callable[[Account], Any]


def topic(account: Account) -> str:
    return f"arn:aws:sns:{account.region}:{account.id}:alerts"


def physical(account: Account, name: str) -> str:
    client = account.client("cloudformation")
    detail = client.describe_stack_resource(StackName="s", LogicalResourceId=name)["StackResourceDetail"]
    return str(detail["PhysicalResourceId"])


def machine(account: Account) -> str:
    return f"arn:aws:states:{account.region}:{account.id}:stateMachine:machine"


def queue(account: Account) -> str:
    return str(account.client("sqs").get_queue_url(QueueName="missed-starts")["QueueUrl"])


def alarm_changed(account: Account) -> None:
    client = account.client("cloudwatch")
    (found,) = client.describe_alarms(AlarmNames=["missed"])["MetricAlarms"]
    kept = ("AlarmName", "Namespace", "MetricName", "Statistic", "Period", "EvaluationPeriods",
            "ComparisonOperator")  # fmt: skip
    client.put_metric_alarm(**{key: found[key] for key in kept}, Threshold=0, ActionsEnabled=False)
    client.untag_resource(ResourceARN=found["AlarmArn"], TagKeys=["table"])


def schedule_off(account: Account) -> None:
    client = account.client("scheduler")
    found = client.get_schedule(Name="nightly", GroupName="schedules")
    kept = ("Name", "GroupName", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    client.update_schedule(**{key: found[key] for key in kept}, State="DISABLED")


def role_changed(account: Account) -> None:
    client = account.client("iam")
    client.update_assume_role_policy(
        RoleName="runner", PolicyDocument=json.dumps(trust("states.amazonaws.com"))
    )
    client.put_role_policy(RoleName="runner", PolicyName="more", PolicyDocument=json.dumps(rights("s3:*")))


def policy_changed(account: Account) -> None:
    client, arn = account.client("iam"), physical(account, "ManagedPolicy")
    document = json.dumps(rights("dynamodb:*"))
    client.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
    client.detach_role_policy(RoleName="runner", PolicyArn=arn)


def bucket_changed(account: Account) -> None:
    client, name = account.client("s3"), f"store-{account.id}"
    rule = {"ID": "kept", "Status": "Enabled", "Filter": {"Prefix": "retain-35d/"}, "Expiration": {"Days": 3}}
    client.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})
    client.delete_public_access_block(Bucket=name)
    default = {"SSEAlgorithm": "aws:kms"}
    rules = [{"ApplyServerSideEncryptionByDefault": default}]
    client.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
    client.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=lock)


def key_changed(account: Account) -> None:
    client, key = account.client("kms"), physical(account, "Key")
    client.disable_key_rotation(KeyId=key)
    client.disable_key(KeyId=key)


MODIFIED: dict[str, tuple[list[str], Edit]] = {
    # What the template does not say is nobody's business: ActionsEnabled of the alarm, Enabled of the key.
    "Alarm": (["AlarmActions", "AlarmDescription", "Tags", "Threshold"], alarm_changed),
    "Bucket": (
        ["BucketEncryption", "LifecycleConfiguration", "ObjectLockConfiguration",
         "PublicAccessBlockConfiguration"],
        bucket_changed,
    ),
    "InstanceProfile": (["Roles"], lambda account: account.client("iam").remove_role_from_instance_profile(
        InstanceProfileName="nodes", RoleName="runner")),
    "Key": (["EnableKeyRotation"], key_changed),
    "LogGroup": (["RetentionInDays"], lambda account: account.client("logs").put_retention_policy(
        logGroupName="/logs", retentionInDays=1)),
    "Machine": (["DefinitionString"], lambda account: account.client("stepfunctions").update_state_machine(
        stateMachineArn=machine(account),
        definition=json.dumps({"StartAt": "Other", "States": {"Other": {"Type": "Succeed"}}}))),
    "ManagedPolicy": (["PolicyDocument", "Roles"], policy_changed),
    "Queue": (["MessageRetentionPeriod"], lambda account: account.client("sqs").set_queue_attributes(
        QueueUrl=queue(account), Attributes={"MessageRetentionPeriod": "60"})),
    "Schedule": (["State"], schedule_off),
    "Role": (["AssumeRolePolicyDocument", "Policies"], role_changed),
    "Topic": (["DisplayName"], lambda account: account.client("sns").set_topic_attributes(
        TopicArn=topic(account), AttributeName="DisplayName", AttributeValue="Other")),
}  # fmt: skip


def cancel_key(account: Account) -> None:
    account.client("kms").schedule_key_deletion(KeyId=physical(account, "Key"), PendingWindowInDays=7)


def delete_role(account: Account) -> None:
    client = account.client("iam")
    policy = physical(account, "ManagedPolicy")
    client.remove_role_from_instance_profile(InstanceProfileName="nodes", RoleName="runner")
    client.detach_role_policy(RoleName="runner", PolicyArn=policy)
    client.delete_role_policy(RoleName="runner", PolicyName="run")
    client.delete_role(RoleName="runner")
    client.delete_policy(PolicyArn=policy)
    client.delete_instance_profile(InstanceProfileName="nodes")


DELETED: dict[str, Edit] = {
    "Alarm": lambda account: account.client("cloudwatch").delete_alarms(AlarmNames=["missed"]),
    "Topic": lambda account: account.client("sns").delete_topic(TopicArn=topic(account)),
    "Group": lambda account: account.client("scheduler").delete_schedule_group(Name="schedules"),
    "Role": delete_role,
    "LogGroup": lambda account: account.client("logs").delete_log_group(logGroupName="/logs"),
    "Bucket": lambda account: account.client("s3").delete_bucket(Bucket=f"store-{account.id}"),
    "Key": cancel_key,
}
