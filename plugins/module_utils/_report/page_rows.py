# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the status page tells of each table, as text and numbers to sort by, and drawings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._base import sizes
from .._base.durations import DAY, words
from .._status.reasons import CODES
from . import page_days
from .text import aged

if TYPE_CHECKING:
    from collections.abc import Mapping

    Table = Mapping[str, Any]

# Unhealthy tables stand first, whoever sorts by the verdict.
_ORDER = ("unhealthy", "unknown", "waiting", "healthy", "disabled", "retired")
_NEVER = 1e9  # hours: older than any
_SOON = 0.95  # of the age that is allowed: a backup a week is due before that


@dataclass(frozen=True)
class Bar:
    """How much of what is allowed is used up."""

    text: str
    percent: int
    state: str  # good, warning, bad, or off where it does not count
    key: float


@dataclass(frozen=True)
class Drill:
    """The last drill of a table."""

    text: str
    note: str
    state: str
    key: float


@dataclass(frozen=True)
class Row:
    """One table of the page."""

    table: str
    target: str
    engine: str
    verdict: str
    verdict_key: int
    reasons: tuple[tuple[str, str], ...]  # code and message
    strip: page_days.Drawing | None
    age: Bar
    size: str
    size_key: float
    line: page_days.Drawing | None
    drill: Drill
    kept: page_days.Kept


def row(target: str, table: Table, now: str) -> Row:
    """A table of a target."""
    days, point = table.get("days"), table["point"] or {}
    count = point.get("bytes")
    return Row(
        table=str(table["table"]),
        target=target,
        engine=str(table["engine"] or ""),
        verdict=table["verdict"],
        verdict_key=_urgency(table),
        reasons=tuple((each["code"], each["message"]) for each in table["reasons"]),
        strip=page_days.strip(days) if days else None,
        age=_age(table),
        size="not known" if count is None else sizes.words(count),
        size_key=-1 if count is None else count,
        line=page_days.line(days) if days else None,
        drill=_drill(table),
        kept=page_days.kept(table.get("recovery_window"), table.get("oldest_point"), point.get("taken"), now),
    )


def unseen(target: str, table: str) -> Row:
    """A table that a target lists which was not asked."""
    return Row(
        table=table,
        target=target,
        engine="",
        verdict="unknown",
        verdict_key=_ORDER.index("unknown") * 1000,
        reasons=(),
        strip=None,
        age=Bar("not known", 0, "off", _NEVER),
        size="not known",
        size_key=-1,
        line=None,
        drill=Drill("not known", "", "off", -1),
        kept=page_days.Kept(("not known",), ()),
    )


def _urgency(table: Table) -> int:
    """What verdicts sort by: of two unhealthy tables, and of two targets, the worse reason comes first."""
    codes = (each["code"] for each in table["reasons"] if not each["note"])
    worst = min((CODES.index(code) for code in codes if code in CODES), default=len(CODES))
    return _ORDER.index(table["verdict"]) * 1000 + worst


def _age(table: Table) -> Bar:
    last = table["last_success"]
    hours, allowed = last["age_hours"], last["max_age_hours"]
    if hours is None:
        state = "bad" if table["verdict"] == "unhealthy" else "off"
        return Bar("none yet" if table["verdict"] == "waiting" else "no good backup", 0, state, _NEVER)
    if not allowed or not table["enabled"]:
        return Bar(aged(hours), 0, "off", hours)
    share = hours / allowed
    state = "bad" if share > 1 else "warning" if share > _SOON else "good"
    return Bar(_share(hours, allowed), min(100, round(share * 100)), state, hours)


def _share(hours: float, allowed: float) -> str:
    if allowed <= 3 * DAY:
        return f"{hours:.1f} of {allowed:g} hours"
    return f"{hours / DAY:.1f} of {allowed / DAY:.3g} days"


def _drill(table: Table) -> Drill:
    drill = table["drill"]
    if drill is None:
        return Drill("not known", "", "off", -1)
    passed, failed, seconds = drill["last_passed"], drill["last_failed"], drill["rto_seconds"]
    asked = f", one every {words(drill['every_hours'])}" if drill["every_hours"] else ""
    took = _duration(seconds) if seconds is not None else "not measured"
    key = seconds if seconds is not None else -1
    if failed:
        before = f"; passed {passed[:10]} in {took}" if passed else ""
        return Drill("failed", f"{failed[:10]}{before}{asked}", "bad", key)
    if passed:
        late = any(each["code"] == "not_drilled" for each in table["reasons"])
        return Drill(took, f"{passed[:10]}{asked}", "bad" if late else "good", key)
    return Drill("never", asked.removeprefix(", "), "bad" if asked and table["enabled"] else "off", -1)


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 6000 else f"{seconds / 3600:.1f} hours"
