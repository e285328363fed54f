# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Application Auto Scaling tells of the capacities of a table and of its indexes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .document import ScalableTarget, ScalingPolicy, ScheduledAction

if TYPE_CHECKING:
    from collections.abc import Mapping


def target(found: Mapping[str, Any]) -> ScalableTarget:
    """One of DescribeScalableTargets. Its role is left out: AWS takes its own."""
    return ScalableTarget(
        resource=found["ResourceId"],
        dimension=found["ScalableDimension"],
        least=int(found["MinCapacity"]),
        most=int(found["MaxCapacity"]),
        suspended={name: True for name, value in (found.get("SuspendedState") or {}).items() if value},
    )


def policy(found: Mapping[str, Any]) -> ScalingPolicy:
    """One of DescribeScalingPolicies. Its alarms are left out: AWS makes them."""
    kind = found["PolicyType"]
    return ScalingPolicy(
        name=found["PolicyName"],
        resource=found["ResourceId"],
        dimension=found["ScalableDimension"],
        type=kind,
        configuration=found.get(f"{kind}PolicyConfiguration") or {},
    )


def action(found: Mapping[str, Any]) -> ScheduledAction:
    """One of DescribeScheduledActions."""
    limits = found.get("ScalableTargetAction") or {}
    return ScheduledAction(
        name=found["ScheduledActionName"],
        resource=found["ResourceId"],
        dimension=found["ScalableDimension"],
        schedule=found["Schedule"],
        zone=found.get("Timezone") or "",
        least=limits.get("MinCapacity"),
        most=limits.get("MaxCapacity"),
        begins=_moment(found.get("StartTime")),
        ends=_moment(found.get("EndTime")),
    )


def _moment(value: object) -> datetime | None:
    """A time as text, or in seconds, as who asked AWS wrote it."""
    if value is None:
        return None
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, UTC)
    found = datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
