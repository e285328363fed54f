# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What CreateSchedule and UpdateSchedule refuse.

Imitates docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html. Targets other than a state
machine are refused too: nothing here imitates them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from local_aws.services.iam import permissions

from .expressions import next_due

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = re.compile(r"[0-9a-zA-Z\-_.]{1,64}")
_NO_ZONES = frozenset({"Factory", "localtime", "posixrules"})
_STATE_MACHINE = re.compile(r"arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:.+")
_QUEUE = re.compile(r"arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}")


def is_timezone(name: str) -> bool:
    """Whether the name is in the Time Zone Database of IANA, as the API wants it.

    Files of a system that stand beside its zones are no names, wherever Python finds them.
    """
    if name in _NO_ZONES or name.startswith(("posix/", "right/")):
        return False
    return name in available_timezones()


def refused_schedule(name: str, schedule: dict[str, Any]) -> str:
    """Why AWS refuses the schedule; empty if it does not."""
    faults = (*_words(name, schedule), *_times(schedule), *_window(schedule), *_target(schedule))
    return next(iter(faults), "")


def _constraint(name: str, value: Any) -> str:
    return f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint"


def _words(name: str, schedule: dict[str, Any]) -> Iterator[str]:
    if not NAME.fullmatch(name):
        yield _constraint("name", name)
    if schedule.get("State", "ENABLED") not in ("ENABLED", "DISABLED"):
        yield _constraint("state", schedule["State"])
    if len(schedule.get("Description") or "") > 512:
        yield _constraint("description", schedule["Description"])
    if schedule.get("ActionAfterCompletion", "NONE") not in ("NONE", "DELETE"):
        yield _constraint("actionAfterCompletion", schedule["ActionAfterCompletion"])


def _times(schedule: dict[str, Any]) -> Iterator[str]:
    timezone = schedule.get("ScheduleExpressionTimezone") or "UTC"
    if not is_timezone(timezone):
        yield f"Invalid ScheduleExpressionTimezone {timezone}."
        return
    try:
        next_due(str(schedule.get("ScheduleExpression", "")), timezone, 0, 0)
    except ValueError as fault:
        yield str(fault)
    start, end = schedule.get("StartDate"), schedule.get("EndDate")
    if start is not None and end is not None and end <= start:
        yield "EndDate must come after StartDate."


def _window(schedule: dict[str, Any]) -> Iterator[str]:
    window = schedule.get("FlexibleTimeWindow") or {}
    mode, minutes = window.get("Mode"), window.get("MaximumWindowInMinutes")
    if mode not in ("OFF", "FLEXIBLE"):
        yield _constraint("flexibleTimeWindow.mode", mode)
    elif mode == "OFF" and minutes is not None:
        yield "MaximumWindowInMinutes must not be set when FlexibleTimeWindow's mode is OFF."
    elif mode == "FLEXIBLE" and not (isinstance(minutes, int) and 1 <= minutes <= 1440):
        yield _constraint("flexibleTimeWindow.maximumWindowInMinutes", minutes)


def _target(schedule: dict[str, Any]) -> Iterator[str]:
    target = schedule.get("Target") or {}
    role, retry = target.get("RoleArn", ""), target.get("RetryPolicy") or {}
    if not _STATE_MACHINE.fullmatch(target.get("Arn", "")):
        yield f"Provided Arn is not supported by this embedded AWS: {target.get('Arn')}"
    if not permissions.role_trusts(role, "scheduler.amazonaws.com", source(schedule)):
        yield "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
    if not 0 <= retry.get("MaximumRetryAttempts", 185) <= 185:
        yield _constraint("target.retryPolicy.maximumRetryAttempts", retry["MaximumRetryAttempts"])
    if not 60 <= retry.get("MaximumEventAgeInSeconds", 86400) <= 86400:
        yield _constraint("target.retryPolicy.maximumEventAgeInSeconds", retry["MaximumEventAgeInSeconds"])
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    if queue is not None and not _QUEUE.fullmatch(queue):
        yield _constraint("target.deadLetterConfig.arn", queue)
    try:
        json.loads(target.get("Input") or "{}")
    except ValueError:
        yield "Target.Input must be well-formed JSON for an AWS Step Functions target."


def source(schedule: dict[str, Any]) -> dict[str, str]:
    """The condition keys with which Scheduler assumes a role: the account and the schedule group."""
    role = (schedule.get("Target") or {}).get("RoleArn", "")
    account = role.split(":")[4] if role.count(":") >= 5 else ""
    region = schedule["_region"]
    group = schedule.get("GroupName") or "default"
    return {
        "aws:SourceAccount": account,
        "aws:SourceArn": f"arn:aws:scheduler:{region}:{account}:schedule-group/{group}",
    }
