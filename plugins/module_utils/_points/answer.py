# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Puts what tables can be brought back to into the words that the module point_info returns."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .._base import times
from .._model.history import PITR
from . import choose_point

if TYPE_CHECKING:
    from .._model.history import History, RestorePoint, TableHistory, Verified


def report(history: History, nothing: dict[str, str], calls: int) -> dict[str, Any]:
    """The tables in the order of their names, what AWS would not tell, and how much there is of each."""
    tables = [_table(name, history.tables[name], nothing.get(name, "")) for name in sorted(history.tables)]
    points = [point for each in tables for point in each["points"]]
    return {
        "tables": tables,
        "refusals": [asdict(each) for each in history.refusals],
        "summary": {
            "tables": len(tables),
            "points": len(points),
            "restorable": sum(bool(point["ways"]) for point in points),
            "without_points": sum(not each["points"] for each in tables),
            "left_out": sum(len(each["left_out"]) for each in tables),
            "unread": sum(each["unread"] for each in tables),
            "calls": calls,
        },
    }


def _table(name: str, found: TableHistory, nothing: str) -> dict[str, Any]:
    return {
        "table": name,
        "points": [_point(each) for each in found.points],
        "latest": latest(found.points),
        "left_out": [asdict(each) for each in found.left_out],
        "unread": found.unread,
        "nothing": nothing,
    }


def latest(points: list[RestorePoint]) -> str:
    """The id of what a restore takes that is asked for no other: a backup, or else the window."""
    try:
        return choose_point.chosen(points, choose_point.LATEST).id
    except choose_point.PointError:
        return next((each.id for each in points if each.kind == PITR and each.ways), "")


def _point(point: RestorePoint) -> dict[str, Any]:
    return {
        "id": point.id,
        "kind": point.kind,
        "taken": times.told(point.taken),
        "until": times.told(point.until),
        "location": point.location,
        "items": point.items,
        "bytes": point.bytes,
        "expires": times.told(point.expires),
        "verified": _verified(point.verified),
        "ways": list(point.ways),
        "why_not": point.why_not,
        "format": point.format,
    }


def _verified(verified: Verified | None) -> dict[str, Any] | None:
    if verified is None:
        return None
    return {"when": times.told(verified.when), "how": verified.how, "by": verified.by}
