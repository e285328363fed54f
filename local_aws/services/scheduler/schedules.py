# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""EventBridge Scheduler: schedules that are checked, kept whole, and fire as time passes.

Imitates the API reference of CreateSchedule, UpdateSchedule and ListSchedules and "Managing tags"
(docs.aws.amazon.com/scheduler/latest/APIReference, UserGuide/managing-schedule.html).
How an invocation is delivered stands in delivery.py.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_region, request_scope
from ministack.services import scheduler as ministack_scheduler
from ministack.services.cloudformation import provisioners

from local_aws.server import clock, silence
from local_aws.services.iam import permissions

from .checks import NAME, refused_schedule
from .delivery import Invocation, deliver_waiting, invoke_at
from .expressions import next_due

if TYPE_CHECKING:
    from collections.abc import Callable

Data = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]
Key = tuple[str, str, str]
MAX_PAGE = 100
_SUMMARY = ("Arn", "Name", "GroupName", "State", "CreationDate", "LastModificationDate")
_DATES = ("StartDate", "EndDate")
_CLOUDFORMATION = "AWS::Scheduler::Schedule"


@dataclass
class _Due:
    """When a schedule, as it was last changed, fires next."""

    changed: float
    at: float | None


_due: dict[Key, _Due] = {}
# What CloudFormation uses, which asks for rights by itself.
_puts: dict[str, Callable[[str, Data], Response]] = {}


def install() -> None:
    """Take over the API's checks, the firing, and the CloudFormation resource."""
    ministack_scheduler._tick_schedules = _fired_by_our_clock
    for name in ("_create_schedule", "_update_schedule"):
        _puts[name] = _checked(getattr(ministack_scheduler, name))
        setattr(ministack_scheduler, name, _passing_its_role(_puts[name]))
    ministack_scheduler._create_schedule_group = _checked_group(ministack_scheduler._create_schedule_group)
    ministack_scheduler._list_schedules = _list_schedules
    ministack_scheduler._tag_resource_arn = _only_groups(ministack_scheduler._tag_resource_arn)
    handlers = provisioners._RESOURCE_HANDLERS[_CLOUDFORMATION]
    handlers.update(create=_provision_create, update=_provision_update)
    clock.on_tick(_tick)
    silence.ends(ministack_scheduler._schedules)


def _fired_by_our_clock() -> None:
    """ministack's own sweep looks at the time every ten seconds, in UTC, and asks no role."""


def _invalid(problem: str) -> Response:
    response: Response = ministack_scheduler._error(400, "ValidationException", problem)
    return response


def _checked(original: Callable[[str, Data], Response]) -> Callable[[str, Data], Response]:
    def put(name: str, body: Data) -> Response:
        body = {
            **body,
            **{date: ministack_scheduler._to_epoch(body[date]) for date in _DATES if body.get(date)},
        }
        problem = refused_schedule(name, {**body, "_region": get_region()})
        return _invalid(problem) if problem else original(name, body)

    return put


def _passing_its_role(original: Callable[[str, Data], Response]) -> Callable[[str, Data], Response]:
    """Whoever makes or changes a schedule hands its role over.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/security_iam_id-based-policies.html, "Pass role".
    """

    def put(name: str, body: Data) -> Response:
        caller, role = permissions.caller(), str((body.get("Target") or {}).get("RoleArn", ""))
        context = {"iam:PassedToService": "scheduler.amazonaws.com"}
        decision = permissions.principal_allows(caller, "iam:PassRole", role, context)
        if not decision.allowed:
            refused: Response = ministack_scheduler._error(403, "AccessDeniedException", decision.message)
            return refused
        if principal := permissions.lasting(caller):
            permissions.note(principal, "iam:PassRole", role)
        return original(name, body)

    return put


def _checked_group(original: Callable[[str, Data], Response]) -> Callable[[str, Data], Response]:
    def put(name: str, body: Data) -> Response:
        return original(name, body) if NAME.fullmatch(name) else _invalid(f"Invalid group name {name}.")

    return put


def _only_groups(original: Callable[[str], Any]) -> Callable[[str], Any]:
    """Schedules take no tags."""

    def resolve(arn: str) -> Any:
        if ":schedule/" in arn:
            return None, _invalid(f"Invalid ResourceArn {arn}: only schedule groups have tags.")
        return original(arn)

    return resolve


def _list_schedules(query: dict[str, str]) -> Response:
    ministack_scheduler._ensure_default_group()
    size = int(query.get("MaxResults") or MAX_PAGE)
    if not 1 <= size <= MAX_PAGE:
        return _invalid(
            f"1 validation error detected: Value '{size}' at 'maxResults' failed to satisfy constraint"
        )
    wanted = {"GroupName": query.get("ScheduleGroup"), "State": query.get("State")}
    rows = [
        {**{key: one[key] for key in _SUMMARY}, "Target": {"Arn": one["Target"]["Arn"]}}
        for one in sorted(ministack_scheduler._schedules.values(), key=lambda one: str(one["Arn"]))
        if one["Name"].startswith(query.get("NamePrefix", ""))
        and all(value in (None, one[key]) for key, value in wanted.items())
        and one["Arn"] > query.get("NextToken", "")
    ]  # fmt: skip
    answer: dict[str, Any] = {"Schedules": rows[:size]}
    if len(rows) > size:
        answer["NextToken"] = rows[size - 1]["Arn"]
    response: Response = ministack_scheduler._json_resp(200, answer)
    return response


def _tick() -> None:
    now = time.time()
    schedules = dict(ministack_scheduler._schedules.to_dict())
    for key in set(_due) - set(schedules):
        del _due[key]
    for key, schedule in schedules.items():
        with request_scope(key[0], key[1]):
            _fire(key, schedule, now)
    deliver_waiting(now)


def _fire(key: Key, schedule: Data, now: float) -> None:
    due = _due.get(key)
    changed = schedule["LastModificationDate"]
    if due is None or due.changed != changed:
        start = max(changed, (schedule.get("StartDate") or 0) - 1)
        due = _due[key] = _Due(changed, _after(schedule, start))
    end = schedule.get("EndDate") or float("inf")
    while due.at is not None and due.at <= min(now, end):
        if schedule["State"] == "ENABLED":
            window = schedule["FlexibleTimeWindow"].get("MaximumWindowInMinutes", 0) * 60
            invoke_at(due.at + random.uniform(0, window), Invocation(key[0], key[1], dict(schedule), due.at))
        due.at = _after(schedule, due.at)
    over = due.at is None or due.at > end
    if over and schedule.get("ActionAfterCompletion") == "DELETE":
        ministack_scheduler._schedules.pop(key[2], None)


def _after(schedule: Data, moment: float) -> float | None:
    timezone = schedule.get("ScheduleExpressionTimezone") or "UTC"
    anchor = schedule.get("StartDate") or schedule["CreationDate"]
    return next_due(schedule["ScheduleExpression"], timezone, moment, anchor)


def _body(props: Data) -> Data:
    dates = {name: datetime.fromisoformat(props[name]).timestamp() for name in _DATES if name in props}
    target = dict(props.get("Target") or {})
    if retry := target.get("RetryPolicy"):
        target["RetryPolicy"] = {key: int(value) for key, value in retry.items()}
    window = dict(props.get("FlexibleTimeWindow") or {})
    if "MaximumWindowInMinutes" in window:
        window["MaximumWindowInMinutes"] = int(window["MaximumWindowInMinutes"])
    return {**props, **dates, "Target": target, "FlexibleTimeWindow": window}


def _raise_refusal(answer: Response) -> None:
    if answer[0] >= 400:
        raise ValueError(f"{answer[2].decode()} (Service: Scheduler, Status Code: {answer[0]})")


def _provision_create(logical_id: str, props: Data, stack_name: str) -> tuple[str, Data]:
    name = props.get("Name") or provisioners._physical_name(stack_name, logical_id, max_len=64)
    _raise_refusal(_puts["_create_schedule"](name, _body(props)))
    return name, {"Arn": ministack_scheduler._schedule_arn(props.get("GroupName", "default"), name)}


def _provision_update(physical_id: str, old: Data, new: Data, stack_name: str) -> tuple[str, Data]:
    """UpdateSchedule; another name or group makes another schedule."""
    identity = (new.get("Name", physical_id), new.get("GroupName", "default"))
    if identity != (physical_id, old.get("GroupName", "default")):
        made = _provision_create(physical_id, {**new, "Name": identity[0]}, stack_name)
        ministack_scheduler._delete_schedule(physical_id, {"groupName": old.get("GroupName", "default")})
        return made
    _raise_refusal(_puts["_update_schedule"](physical_id, _body(new)))
    return physical_id, {"Arn": ministack_scheduler._schedule_arn(identity[1], physical_id)}
