# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CloudFormation acts in the name of whoever asked it: what that caller may not do, it cannot do either.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html (handlers)
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (aws:CalledVia)

What a resource's handler asks for is the list in its type's schema, which AWS publishes and cfn-lint brings,
less what it asks for only because of a property that is not set. Creating and updating also read. A root
user is asked nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import changesets, helpers, stacks

from local_aws.services.datapipeline.cloudformation import roles
from local_aws.services.iam import authorization, permissions

from . import strictness

if TYPE_CHECKING:
    from collections.abc import Iterator

Properties = dict[str, Any]
VIA_CLOUDFORMATION = {"aws:CalledVia": ["cloudformation.amazonaws.com"]}

# What a handler does only because of a property, by property.
BECAUSE_OF: dict[str, dict[str, str]] = {
    "AWS::S3::Bucket": {
        "AbacStatus": r"s3:PutBucketAbac",
        "AccelerateConfiguration": r"s3:PutAccelerateConfiguration",
        "AccessControl": r"s3:(Get|Put)BucketAcl|s3:PutObjectAcl",
        "AnalyticsConfigurations": r"s3:PutAnalyticsConfiguration",
        "CorsConfiguration": r"s3:PutBucketCORS",
        "IntelligentTieringConfigurations": r"s3:PutIntelligentTieringConfiguration",
        "InventoryConfigurations": r"s3:PutInventoryConfiguration",
        "LoggingConfiguration": r"s3:PutBucketLogging",
        "MetadataTableConfiguration": r"s3:(Create|Delete|Update)BucketMetadata\w+|s3tables:\w+",
        "MetricsConfigurations": r"s3:PutMetricsConfiguration",
        "NotificationConfiguration": r"s3:PutBucketNotification",
        "ReplicationConfiguration": r"s3:PutReplicationConfiguration|iam:PassRole|s3:DeleteObject",
        "WebsiteConfiguration": r"s3:(Put|Delete)BucketWebsite",
        "ObjectLockConfiguration": r"s3:PutBucketObjectLockConfiguration",
    },
    "AWS::SNS::Topic": {
        "DataProtectionPolicy": r"sns:PutDataProtectionPolicy",
        "DeliveryStatusLogging": r"iam:\w+",
        "Subscription": r"sns:(Subscribe|Unsubscribe)",
    },
    "AWS::SNS::Subscription": {"SubscriptionRoleArn": r"iam:\w+"},
    "AWS::Logs::LogGroup": {
        "BearerTokenAuthenticationEnabled": r"logs:PutBearerTokenAuthentication",
        "DataProtectionPolicy": r"logs:(Put|Delete)DataProtectionPolicy|logs:CreateLogDelivery|firehose:\w+",
        "DeletionProtectionEnabled": r"logs:PutLogGroupDeletionProtection",
        "FieldIndexPolicies": r"logs:(Put|Delete)IndexPolicy",
        "KmsKeyId": r"logs:(Associate|Disassociate)KmsKey",
        "ResourcePolicyDocument": r"logs:(Put|Delete)ResourcePolicy",
    },
    "AWS::KMS::Key": {"Enabled": r"kms:(Enable|Disable)Key"},
    "AWS::IAM::Role": {
        "ManagedPolicyArns": r"iam:(Attach|Detach)RolePolicy",
        "PermissionsBoundary": r"iam:\w+RolePermissionsBoundary",
    },
    "AWS::IAM::ManagedPolicy": {"Groups": r"iam:\w+GroupPolicy", "Users": r"iam:\w+UserPolicy"},
    "AWS::StepFunctions::StateMachine": {
        "DefinitionS3Location": r"s3:\w+",
        "EncryptionConfiguration": r"kms:\w+",
    },
}  # fmt: skip


def install() -> None:
    """Ask before each resource is touched, and before a template is fetched."""
    provision, update, delete = stacks._provision_resource, stacks._update_resource, stacks._delete_resource
    adopt, resolve = changesets._import_resource, helpers._resolve_document

    def provisioning(kind: str, logical_id: str, properties: Properties, stack: str, *more: Any) -> Any:
        ask(kind, "create", properties, f"{stack}-{logical_id}")
        return provision(kind, logical_id, properties, stack, *more)

    def updating(kind: str, physical_id: str, old: Properties, new: Properties, *more: Any) -> Any:
        if old != new:
            ask(kind, "update", new, physical_id)
        return update(kind, physical_id, old, new, *more)

    def deleting(kind: str, physical_id: str, properties: Properties, *more: Any) -> Any:
        ask(kind, "delete", properties, physical_id)
        return delete(kind, physical_id, properties, *more)

    def adopting(kind: str, identifier: dict[str, str]) -> Any:
        ask(kind, "read", identifier, next(iter(identifier.values())))
        return adopt(kind, identifier)

    def fetching(params: dict[str, Any], body_key: str, url_key: str, label: str) -> Any:
        if (url := helpers._p(params, url_key)) and not helpers._p(params, body_key):
            bucket, key, problem = strictness._locate(url, url_key)
            denied = "" if problem else refusal("s3:GetObject", f"arn:aws:s3:::{bucket}/{key}")
            if denied:
                return None, helpers._error("ValidationError", f"S3 error: Access Denied. {denied}")
        return resolve(params, body_key, url_key, label)

    stacks._provision_resource, stacks._update_resource = provisioning, updating
    stacks._delete_resource, changesets._import_resource = deleting, adopting
    helpers._resolve_document = fetching


def ask(kind: str, handler: str, properties: Properties, name: str) -> None:
    """Raise what CloudFormation tells if the caller may not do what the handler does."""
    if permissions.caller().endswith(":root") or not strictness.HAS_SCHEMAS:
        return
    for action in actions(kind, handler, properties):
        for resource, more in targets(kind, action, properties, name):
            if denied := refusal(action, resource, **more):
                raise ValueError(f'Resource handler returned message: "{denied}"')


def refusal(action: str, resource: str, **context: Any) -> str:
    """Why the caller may not; empty if allowed."""
    caller = permissions.caller()
    decision = permissions.principal_allows(caller, action, resource, {**VIA_CLOUDFORMATION, **context})
    if decision.allowed:
        permissions.note(caller, action, resource, via="cloudformation")
    return decision.message


def actions(kind: str, handler: str, properties: Properties) -> list[str]:
    """The IAM actions of a handler for a resource with these properties."""
    asked = listed(kind, handler) | (set() if handler == "delete" else listed(kind, "read"))
    unset = [pattern for name, pattern in BECAUSE_OF.get(kind, {}).items() if name not in properties]
    return sorted(action for action in asked if not any(re.fullmatch(each, action) for each in unset))


def listed(kind: str, handler: str) -> set[str]:
    """What a type's schema lists for a handler, less what is no IAM action (old names stand there, too)."""
    schema = strictness._schema(kind, get_region()) or {}
    found = schema.get("handlers", {}).get(handler, {}).get("permissions", ())
    return {action for action in found if authorization.known(action)}


def targets(
    kind: str, action: str, properties: Properties, name: str
) -> Iterator[tuple[str, dict[str, str]]]:
    """The ARNs that an action is about, each with further keys of the request."""
    if authorization.needs_everything(action):
        yield "*", {}
    elif action == "iam:PassRole":
        yield from _passed(kind, properties)
    elif kind == "AWS::IAM::ManagedPolicy" and "Role" in action:
        for role in properties.get("Roles", ()):
            yield _arn("iam", f"role/{role}"), {}
    elif kind == "AWS::Glue::Job" and action == "iam:GetRole":
        yield properties["Role"], {}
    elif kind == "AWS::SNS::TopicPolicy":
        for topic in properties["Topics"]:
            yield topic, {}
    elif kind in _ARNS:
        service, pattern = _ARNS[kind]
        # A queue that has no name of its own is named by CloudFormation; its physical id is a URL.
        given = {"QueueName": name.rpartition("/")[2], **properties, "name": name}
        yield name if name.startswith("arn:") else _arn(service, pattern.format_map(given)), {}
    else:
        yield properties.get("TopicArn", name), {}


def _passed(kind: str, properties: Properties) -> Iterator[tuple[str, dict[str, str]]]:
    if kind == "AWS::DataPipeline::Pipeline":
        for role in roles(properties):
            yield role, {"iam:PassedToService": "datapipeline.amazonaws.com"}
        return
    if kind == "AWS::IAM::InstanceProfile":
        for name in properties["Roles"]:
            yield _arn("iam", f"role/{name}"), {"iam:PassedToService": "ec2.amazonaws.com"}
        return
    if kind == "AWS::Glue::Job":
        yield properties["Role"], {"iam:PassedToService": "glue.amazonaws.com"}
        return
    machine = kind == "AWS::StepFunctions::StateMachine"
    role = properties["RoleArn"] if machine else properties["Target"]["RoleArn"]
    yield role, {"iam:PassedToService": f"{'states' if machine else 'scheduler'}.amazonaws.com"}


def _arn(service: str, rest: str) -> str:
    if service == "s3":
        return f"arn:aws:s3:::{rest}"
    region = "" if service == "iam" or rest.startswith("dashboard/") else get_region()
    return f"arn:aws:{service}:{region}:{get_account_id()}:{rest}"


# By type: the service, and the last part of the ARN in terms of the properties; {name} is the physical id.
_ARNS = {
    "AWS::S3::Bucket": ("s3", "{BucketName}"),
    "AWS::S3::BucketPolicy": ("s3", "{Bucket}"),
    "AWS::Glue::Job": ("glue", "job/{Name}"),
    "AWS::SNS::Topic": ("sns", "{TopicName}"),
    "AWS::Logs::LogGroup": ("logs", "log-group:{LogGroupName}"),
    "AWS::KMS::Key": ("kms", "key/{name}"),
    "AWS::SQS::Queue": ("sqs", "{QueueName}"),
    "AWS::CloudWatch::Alarm": ("cloudwatch", "alarm:{AlarmName}"),
    "AWS::CloudWatch::Dashboard": ("cloudwatch", "dashboard/{DashboardName}"),
    "AWS::IAM::InstanceProfile": ("iam", "instance-profile/{InstanceProfileName}"),
    "AWS::IAM::Role": ("iam", "role/{RoleName}"),
    "AWS::IAM::ManagedPolicy": ("iam", "policy/{name}"),
    "AWS::StepFunctions::StateMachine": ("states", "stateMachine:{StateMachineName}"),
    "AWS::DataPipeline::Pipeline": ("datapipeline", "pipeline/{name}"),
    "AWS::Scheduler::ScheduleGroup": ("scheduler", "schedule-group/{Name}"),
    "AWS::Scheduler::Schedule": ("scheduler", "schedule/{GroupName}/{Name}"),
}
