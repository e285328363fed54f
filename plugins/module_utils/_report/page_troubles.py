# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is unhealthy: reasons, since when, and the commands that help; what many tables have alike, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .._base import grouping, times
from .._status.reasons import CODES
from .page_commands import commands

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Answer = Mapping[str, Any]
    Table = Mapping[str, Any]

NAMED = 12  # tables that a heading names

_LOSING = frozenset({"point_expired", "point_expires_soon"})
# Notes of tables on what they share.
_SHARED = frozenset({
    "dashboard_missing", "dashboard_altered", "nobody_listed", "policy_extended", "alert_key_not_known",
    "stack_moving", "deployment_rolled_back",
})  # fmt: skip
_WORST = {code: place for place, code in enumerate(CODES)}


@dataclass(frozen=True)
class Trouble:
    """One reason, worst of all that these tables have, and the others that they have as well."""

    target: str
    tables: tuple[str, ...]  # none: the target as a whole
    code: str
    message: str
    others: tuple[tuple[str, str], ...]  # code and message
    since: str | None
    commands: tuple[str, ...]
    all: bool = False  # these are all tables of the target that are backed up

    @property
    def heading(self) -> str:
        """The tables, as many as a line holds."""
        if self.all:
            return f"All {len(self.tables)} tables"
        more = f" and {len(self.tables) - NAMED} more tables" if len(self.tables) > NAMED else ""
        return ", ".join(self.tables[:NAMED]) + more if self.tables else self.target


def troubles(target: str, answer: Answer) -> list[Trouble]:
    """What is wrong with a target, then with its tables, the worst first."""
    whole = [_whole(target, each, asked=answer.get("asked", True)) for each in answer["reasons"]]
    groups: dict[tuple[str, ...], list[Table]] = {}
    for table in answer["tables"]:
        if not table["healthy"]:
            worst, codes = wrong(table)[0], (each["code"] for each in wrong(table))
            groups.setdefault((grouping.core(worst["message"], table["table"]), *codes), []).append(table)
    watched = sum(bool(table["enabled"]) for table in answer["tables"])
    return [*whole, *(_trouble(target, group, whole=1 < len(group) == watched) for group in groups.values())]


def shared_notes(answer: Answer) -> list[str]:
    """Notes that tables have on what they share, each once."""
    found = {
        grouping.core(each["message"], table["table"]): each["message"]
        for table in reversed(answer["tables"])
        for each in table["reasons"]
        if each["code"] in _SHARED
    }
    return list(reversed(found.values()))


def urgency(trouble: Trouble) -> tuple[bool, int]:
    """What sorts by: a target as a whole first, then the worst."""
    return bool(trouble.tables), _WORST.get(trouble.code, len(CODES))


def wrong(table: Table) -> Sequence[Mapping[str, Any]]:
    """The reasons why a table is unhealthy."""
    found = [each for each in table["reasons"] if not each["note"]]
    return found or [{"code": "unknown", "message": "No reason is known.", "note": False}]


def since(code: str, table: Table) -> str | None:
    """Since when that has been so, where it is known; of a backup about to be lost, the moment it is of."""
    alarm, drill, run = table["alarm"] or {}, table["drill"] or {}, table["run"] or {}
    if code in {"alarm_firing", "alarm_state_unknown"}:
        found = alarm.get("since")
    elif code in {"drill_failed", "not_drilled"}:
        found = drill.get("last_failed" if code == "drill_failed" else "last_passed")
    elif code in {"last_run_failed", "last_run_timed_out", "last_run_aborted", "run_stuck"}:
        found = run.get("finished") or run.get("started")
    elif code == "too_old":
        found = _too_old(table)
    elif code in _LOSING:
        found = (table["point"] or {}).get("expires" if code == "point_expired" else "taken")
    else:
        found = None
    return found


def _too_old(table: Table) -> str | None:
    """When its age, which counts from the moment it is of, became more than is allowed."""
    taken, allowed = (table["point"] or {}).get("taken"), table["last_success"]["max_age_hours"]
    if not taken or not allowed:
        return None
    return times.told(datetime.fromisoformat(taken) + timedelta(hours=allowed))


def _whole(target: str, reason: Mapping[str, Any], *, asked: bool) -> Trouble:
    helps = commands([reason], target) if asked else ()
    return Trouble(target, (), reason["code"], reason["message"], (), None, helps)


def _with_points(group: Sequence[Table]) -> list[str]:
    """The tables that have something to be restored from."""
    return [str(table["table"]) for table in group if table["last_success"]["finished"]]


def _trouble(target: str, group: Sequence[Table], *, whole: bool) -> Trouble:
    first, names = group[0], tuple(str(table["table"]) for table in group)
    worst, *others = wrong(first)
    times = [moment for table in group if (moment := since(worst["code"], table))]
    return Trouble(
        target,
        names,
        worst["code"],
        worst["message"],
        tuple((each["code"], each["message"]) for each in others),
        min(times, default=None),
        commands((worst, *others), target, names, _with_points(group)),
        whole,
    )
