# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CloudFormation makes nothing that is there already, and changes nothing that is not there any more.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html and
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract.html: "A create
handler MUST NOT create multiple resources", and answers AlreadyExists; an update handler answers NotFound
for what is gone. The words: https://repost.aws/knowledge-center/cloudformation-resource-already-exists, and
"... already exists in stack" where another stack has made it. Of buckets ministack itself knows.

GetTemplate gives a question mark for every character that is not ASCII, whatever reached the resources:
https://github.com/aws/aws-cdk/issues/10396.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import (
    cloudformation,
    cloudwatch,
    cloudwatch_logs,
    iam,
    scheduler,
    sns,
    sqs,
    stepfunctions,
)
from ministack.services.cloudformation import drift, handlers, stacks

from . import live

Json = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]


def install() -> None:
    provision, update = stacks._provision_resource, stacks._update_resource
    actions = handlers._ACTION_HANDLERS
    actions["GetTemplate"] = functools.partial(_get_template, actions["GetTemplate"])

    def provisioning(kind: str, logical_id: str, properties: Json, *more: Any) -> Any:
        _want_no(kind, properties)
        return provision(kind, logical_id, properties, *more)

    def updating(kind: str, physical_id: str, old: Json, new: Json, *more: Any) -> Any:
        if old != new:
            _want(kind, physical_id, old)
            if _physical_id(kind, new) not in {"", _physical_id(kind, old)}:
                _want_no(kind, new)
        return update(kind, physical_id, old, new, *more)

    stacks._provision_resource, stacks._update_resource = provisioning, updating


def _get_template(original: Any, params: Json) -> Answer:
    status, headers, body = original(params)
    return status, headers, re.sub(r"[^\x00-\x7f]", "?", body.decode()).encode()


def _want(kind: str, physical_id: str, properties: Json) -> None:
    """Raise what CloudFormation tells if the resource is gone."""
    if drift.supports_drift(kind) and live.read(kind, physical_id, properties) is None:
        problem = f"Resource of type '{kind}' with identifier '{physical_id}' was not found."
        raise ValueError(_told(problem, "NotFound"))


def _want_no(kind: str, properties: Json) -> None:
    """Raise what CloudFormation tells if there is such a resource."""
    physical_id = _physical_id(kind, properties)
    if not physical_id or not _exists(kind, physical_id, properties):
        return
    if stack_id := _owner(kind, properties):
        raise ValueError(f"{_name(kind, properties)} already exists in stack {stack_id}")
    problem = f"Resource of type '{kind}' with identifier '{_name(kind, properties)}' already exists."
    raise ValueError(_told(problem, "AlreadyExists"))


def _owner(kind: str, properties: Json) -> str:
    """The stack that has made it; empty if none has."""
    wanted = (kind, _name(kind, properties), properties.get("GroupName"))
    for stack in cloudformation._stacks.values():
        for resource in stack.get("_resources", {}).values():
            made = resource["Properties"]
            if (resource["ResourceType"], _name(kind, made), made.get("GroupName")) == wanted:
                return str(stack["StackId"])
    return ""


def _told(problem: str, code: str) -> str:
    return f"{problem} (RequestToken: {new_uuid()}, HandlerErrorCode: {code})"


def _name(kind: str, properties: Json) -> str:
    return str(properties.get(_NAMES.get(kind, ""), ""))


def _physical_id(kind: str, properties: Json) -> str:
    """The identity that a template itself gives a resource; empty if it gives none."""
    name = _name(kind, properties)
    return _IDS[kind].format(name=name, region=get_region(), account=get_account_id()) if name else ""


def _exists(kind: str, physical_id: str, properties: Json) -> bool:
    if kind == "AWS::Scheduler::Schedule":
        return f"{properties.get('GroupName', 'default')}/{physical_id}" in scheduler._schedules
    if kind == "AWS::IAM::InstanceProfile":
        return _name(kind, properties) in iam._instance_profiles
    if kind == "AWS::SQS::Queue":
        return _name(kind, properties) in sqs._queue_name_to_url
    if kind == "AWS::CloudWatch::Dashboard":  # of the whole account, and made anew when CloudWatch begins
        return physical_id in cloudwatch._dashboards
    return bool(physical_id in _STORES[kind])


_NAMES = {
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::Scheduler::ScheduleGroup": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
_IDS = dict.fromkeys(_NAMES, "{name}") | {
    "AWS::IAM::InstanceProfile": "arn:aws:iam::{account}:instance-profile/{name}",
    "AWS::IAM::ManagedPolicy": "arn:aws:iam::{account}:policy/{name}",
    "AWS::SNS::Topic": "arn:aws:sns:{region}:{account}:{name}",
    "AWS::StepFunctions::StateMachine": "arn:aws:states:{region}:{account}:stateMachine:{name}",
}
_STORES = {
    "AWS::CloudWatch::Alarm": cloudwatch._alarms,
    "AWS::IAM::ManagedPolicy": iam._policies,
    "AWS::IAM::Role": iam._roles,
    "AWS::Logs::LogGroup": cloudwatch_logs._log_groups,
    "AWS::SNS::Topic": sns._topics,
    "AWS::Scheduler::ScheduleGroup": scheduler._schedule_groups,
    "AWS::StepFunctions::StateMachine": stepfunctions._state_machines,
}
