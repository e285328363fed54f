# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The record of a drill, and whether it passed: what could not be compared, or not be removed, has not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._base import sizes
from .._base.durations import words
from .._base.version import COLLECTION
from .._model.drill import FAILED, PASSED, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

MOST_TOLD = 5
HOUR = 3600


@dataclass
class Drill:
    """One drill, as it goes on. Times are AWS's."""

    table: str
    target_arn: str  # of the table that it makes
    started: datetime
    started_by: str
    point: Mapping[str, Any]  # id, kind, taken, location, items, bytes
    why_point: str  # newest or random
    why_table: str
    rpo_hours: int | None = None  # how old the point may be; None: nobody said, or it is a random one
    rto_minutes: int | None = None  # how long it may take; None: nobody said
    dollars: float | None = None  # estimated; None: nobody knows
    point_age_seconds: float = 0.0
    seconds: float = 0.0  # until the table was whole and compared, or until that failed
    result: dict[str, Any] = field(default_factory=dict)  # what the restore returned
    trouble: list[str] = field(default_factory=list)  # what else went wrong
    phases: list[dict[str, Any]] = field(default_factory=list)
    removed: bool = False  # DynamoDB was asked again, and knows no such table
    removed_next: bool = True  # otherwise the next drill will remove it
    changed_since: dict[str, int] | None = None
    finished: datetime | None = None

    @property
    def target(self) -> str:
        """The name of the table that it makes."""
        return self.target_arn.rpartition("/")[2]

    @property
    def why(self) -> list[str]:
        """Why it has not passed, in sentences; none if it has."""
        return list(_why(self))

    @property
    def verdict(self) -> str:
        """passed or failed."""
        return FAILED if self.why else PASSED


def _why(drill: Drill) -> Iterator[str]:
    yield from drill.trouble
    compared = drill.result.get("compared", {})
    if drill.result and compared.get("verify") != "content":
        yield "Its items were not compared with the point, so that nobody knows whether they are the same."
    if drill.result and not drill.result.get("succeeded"):
        yield str(drill.result.get("msg", ""))
        yield from _samples(compared)
    if not drill.result and not drill.trouble:
        yield "Nothing was restored."
    if drill.rpo_hours is not None:
        hours = drill.point_age_seconds / HOUR
        if hours > drill.rpo_hours:
            allowed = f"{words(drill.rpo_hours)} are allowed (max_age)"
            yield f"The newest point is {hours:.1f} hours old, and {allowed}."
    if drill.rto_minutes is not None and drill.seconds > drill.rto_minutes * 60:
        yield f"It took {drill.seconds / 60:.1f} minutes, and {drill.rto_minutes} are allowed."
    if not drill.removed:
        after = " The next drill tries again to remove it." if drill.removed_next else ""
        yield f"The table {drill.target} is not known to be gone.{after}"


def _samples(compared: Mapping[str, Any]) -> Iterator[str]:
    """The first items that differ, by their keys."""
    for each in list(compared.get("samples") or ())[:MOST_TOLD]:
        yield f"{each['kind']}: {each['text']}."


def document(drill: Drill) -> dict[str, Any]:
    """The record, as JSON."""
    result, compared = drill.result, drill.result.get("compared", {})
    _arn, _partition, _service, region, account, _rest = drill.target_arn.split(":", 5)
    return {
        "version": VERSION,
        "table": drill.table,
        "account_id": account,
        "region": region,
        "verdict": drill.verdict,
        "why": drill.why,
        "started": drill.started.isoformat(),
        "finished": drill.finished.isoformat() if drill.finished else None,
        "started_by": drill.started_by,
        "chosen": {"table": drill.why_table, "point": drill.why_point},
        "point": dict(drill.point),
        "target_table": drill.target,
        "way": result.get("way", ""),
        "phases": drill.phases,
        "rto": {"seconds": drill.seconds, "allowed_seconds": _times(drill.rto_minutes, 60)},
        "rpo": {
            "seconds": round(drill.point_age_seconds),
            "allowed_seconds": _times(drill.rpo_hours, HOUR),
        },
        "items": {"expected": compared.get("expected"), "found": compared.get("found")},
        "bytes": drill.point.get("bytes"),
        "compared": compared,
        "settings": result.get("settings", []),
        "left": result.get("left", []),
        "changed_since": drill.changed_since,
        "removed": drill.removed,
        "dollars": drill.dollars,
        "collection_version": COLLECTION,
    }


def _times(value: int | None, unit: int) -> int | None:
    return None if value is None else value * unit


def sentence(drill: Drill) -> str:
    """What came of it, in a sentence or two."""
    if drill.why:
        return f"{drill.table}: FAILED. {' '.join(drill.why)}"
    found = drill.result["compared"]["found"]
    size = f", {sizes.words(drill.point['bytes'])}" if drill.point.get("bytes") else ""
    return (
        f"{drill.table}: passed. {found:,} items{size} of {drill.point['id']} came back as they were in"
        f" {drill.seconds:.0f} s; the drill's table is gone again."
    )
