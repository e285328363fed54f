# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dashboards of CloudWatch: an account's, in no region, and none with a body that AWS refuses.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html and its neighbours
(Get, Delete, List): "All dashboards in your account are global, not region-specific". What a body may be
stands in dashboard_body.py. GetDashboard gives the text back that was put. Tags count only when a dashboard
is made.
"""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

from ministack.core.responses import AccountScopedDict, get_account_id
from ministack.services import cloudwatch as cw
from ministack.services.cloudformation import provisioners

from local_aws.server.answers import RefusedError
from local_aws.services.iam import permissions

from . import dashboard_body

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]
KIND = "AWS::CloudWatch::Dashboard"
MOST_OF_A_CALL = 100
PAGE = 1_000
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")


def install() -> None:
    """The same dashboards for CloudFormation."""
    cw._dashboards = AccountScopedDict()
    provisioners._STACK_TAG_PROPERTY[KIND] = ("Tags", "list")
    provisioners._RESOURCE_HANDLERS[KIND] = {"create": _create, "update": _update, "delete": _delete}


def may_not_tag(arn: str) -> str:
    """What the caller lacks who makes something with tags; empty if nothing.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (Tags)
    """
    who = permissions.caller()
    decision = permissions.principal_allows(who, "cloudwatch:TagResource", arn)
    if decision.allowed and (user := permissions.lasting(who)):
        permissions.note(user, "cloudwatch:TagResource", arn)
    return "" if decision.allowed else decision.message


def arn_of(name: str) -> str:
    return f"arn:aws:cloudwatch::{get_account_id()}:dashboard/{name}"


def find(name: str) -> Json | None:
    """A dashboard with its tags; None if there is none."""
    found = cw._dashboards.get(name)
    return None if found is None else {**found, "Tags": dict(cw._resource_tags.get(arn_of(name), {}))}


def _put(request: Json) -> Json:
    name = request["DashboardName"]
    told = _store(name, request["DashboardBody"])
    if request.get("Tags") and told.pop("new"):
        if problem := may_not_tag(arn_of(name)):
            del cw._dashboards[name]
            raise RefusedError("AccessDenied", problem)
        cw._resource_tags[arn_of(name)] = {each["Key"]: each["Value"] for each in request["Tags"]}
    return {"DashboardValidationMessages": told["messages"]}


def _store(name: str, body: str) -> Json:
    if not _NAME.fullmatch(name):
        problem = f"The value {name} for the parameter DashboardName contains invalid characters."
        raise RefusedError("InvalidParameterInput", problem)
    errors, warnings = dashboard_body.check(body)
    if errors == [("", dashboard_body.NO_OBJECT)]:
        raise RefusedError("InvalidParameterInput", dashboard_body.NO_OBJECT)
    if errors:
        told = json.dumps([{"dataPath": path, "message": text} for path, text in errors], indent=2)
        problem = f"The dashboard body is invalid, there are {len(errors)} validation errors:\n{told}"
        raise RefusedError("InvalidParameterInput", problem)
    new = name not in cw._dashboards
    cw._dashboards[name] = {
        "DashboardName": name, "DashboardBody": body, "DashboardArn": arn_of(name),
        "LastModified": int(time.time()), "Size": len(body.encode()),
    }  # fmt: skip
    return {"new": new, "messages": [{"DataPath": path, "Message": text} for path, text in warnings]}


def _get(request: Json) -> Json:
    found = cw._dashboards.get(request["DashboardName"])
    if found is None:
        raise RefusedError("ResourceNotFound", f"Dashboard {request['DashboardName']} does not exist")
    return {key: found[key] for key in ("DashboardArn", "DashboardBody", "DashboardName")}


def _remove(request: Json) -> Json:
    """Of several it deletes those that there are, and tells of the others."""
    names = request["DashboardNames"]
    if len(names) > MOST_OF_A_CALL:
        raise RefusedError(
            "InvalidParameterValue", f"At most {MOST_OF_A_CALL} dashboards can be deleted at once."
        )
    missing = [name for name in names if name not in cw._dashboards]
    for name in names:
        _forget(name)
    if missing:
        raise RefusedError("ResourceNotFound", f"Dashboard {', '.join(missing)} does not exist")
    return {}


def _list(request: Json) -> Json:
    prefix, after = request.get("DashboardNamePrefix", ""), request.get("NextToken", "")
    names = sorted(name for name in cw._dashboards if name.startswith(prefix) and name > after)
    shown = ("DashboardName", "DashboardArn", "LastModified", "Size")
    told: Json = {
        "DashboardEntries": [{key: cw._dashboards[name][key] for key in shown} for name in names[:PAGE]]
    }
    return told | ({"NextToken": names[PAGE - 1]} if len(names) > PAGE else {})


def _forget(name: str) -> None:
    cw._dashboards.pop(name, None)
    cw._resource_tags.pop(arn_of(name), None)


def _create(logical_id: str, properties: Json, stack: str) -> tuple[str, Json]:
    name = properties.get("DashboardName") or provisioners._physical_name(stack, logical_id, max_len=255)
    _provide(name, properties)
    return name, {}


def _update(physical_id: str, _old: Json, new: Json, _stack: str) -> tuple[str, Json]:
    name = new.get("DashboardName") or physical_id
    _provide(name, new)
    if name != physical_id:
        provisioners._delete_predecessor(_forget, physical_id)
    return name, {}


def _provide(name: str, properties: Mapping[str, Any]) -> None:
    try:
        _store(name, properties["DashboardBody"])
    except RefusedError as refused:
        problem = f"{refused} (Service: CloudWatch, Status Code: 400)"
        raise ValueError(f'Resource handler returned message: "{problem}"') from refused
    cw._resource_tags[arn_of(name)] = {each["Key"]: each["Value"] for each in properties.get("Tags", ())}


def _delete(physical_id: str, _properties: Json) -> None:
    _forget(physical_id)


OPERATIONS = {
    "DeleteDashboards": _remove,
    "GetDashboard": _get,
    "ListDashboards": _list,
    "PutDashboard": _put,
}
