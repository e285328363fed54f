# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Application Auto Scaling as the settings of a table: what is set is kept, and nothing is scaled.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html
https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html

Only for DynamoDB, only target tracking; everything else is refused.
"""

from __future__ import annotations

import json
import time
import uuid
from typing import TYPE_CHECKING, Any

from ministack import app
from ministack.core import iam_actions, router
from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services import dynamodb

from local_aws.server.answers import Answer, NotImitatedError, RefusedError, answering

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "application-autoscaling"
PAGE = 50
Json = dict[str, Any]

_targets = AccountRegionScopedDict()
_policies = AccountRegionScopedDict()
_actions = AccountRegionScopedDict()


def install() -> None:
    router.SERVICE_PATTERNS[NAME] = {"target_prefixes": ["AnyScaleFrontendService"], "credential_scope": NAME}
    iam_actions.SERVICE_TO_IAM_NAMESPACE[NAME] = NAME
    app.SERVICE_HANDLERS[NAME] = _handle


async def _handle(method: str, path: str, headers: Json, body: bytes, query: Json) -> Answer:
    del method, path, query  # the operation is named in a header
    operation = headers["x-amz-target"].rsplit(".", 1)[-1]
    return answering(lambda data: _run(operation, data))(json.loads(body or b"{}"))


def _run(operation: str, data: Json) -> Json:
    handler = _OPERATIONS.get(operation)
    if handler is None:
        raise NotImitatedError(f"Application Auto Scaling's {operation}.")
    if data["ServiceNamespace"] != "dynamodb":
        raise NotImitatedError(f"scaling of {data['ServiceNamespace']}.")
    return handler(data)


def _register_target(data: Json) -> Json:
    table = data["ResourceId"].removeprefix("table/").split("/")[0]
    if not data["ResourceId"].startswith("table/") or table not in dynamodb._tables:
        raise RefusedError("ValidationException", f"DynamoDB table does not exist: {data['ResourceId']}")
    key = _key(data)
    old = _targets.get(key, {})
    if not old and not {"MinCapacity", "MaxCapacity"} <= set(data):
        raise RefusedError("ValidationException", "MinCapacity and MaxCapacity are needed for a new target.")
    target = {**old, **data, "CreationTime": old.get("CreationTime", time.time())}
    target.setdefault("RoleARN", f"arn:aws:iam::{get_account_id()}:role/aws-service-role/dynamodb")
    target.setdefault("ScalableTargetARN", _arn("scalable-target", uuid.uuid4().hex))
    _targets[key] = {name: value for name, value in target.items() if name != "Tags"}
    return {"ScalableTargetARN": target["ScalableTargetARN"]}


def _deregister_target(data: Json) -> Json:
    _need_target(data)
    del _targets[_key(data)]
    for kept in (_policies, _actions):
        for key in [key for key in kept if key[:2] == _key(data)]:
            del kept[key]
    return {}


def _put_policy(data: Json) -> Json:
    _need_target(data)
    if data.get("PolicyType") != "TargetTrackingScaling":
        raise NotImitatedError("any PolicyType but TargetTrackingScaling.")
    key = (*_key(data), data["PolicyName"])
    arn = _arn(
        "scalingPolicy",
        f"{uuid.uuid4()}:resource/dynamodb/{data['ResourceId']}:policyName/{data['PolicyName']}",
    )
    policy = {"PolicyARN": arn, "Alarms": [], "CreationTime": time.time()} | _policies.get(key, {}) | data
    _policies[key] = policy
    return {"PolicyARN": policy["PolicyARN"], "Alarms": []}


def _delete_policy(data: Json) -> Json:
    if _policies.pop((*_key(data), data["PolicyName"]), None) is None:
        message = (
            f"No scaling policy found for service namespace: dynamodb, policy name: {data['PolicyName']}"
        )
        raise RefusedError("ObjectNotFoundException", message)
    return {}


def _put_action(data: Json) -> Json:
    """A new action needs a schedule and limits; of one that is there, what is named is changed."""
    _need_target(data)
    key = (*_key(data), data["ScheduledActionName"])
    old = _actions.get(key, {})
    if not old and not {"Schedule", "ScalableTargetAction"} <= set(data):
        raise RefusedError(
            "ValidationException", "A new scheduled action needs Schedule and ScalableTargetAction."
        )
    if float(data.get("EndTime", time.time() + 1)) <= time.time():
        raise RefusedError("ValidationException", "The end time must be in the future.")
    arn = _arn("scheduledAction", f"{uuid.uuid4()}:scheduledActionName/{data['ScheduledActionName']}")
    _actions[key] = {"ScheduledActionARN": arn, "CreationTime": time.time()} | old | data
    return {}


def _delete_action(data: Json) -> Json:
    if _actions.pop((*_key(data), data["ScheduledActionName"]), None) is None:
        raise RefusedError("ObjectNotFoundException", f"No scheduled action {data['ScheduledActionName']}")
    return {}


def _describe_actions(data: Json) -> Json:
    names = data.get("ScheduledActionNames")
    found = [each for each in _actions.values() if data.get("ResourceId") in {None, each["ResourceId"]}]
    return _page(
        "ScheduledActions",
        _of_dimension([each for each in found if not names or each["ScheduledActionName"] in names], data),
        data,
    )


def _describe_targets(data: Json) -> Json:
    wanted = data.get("ResourceIds")
    found = [t for t in _targets.values() if not wanted or t["ResourceId"] in wanted]
    return _page("ScalableTargets", _of_dimension(found, data), data)


def _describe_policies(data: Json) -> Json:
    names = data.get("PolicyNames")
    found = [p for p in _policies.values() if data.get("ResourceId") in {None, p["ResourceId"]}]
    return _page(
        "ScalingPolicies",
        _of_dimension([p for p in found if not names or p["PolicyName"] in names], data),
        data,
    )


def _of_dimension(found: list[Json], data: Json) -> list[Json]:
    return [one for one in found if data.get("ScalableDimension") in {None, one["ScalableDimension"]}]


def _page(member: str, found: list[Json], data: Json) -> Json:
    begin = int(data.get("NextToken", 0))
    end = begin + min(int(data.get("MaxResults", PAGE)), PAGE)
    return {member: found[begin:end]} | ({"NextToken": str(end)} if end < len(found) else {})


def _need_target(data: Json) -> None:
    if _key(data) not in _targets:
        resource = f"service namespace: dynamodb, resource ID: {data['ResourceId']}"
        raise RefusedError("ObjectNotFoundException", f"No scalable target registered for {resource}")


def _key(data: Json) -> tuple[str, str]:
    return data["ResourceId"], data["ScalableDimension"]


def _arn(kind: str, rest: str) -> str:
    return f"arn:aws:application-autoscaling:{get_region()}:{get_account_id()}:{kind}/{rest}"


_OPERATIONS: dict[str, Callable[[Json], Json]] = {
    "RegisterScalableTarget": _register_target,
    "DeregisterScalableTarget": _deregister_target,
    "DescribeScalableTargets": _describe_targets,
    "PutScalingPolicy": _put_policy,
    "DeleteScalingPolicy": _delete_policy,
    "DescribeScalingPolicies": _describe_policies,
    "PutScheduledAction": _put_action,
    "DeleteScheduledAction": _delete_action,
    "DescribeScheduledActions": _describe_actions,
}
