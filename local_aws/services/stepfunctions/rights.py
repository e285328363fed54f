# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which IAM action on which resource a Task state needs.

Imitates "Actions, resources, and condition keys for AWS services"
(docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html)
for the integrations whose resources are known here. Any other SDK call is checked against "*".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region

from local_aws.services.iam import permissions
from local_aws.services.sns import encryption

if TYPE_CHECKING:
    from collections.abc import Callable

OPTIMIZED = "arn:aws:states:::"
AWS_SDK = f"{OPTIMIZED}aws-sdk:"

Arguments = dict[str, Any]
_IAM_PREFIX = {"applicationautoscaling": "application-autoscaling", "sfn": "states", "cloudwatchlogs": "logs"}
_S3_ACTIONS = {"ListObjectsV2": "ListBucket", "HeadObject": "GetObject", "HeadBucket": "ListBucket"}


def rights(resource: str, arguments: Any) -> list[tuple[str, str]]:
    """The (action, resource ARN) pairs a Task must be allowed."""
    given = arguments if isinstance(arguments, dict) else {}
    if not resource.startswith(AWS_SDK):
        return _optimized(resource, given)
    service, operation = resource.removeprefix(AWS_SDK).split(":")[:2]
    action = operation[:1].upper() + operation[1:]
    target = _TARGETS.get(service.lower(), _anything)(given)
    if service.lower() == "s3":
        action = _S3_ACTIONS.get(action, action)
    needed = [(f"{_IAM_PREFIX.get(service.lower(), service.lower())}:{action}", target)]
    if action == "PutObject":
        needed += _key_rights(permissions.bucket_key(str(given["Bucket"])))
    elif action == "GetObject":
        needed += [("kms:Decrypt", key) for key in permissions.bucket_key(str(given["Bucket"]))]
    return needed


def _optimized(resource: str, given: Arguments) -> list[tuple[str, str]]:
    name = resource.removeprefix(OPTIMIZED)
    if name.startswith("sns:publish"):
        topic = str(given.get("TopicArn") or given.get("TargetArn") or "*")
        return [("sns:Publish", topic), *_key_rights(encryption.topic_keys(topic))]
    if name.startswith("states:startExecution"):
        return [("states:StartExecution", str(given.get("StateMachineArn", "*")))]
    if name.startswith("sqs:sendMessage"):
        queue = str(given.get("QueueUrl", "")).rstrip("/").rsplit("/", 1)[-1]
        return [("sqs:SendMessage", f"arn:aws:sqs:{get_region()}:{get_account_id()}:{queue}")]
    if name.startswith("dynamodb:"):
        operation = name.removeprefix("dynamodb:")
        return [(f"dynamodb:{operation[:1].upper()}{operation[1:]}", _table(given))]
    if name.startswith("lambda:invoke"):
        return [("lambda:InvokeFunction", str(given.get("FunctionName", "*")))]
    return []


def _anything(_given: Arguments) -> str:
    return "*"


def _key_rights(keys: list[str]) -> list[tuple[str, str]]:
    return [(action, key) for key in keys for action in ("kms:GenerateDataKey", "kms:Decrypt")]


def _table(given: Arguments) -> str:
    for key in ("TableArn", "ResourceArn", "ExportArn"):
        if key in given:
            return str(given[key])
    name = str(given.get("TableName", "*"))
    table = (
        name
        if name.startswith("arn:")
        else f"arn:aws:dynamodb:{get_region()}:{get_account_id()}:table/{name}"
    )
    return f"{table}/index/{given['IndexName']}" if "IndexName" in given else table


def _object(given: Arguments) -> str:
    bucket = f"arn:aws:s3:::{given.get('Bucket', '*')}"
    return f"{bucket}/{given['Key']}" if "Key" in given else bucket


def _alarms(_given: Arguments) -> str:
    return f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:*"


_TARGETS: dict[str, Callable[[Arguments], str]] = {
    "cloudwatch": _alarms,
    "dynamodb": _table,
    "kms": lambda given: str(given.get("KeyId", "*")),
    "s3": _object,
    "sns": lambda given: str(given.get("TopicArn", "*")),
    "sfn": lambda given: str(given.get("StateMachineArn") or given.get("ExecutionArn") or "*"),
}
