# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a stack's resources really are, in the words of their types: what drift detection reads.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html tells
which types drift is detected of. AWS::S3::BucketPolicy, AWS::SNS::Subscription and AWS::SNS::TopicPolicy are
not among them: whatever is done to them, CloudFormation sees nothing of it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html: what the template
does not set is not looked at. A key that awaits its deletion is deleted, as its type's handler sees it
(aws-cloudformation/aws-cloudformation-resource-providers-kms). Not known is how AWS compares a state
machine's definition with a template that has DefinitionSubstitutions; here what they come to is compared.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.services import cloudformation, cloudwatch, cloudwatch_logs, iam, kms, scheduler, sns, sqs
from ministack.services import stepfunctions as sf
from ministack.services.cloudformation import drift, provisioners

from local_aws.server.answers import RefusedError
from local_aws.services.cloudwatch import dashboards
from local_aws.services.datapipeline import model, operations

from . import live_buckets

Json = dict[str, Any]
Reader = Callable[[str, Json], Json | None]

ALARM = frozenset({
    "ActionsEnabled", "AlarmActions", "AlarmDescription", "ComparisonOperator", "DatapointsToAlarm",
    "Dimensions", "EvaluationPeriods", "EvaluationWindow", "ExtendedStatistic", "InsufficientDataActions",
    "MetricName", "Namespace", "OKActions", "Period", "Statistic", "Threshold", "TreatMissingData", "Unit",
    "WarmUpConfiguration",
})  # fmt: skip
SCHEDULE = frozenset({
    "Description", "FlexibleTimeWindow", "ScheduleExpression", "ScheduleExpressionTimezone", "State",
    "Target",
})  # fmt: skip
QUEUE = frozenset({
    "DelaySeconds", "KmsMasterKeyId", "MaximumMessageSize", "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds", "SqsManagedSseEnabled", "VisibilityTimeout",
})  # fmt: skip


def install() -> None:
    drift._DRIFT_READERS.pop("AWS::SNS::Subscription")
    drift._DRIFT_READERS.update({
        "AWS::CloudWatch::Alarm": (_alarm, ALARM | {"Tags"}),
        "AWS::CloudWatch::Dashboard": (_dashboard, frozenset({"DashboardBody", "Tags"})),
        "AWS::DataPipeline::Pipeline": (_pipeline, frozenset({"PipelineObjects", "PipelineTags"})),
        "AWS::IAM::InstanceProfile": (_instance_profile, frozenset({"Roles"})),
        "AWS::IAM::ManagedPolicy": (_managed_policy, frozenset({"PolicyDocument", "Roles"})),
        "AWS::IAM::Role": (
            _role,
            frozenset({"AssumeRolePolicyDocument", "Description", "ManagedPolicyArns", "MaxSessionDuration",
                       "Policies", "Tags"}),
        ),
        "AWS::KMS::Key": (
            _key, frozenset({"Description", "EnableKeyRotation", "Enabled", "KeyPolicy", "Tags"}),
        ),
        "AWS::Logs::LogGroup": (_log_group, frozenset({"KmsKeyId", "RetentionInDays", "Tags"})),
        "AWS::S3::Bucket": (
            live_buckets.read, frozenset({*live_buckets.READ, "Tags"}),
        ),
        "AWS::SNS::Topic": (_topic, frozenset({"DisplayName", "KmsMasterKeyId", "Tags"})),
        "AWS::SQS::Queue": (_queue, QUEUE | {"RedrivePolicy", "Tags"}),
        "AWS::Scheduler::Schedule": (_schedule, SCHEDULE),
        "AWS::Scheduler::ScheduleGroup": (_schedule_group, frozenset({"Tags"})),
        "AWS::StepFunctions::StateMachine": (
            _state_machine, frozenset({"DefinitionString", "LoggingConfiguration", "RoleArn", "Tags"}),
        ),
    })  # fmt: skip


def read(kind: str, physical_id: str, properties: Json) -> Json | None:
    """The properties that drift detection reads of a resource; None if there is no such resource."""
    reader: Reader = drift._DRIFT_READERS[kind][0]
    return reader(physical_id, properties)


def _alarm(name: str, props: Json) -> Json | None:
    del props
    alarm = cloudwatch._alarms.get(name)
    if alarm is None:
        return None
    shown = {key: alarm[key] for key in ALARM if alarm.get(key) not in (None, "")}
    if float(shown["Threshold"]).is_integer():
        shown["Threshold"] = int(shown["Threshold"])
    return shown | {"Tags": cloudwatch._resource_tags.get(alarm["AlarmArn"], {})}


def _dashboard(name: str, props: Json) -> Json | None:
    del props
    return dashboards.find(name)


def _topic(arn: str, props: Json) -> Json | None:
    del props
    topic = sns._topics.get(arn)
    if topic is None:
        return None
    shown = {key: topic["attributes"].get(key) for key in ("DisplayName", "KmsMasterKeyId")}
    return {key: value for key, value in shown.items() if value} | {"Tags": topic.get("tags", {})}


def _queue(url: str, props: Json) -> Json | None:
    del props
    queue = sqs._queues.get(url)
    if queue is None:
        return None
    attributes = queue["attributes"]
    shown = {key: attributes[key] for key in QUEUE if key in attributes} | {"Tags": queue.get("tags", {})}
    return shown | (
        {"RedrivePolicy": json.loads(attributes["RedrivePolicy"])} if "RedrivePolicy" in attributes else {}
    )


def _role(name: str, props: Json) -> Json | None:
    role = iam._roles.get(name)
    if role is None:
        return None
    inline = [
        {"PolicyName": policy, "PolicyDocument": _document(text)}
        for policy, text in role["InlinePolicies"].items()
    ]
    return {
        "AssumeRolePolicyDocument": _document(role["AssumeRolePolicyDocument"]),
        "Description": role.get("Description", ""),
        "ManagedPolicyArns": [
            arn for arn in role["AttachedPolicies"]
            if arn in props.get("ManagedPolicyArns", ()) or not _attached_by_its_stack(arn, name)
        ],
        "MaxSessionDuration": role.get("MaxSessionDuration"),
        "Policies": inline,
        "Tags": drift._tag_map(role.get("Tags")),
    }  # fmt: skip


def _attached_by_its_stack(policy: str, role: str) -> bool:
    """Is it attached by a resource of the role's own stack ("Cross-stack attachments")?"""
    for stack in cloudformation._stacks.values():
        resources = {each["PhysicalResourceId"]: each for each in stack.get("_resources", {}).values()}
        if role in resources and policy in resources:
            return role in resources[policy]["Properties"].get("Roles", ())
    return False


def _managed_policy(arn: str, props: Json) -> Json | None:
    del props
    policy = iam._policies.get(arn)
    if policy is None:
        return None
    current = policy["Versions"][policy["DefaultVersionId"]]
    roles = [role["RoleName"] for role in iam._roles.values() if arn in role["AttachedPolicies"]]
    return {"PolicyDocument": _document(current["Document"]), "Roles": roles}


def _instance_profile(arn: str, props: Json) -> Json | None:
    del props
    found = next((each for each in iam._instance_profiles.values() if each["Arn"] == arn), None)
    return None if found is None else {"Roles": list(found["Roles"])}


def _document(text: Any) -> Any:
    return json.loads(text) if isinstance(text, str) else text


def _key(key_id: str, props: Json) -> Json | None:
    del props
    key = kms._keys.get(key_id)
    if key is None or key["KeyState"] == "PendingDeletion":
        return None
    return {
        "Description": key.get("Description", ""),
        "EnableKeyRotation": bool(key.get("KeyRotationEnabled")),
        "Enabled": key["KeyState"] == "Enabled",
        "KeyPolicy": _document(key.get("Policy") or {}),
        "Tags": {tag["TagKey"]: tag["TagValue"] for tag in key.get("Tags", ())},
    }


def _log_group(name: str, props: Json) -> Json | None:
    del props
    group = cloudwatch_logs._log_groups.get(name)
    if group is None:
        return None
    shown = {"KmsKeyId": group.get("kmsKeyId"), "RetentionInDays": group.get("retentionInDays")}
    return {key: value for key, value in shown.items() if value} | {"Tags": group.get("tags", {})}


def _schedule_group(name: str, props: Json) -> Json | None:
    del props
    group = scheduler._schedule_groups.get(name)
    return None if group is None else {"Tags": scheduler._tags.get(group["Arn"], {})}


def _schedule(name: str, props: Json) -> Json | None:
    schedule = scheduler._schedules.get(f"{props.get('GroupName', 'default')}/{name}")
    return None if schedule is None else {key: schedule[key] for key in SCHEDULE if schedule.get(key)}


def _state_machine(arn: str, props: Json) -> Json | None:
    machine = sf._state_machines.get(arn)
    if machine is None:
        return None
    same = json.loads(machine["definition"]) == json.loads(provisioners._sfn_definition(props))
    wanted = props.get("LoggingConfiguration") or {}
    logging = machine.get("loggingConfiguration") or {}
    shown = {
        "Level": logging.get("level", "OFF"),
        "IncludeExecutionData": logging.get("includeExecutionData", False),
        "Destinations": [
            {"CloudWatchLogsLogGroup": {"LogGroupArn": each["cloudWatchLogsLogGroup"]["logGroupArn"]}}
            for each in logging.get("destinations", ())
        ],
    }
    return {
        "DefinitionString": props.get("DefinitionString") if same else machine["definition"],
        "LoggingConfiguration": {key: value for key, value in shown.items() if key in wanted},
        "RoleArn": machine["roleArn"],
        "Tags": {each["key"]: each["value"] for each in sf._tags.get(arn, ())},
    }


def _pipeline(pipeline_id: str, props: Json) -> Json | None:
    try:
        pipeline = model.find(pipeline_id)
    except RefusedError:
        return None
    definition = operations.get({"pipelineId": pipeline_id})
    wanted = {tag["Key"] for tag in props.get("PipelineTags", ())}
    return {
        "PipelineObjects": [
            {"Id": one["id"], "Name": one["name"], "Fields": [_capitals(each) for each in one["fields"]]}
            for one in definition["pipelineObjects"]
        ],
        "PipelineTags": [
            {"Key": key, "Value": value} for key, value in pipeline.tags.items() if key in wanted
        ],
    }


def _capitals(field: dict[str, str]) -> dict[str, str]:
    return {key[0].upper() + key[1:]: value for key, value in field.items()}
