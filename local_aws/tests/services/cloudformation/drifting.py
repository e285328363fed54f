# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A stack of every type whose drift matters here, and hands that change what it made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local_aws.client.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Edit = Callable[[Account], Any]

QUICK = {"Delay": 0.2, "MaxAttempts": 150}
PASS = json.dumps({"StartAt": "Wait", "States": {"Wait": {"Type": "Pass", "End": True}}})


def trust(*services: str) -> dict[str, Any]:
    principal = {"Service": list(services)}
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}],
    }


def rights(*actions: str, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def resources(account: Account) -> dict[str, Any]:
    root = {"AWS": f"arn:aws:iam::{account.id}:root"}
    machine_role = {"Fn::GetAtt": ["Role", "Arn"]}
    return {
        "Topic": {"TopicName": "alerts", "DisplayName": "Alerts"},
        "TopicPolicy": {
            "Topics": [{"Ref": "Topic"}], "PolicyDocument": rights("sns:Publish", Principal=root),
        },
        "Subscription": {"TopicArn": {"Ref": "Topic"}, "Protocol": "email", "Endpoint": "me@example.com"},
        "Alarm": {
            "AlarmName": "missed", "AlarmDescription": "It is late", "Namespace": "AWS/SNS",
            "MetricName": "NumberOfMessagesPublished", "Statistic": "Sum", "Period": 3600,
            "EvaluationPeriods": 3, "Threshold": 1, "ComparisonOperator": "LessThanThreshold",
            "AlarmActions": [{"Ref": "Topic"}], "Tags": [{"Key": "table", "Value": "orders"}],
        },
        "Queue": {"QueueName": "missed-starts", "MessageRetentionPeriod": 1209600},
        "Role": {
            "RoleName": "runner",
            "AssumeRolePolicyDocument": trust("states.amazonaws.com", "scheduler.amazonaws.com"),
            "Policies": [{"PolicyName": "run", "PolicyDocument": rights("states:StartExecution")}],
        },
        "ManagedPolicy": {"PolicyDocument": rights("dynamodb:DescribeTable"), "Roles": [{"Ref": "Role"}]},
        "InstanceProfile": {"InstanceProfileName": "nodes", "Roles": [{"Ref": "Role"}]},
        "Machine": {
            "StateMachineName": "machine", "RoleArn": machine_role,
            "DefinitionString": PASS.replace('"Wait"', '"${Name}"'),
            "DefinitionSubstitutions": {"Name": "Wait"},
        },
        "Group": {"Name": "schedules"},
        "Schedule": {
            "Name": "nightly", "GroupName": {"Ref": "Group"}, "ScheduleExpression": "rate(1 day)",
            "FlexibleTimeWindow": {"Mode": "OFF"}, "State": "ENABLED",
            "Target": {"Arn": {"Ref": "Machine"}, "RoleArn": machine_role, "Input": "{}"},
        },
        "LogGroup": {"LogGroupName": "/logs", "RetentionInDays": 90},
        "Bucket": {
            "BucketName": f"store-{account.id}", "VersioningConfiguration": {"Status": "Enabled"},
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [
                {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]},
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "BlockPublicPolicy": True},
            "LifecycleConfiguration": {"Rules": [
                {"Id": "kept", "Status": "Enabled", "Prefix": "retain-35d/", "ExpirationInDays": 35,
                 "NoncurrentVersionExpiration": {"NoncurrentDays": 14}},
                {"Id": "parts", "Status": "Enabled",
                 "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
            ]},
            "ObjectLockEnabled": True,
            "ObjectLockConfiguration": {
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 30}}},
        },
        "BucketPolicy": {
            "Bucket": {"Ref": "Bucket"},
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Deny", "Principal": "*", "Action": "s3:*",
                 "Resource": {"Fn::GetAtt": ["Bucket", "Arn"]},
                 "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]},
        },
        "Key": {
            "KeyPolicy": rights("kms:*", Principal=root), "EnableKeyRotation": True,
            "Description": "The store's",
        },
    }  # fmt: skip


KINDS = {
    "Alarm": "CloudWatch", "Bucket": "S3", "BucketPolicy": "S3", "Group": "Scheduler",
    "InstanceProfile": "IAM", "Key": "KMS", "LogGroup": "Logs", "Machine": "StepFunctions",
    "ManagedPolicy": "IAM", "Queue": "SQS",
    "Role": "IAM", "Schedule": "Scheduler", "Subscription": "SNS", "Topic": "SNS", "TopicPolicy": "SNS",
}  # fmt: skip
NAMES = {"Group": "ScheduleGroup", "Machine": "StateMachine"}


def template(account: Account, *without: str, **changed: dict[str, Any]) -> str:
    """All of them, without some, and with other properties of some."""
    made = {
        name: {
            "Type": f"AWS::{KINDS[name]}::{NAMES.get(name, name)}",
            "Properties": {**properties, **changed.get(name, {})},
        }
        for name, properties in resources(account).items()
        if name not in without
    }
    return json.dumps({"Resources": made})


def deploy(account: Account, body: str) -> None:
    client = account.client("cloudformation")
    client.create_stack(StackName="s", TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"])
    client.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig=QUICK)


def change_set(account: Account, name: str = "revert", **options: Any) -> dict[str, Any]:
    """A change set that reverts drift, as it is described."""
    options.setdefault("client", account.client("cloudformation"))
    client = options.pop("client")
    if "TemplateBody" not in options:
        options["UsePreviousTemplate"] = True
    client.create_change_set(
        StackName="s", ChangeSetName=name, DeploymentMode="REVERT_DRIFT",
        Capabilities=["CAPABILITY_NAMED_IAM"], **options,
    )  # fmt: skip
    described: dict[str, Any] = account.client("cloudformation").describe_change_set(
        StackName="s", ChangeSetName=name, IncludePropertyValues=True
    )
    return described


def changes(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        each["ResourceChange"]["LogicalResourceId"]: each["ResourceChange"] for each in described["Changes"]
    }


def drifted(described: dict[str, Any]) -> dict[str, list[str]]:
    """The properties that a change set puts back, by resource; of a resource that is gone, DELETED."""
    return {
        name: ["DELETED"] if change["ResourceDriftStatus"] == "DELETED"
        else [each["Target"]["Name"] for each in change["Details"]]
        for name, change in changes(described).items()
        if change["ResourceDriftStatus"] in ("MODIFIED", "DELETED")
    }  # fmt: skip


def execute(account: Account, name: str = "revert", client: Any = None) -> str:
    """Execute a change set; returns the state of the stack afterwards."""
    (client or account.client("cloudformation")).execute_change_set(StackName="s", ChangeSetName=name)
    return end(account)


def end(account: Account, name: str = "s") -> str:
    client = account.client("cloudformation")

    def status() -> str:
        found: str = client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        return "" if found.endswith("IN_PROGRESS") else found

    return str(until(status, "The stack's end"))
