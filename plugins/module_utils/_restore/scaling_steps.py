# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The calls that bring auto scaling back: the limits, then what moves within them, then what moves them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from .._settings.document import ON_DEMAND, known_part
from .target import NO_INDEX, Left

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._settings.document import ScalableTarget, ScalingPolicy, ScheduledAction, Settings

# What a step is made of: setting, service, call, arguments.
Call = tuple[str, str, str, dict[str, Any]]

SERVICE = "application-autoscaling"
ONCE = re.compile(r"at\((.+)\)")
NAMES = ("scalable_targets", "scaling_policies", "scheduled_actions")


def calls(settings: Settings, now: datetime) -> Iterator[Call | Left]:
    """Of every capacity that the table has."""
    if settings.billing == ON_DEMAND:
        why = "a table on demand has no capacity to scale"
        yield from (Left(name, why) for name in NAMES if known_part(getattr(settings, name)))
        return
    resources = {f"table/{settings.name}"}
    resources |= {f"table/{settings.name}/index/{each.name}" for each in settings.global_indexes}
    targets = [each for each in settings.scalable_targets if each.resource in resources]
    there = {(each.resource, each.dimension) for each in targets}
    yield from (_target(each) for each in targets)
    gone = [each for each in settings.scalable_targets if each not in targets]
    yield from (Left(f"scalable_targets[{each.identity}]", NO_INDEX) for each in gone)
    for policy in settings.scaling_policies:
        yield _policy(policy) if (policy.resource, policy.dimension) in there else _alone(NAMES[1], policy)
    for action in known_part(settings.scheduled_actions):
        if (action.resource, action.dimension) in there:
            yield from _action(action, now)
        else:
            yield _alone(NAMES[2], action)


def _alone(setting: str, found: ScalingPolicy | ScheduledAction) -> Left:
    return Left(f"{setting}[{found.identity}]", "what it scales is no target of auto scaling here")


def _of(found: ScalableTarget | ScalingPolicy | ScheduledAction) -> dict[str, Any]:
    return {
        "ServiceNamespace": "dynamodb",
        "ResourceId": found.resource,
        "ScalableDimension": found.dimension,
    }


def _target(found: ScalableTarget) -> Call:
    """Without a role: AWS takes its own."""
    limits: dict[str, Any] = {"MinCapacity": found.least, "MaxCapacity": found.most}
    suspended = {"SuspendedState": dict(found.suspended)} if found.suspended else {}
    return "scalable_targets", SERVICE, "RegisterScalableTarget", _of(found) | limits | suspended


def _policy(found: ScalingPolicy) -> Call | Left:
    """AWS makes the alarms of one that tracks a target; of any other kind they would be missing."""
    if found.type != "TargetTrackingScaling":
        return Left(f"scaling_policies[{found.identity}]", f"its kind, {found.type}, needs alarms of its own")
    more = {
        "PolicyName": found.name,
        "PolicyType": found.type,
        "TargetTrackingScalingPolicyConfiguration": dict(found.configuration),
    }
    return "scaling_policies", SERVICE, "PutScalingPolicy", _of(found) | more


def _action(found: ScheduledAction, now: datetime) -> Iterator[Call | Left]:
    """AWS takes no time that is past."""
    if (found.ends and found.ends <= now) or _past(found, now):
        yield Left(f"scheduled_actions[{found.identity}]", "its time is past")
        return
    limits = {"MinCapacity": found.least, "MaxCapacity": found.most}
    more: dict[str, Any] = {
        "ScheduledActionName": found.name,
        "Schedule": found.schedule,
        "ScalableTargetAction": {name: value for name, value in limits.items() if value is not None},
    }
    if found.zone:
        more["Timezone"] = found.zone
    if found.begins and found.begins > now:
        more["StartTime"] = found.begins
    elif found.begins:
        yield Left(f"scheduled_actions[{found.identity}].begins", "it has begun")
    if found.ends:
        more["EndTime"] = found.ends
    yield "scheduled_actions", SERVICE, "PutScheduledAction", _of(found) | more


def _past(found: ScheduledAction, now: datetime) -> bool:
    once = ONCE.fullmatch(found.schedule)
    if not once:
        return False
    zone = ZoneInfo(found.zone) if found.zone else UTC
    return datetime.fromisoformat(once[1]).replace(tzinfo=zone) <= now
