# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What callers over HTTP must be allowed, where ministack asks for less or of another resource than AWS does.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html (rights on the key)
"""

from __future__ import annotations

from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_region
from ministack.services import cloudformation, kms, s3

from . import authorization, permissions

ENCRYPTION = "x-amz-server-side-encryption"


def install() -> None:
    """ministack looks these functions up each time it asks."""
    enforce = iam_evaluator.enforce
    arn_of, more_checks, resources_of = (
        iam_actions.extract_resource_arn,
        iam_actions.s3_additional_checks,
        iam_actions.s3_access_point_resources,
    )

    def resource_arn(service: str, *request: Any) -> str:
        action = iam_actions.extract_iam_action(service, *request[:5]) or ""
        if authorization.needs_everything(action):
            return "*"
        found = str(arn_of(service, *request))
        # Of a schedule ministack says that it is in the default group.
        return _named_otherwise(service, *request) if found == "*" or service == "scheduler" else found

    def checks(method: str, path: str, headers: dict[str, str], body: bytes, params: Any) -> Any:
        return [*more_checks(method, path, headers, body, params), *_key_rights(method, path, headers)]

    def resources(arn: str) -> Any:
        # S3 uses the key in the caller's name.
        via = {"kms:ViaService": f"s3.{get_region()}.amazonaws.com"}
        return [(arn, via)] if arn.startswith("arn:aws:kms:") else resources_of(arn)

    def enforced(key: str, action: str, service: str, region: str, *more: Any, **context: Any) -> Any:
        denied = enforce(key, action, service, region, *more, **context)
        if denied is None and (principal := permissions.lasting(permissions.caller())):
            permissions.note(principal, action, context.get("resource_arn", "*"))
        return denied

    def origin(address: str, _secure: bool) -> None:
        # The loopback port stands for AWS's HTTPS endpoints: policies that ask for TLS see TLS.
        iam_evaluator.pin_request_origin(address, True)

    app.pin_request_origin = origin
    iam_evaluator.enforce = enforced
    iam_actions.extract_resource_arn = resource_arn
    iam_actions.s3_additional_checks = checks
    iam_actions.s3_access_point_resources = resources


def _named_otherwise(
    service: str, method: str, path: str, headers: Any, body: bytes, params: Any, region: str, account: str
) -> str:
    """The resource of calls that name it in a way that ministack does not look for."""
    if service == "monitoring":
        action = iam_actions.extract_iam_action(service, method, path, headers, body, params)
        there = f"arn:aws:cloudwatch:{region}:{account}"
        return _of_cloudwatch(action or "", body, params, there, account)
    if service == "dynamodb":
        return _of_dynamodb(body, f"arn:aws:dynamodb:{region}:{account}")
    if service in ("application-autoscaling", "autoscaling"):
        # Each has an ARN that AWS makes up: https://docs.aws.amazon.com/autoscaling/application/userguide/
        # security_iam_service-with-iam.html
        return f"arn:aws:application-autoscaling:{region}:{account}:scalable-target/made-up"
    if service == "datapipeline":
        pipeline = str(iam_actions._safe_json_field(body, "pipelineId"))
        return f"arn:aws:datapipeline:{region}:{account}:pipeline/{pipeline}" if pipeline else "*"
    if service == "scheduler":
        kind, _slash, name = path.strip("/").partition("/")
        told = iam_actions._query_param(params, "groupName") or iam_actions._safe_json_field(
            body, "GroupName"
        )
        group = told or "default"
        what = {"schedules": f"schedule/{group}/{name}", "schedule-groups": f"schedule-group/{name}"}
        return f"arn:aws:scheduler:{region}:{account}:{what[kind]}" if name and kind in what else "*"
    if service == "iam":
        profile = iam_actions._query_param(params, "InstanceProfileName")
        return f"arn:aws:iam::{account}:instance-profile/{profile}" if profile else "*"
    if service == "states":
        return str(iam_actions._safe_json_field(body, "mapRunArn")) or "*"
    change_set = iam_actions._query_param(params, "ChangeSetName") if service == "cloudformation" else ""
    known = cloudformation._change_sets.get(change_set)
    return str(known["StackId"]) if known else "*"


def _of_cloudwatch(action: str, body: bytes, params: Any, there: str, account: str) -> str:
    if "MuteRule" in action:
        named = (iam_actions._safe_json_field(body, key) for key in ("AlarmMuteRuleName", "Name"))
        return f"{there}:alarm-mute-rule:{next((each for each in named if each), '*')}"
    if action.endswith(("Dashboard", "Dashboards")):  # which have no region
        one = iam_actions._safe_json_field(body, "DashboardName")
        told = one or iam_actions._query_param(params, "DashboardName")
        return f"arn:aws:cloudwatch::{account}:dashboard/{told or _first(body, params, 'DashboardNames')}"
    if action.endswith("AlarmActions"):
        return f"{there}:alarm:{_first(body, params, 'AlarmNames')}"
    return f"{there}:alarm:*" if action == "cloudwatch:DescribeAlarms" else "*"


def _first(body: bytes, params: Any, field: str) -> str:
    """Of several things that are named the first is asked for."""
    names = iam_actions._safe_json_field(body, field) or [""]
    return str(names[0] or iam_actions._query_param(params, f"{field}.member.1"))


def _of_dynamodb(body: bytes, there: str) -> str:
    """The resource that a call names by its ARN, or the table that it makes."""
    field = iam_actions._safe_json_field
    named = (field(body, key) for key in ("ExportArn", "ImportArn", "BackupArn", "ResourceArn"))
    if found := next((str(each) for each in named if each), ""):
        return found
    if field(body, "S3Bucket"):  # an export: a listing of them has no resource
        return str(field(body, "TableArn"))
    table = field(body, "TargetTableName") or (field(body, "TableCreationParameters") or {}).get("TableName")
    return f"{there}:table/{table}" if table else "*"


def _key_rights(method: str, path: str, headers: dict[str, str]) -> list[tuple[str, str]]:
    """The rights on the key that an object is, or will be, encrypted with."""
    bucket, _slash, key = path.lstrip("/").partition("/")
    if not key or bucket not in s3._buckets or method not in {"GET", "PUT"}:
        return []
    if method == "PUT":
        keys = [] if headers.get(ENCRYPTION) == "AES256" else permissions.bucket_key(bucket)
        return [("kms:GenerateDataKey", arn) for arn in keys]
    stored = s3._buckets[bucket]["objects"].get(key, {})
    name = s3._stored_sse_headers(stored).get(f"{ENCRYPTION}-aws-kms-key-id", "") if stored else ""
    record = kms._resolve_key(name) if name else None
    return [("kms:Decrypt", str(record["Arn"]))] if record else []
