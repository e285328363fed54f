# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is found out a moment before a plan is executed, and when one is made (refusals.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._aws import dynamodb
from .._aws.client import ask
from .._base.times import told
from .._model.refusal import Refusal
from .._points import gather_reading
from .._points.choose_point import PointError
from .gather_effects import effects
from .refusals import Found

if TYPE_CHECKING:
    from datetime import datetime

    from .._aws.client import Aws
    from .asked import Asked
    from .gather_table import Place

ENABLED = "ENABLED"


def found(aws: Aws, place: Place) -> Found:
    """The table, what hears of its writes, and from what it could be brought back."""
    live = place.live
    recovery = _recovery(aws, live.table.name)
    return Found(
        at=aws.time(),
        table=live.table,
        status=str(live.description["TableStatus"]),
        effects=effects(aws, live),
        recovery=recovery,
        newest_point=None if recovery == ENABLED else _newest(aws, place),
    )


def protection(found: Found, asked: Asked) -> str:
    """From what the table could be brought back as it is now; empty, if from nothing that is young enough."""
    name = found.table.name if found.table else asked.table
    if found.recovery == ENABLED:
        return (
            f"Point-in-time recovery of {name} is on: the playbook restore brings the table back beside this "
            "one, as it was at any second before the undo."
        )
    if found.newest_point and found.at - found.newest_point <= asked.point_max_age:
        return (
            f"Point-in-time recovery of {name} is off. The playbook restore brings back the point of "
            f"{told(found.newest_point)}, which has nothing of what was written since."
        )
    return ""


def _recovery(aws: Aws, name: str) -> str:
    answer = ask("dynamodb", lambda: dynamodb.describe_recovery(aws("dynamodb"), name))
    if isinstance(answer, Refusal):
        return f"{answer.call}: {answer.message or answer.code}"
    return str((answer or {}).get("PointInTimeRecoveryStatus", "DISABLED"))


def _newest(aws: Aws, place: Place) -> datetime | None:
    """When the newest point was taken that can be restored."""
    try:
        points = gather_reading.points(aws, place.store, place.live.table.name)
    except PointError:
        return None
    return max((each.taken for each in points if each.ways), default=None)
