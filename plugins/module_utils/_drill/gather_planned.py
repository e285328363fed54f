# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which drills are to be done: the tables, the point of each, and what a restore of it would do and cost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import SystemRandom
from typing import TYPE_CHECKING, Any

from .._model import drill as records
from .._restore import apply as restoring
from .._restore.ending import RestoreError
from .._restore.plan import DRILL as SKIPPED
from . import choose, gather, names, options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._aws.client import Aws
    from .._model.history import RestorePoint
    from .._model.outputs import TableRecord
    from .gather import Place

# Of each table so many of the newest backups are read to find one that can be restored.
LOOKED_AT = 3


@dataclass(frozen=True)
class Planned:
    """A drill that is to be done."""

    table: str
    record: TableRecord
    why: str  # this table
    target: str  # the name of the table that it makes
    point: RestorePoint | None = None  # None: there is none that could be restored
    restore: Mapping[str, Any] = field(default_factory=dict)  # the options of the restore
    plan: Mapping[str, Any] = field(default_factory=dict)  # what the restore would do
    trouble: str = ""  # why it cannot be done

    @property
    def dollars(self) -> float | None:
        """What AWS asks for making the table; None if nobody knows."""
        found: float | None = self.plan.get("plan", {}).get("dollars")
        return found


def planned(aws: Aws, where: Place, params: Mapping[str, Any]) -> list[Planned]:
    """In their order; none if all are another target's. NotDrillableError if there is nothing to drill."""
    named = [each for each in dict.fromkeys(params["tables"]) if each not in elsewhere(where, params)]
    if params["tables"] and not named:
        return []
    if unknown := choose.unknown(named, where.tables):
        raise choose.NotDrillableError(
            f"No table {' or '.join(unknown)} is backed up in {where.region}: there is"
            f" {', '.join(sorted(where.tables)) or 'none'}"
        )
    last = records.last(gather.drilled(aws, where.bucket))
    chosen = choose.tables(where.tables, last, named, params["count"])
    newest = 0 if params["points"] == choose.RANDOM else LOOKED_AT
    points = gather.points(aws, where, chosen.tables, newest)
    random = SystemRandom()
    return [
        _planned(aws, where, params, table, chosen.why, choose.point(points[table], params["points"], random))
        for table in chosen.tables
    ]


def elsewhere(where: Place, params: Mapping[str, Any]) -> list[str]:
    """The named tables that are another target's of the play."""
    others = {name for tables in params["others"].values() for name in tables}
    return [name for name in params["tables"] if name not in where.tables and name in others]


def _planned(
    aws: Aws, where: Place, params: Mapping[str, Any], table: str, why: str, point: RestorePoint | None
) -> Planned:
    target = names.table_name(where.prefix, table, aws.time())
    known = Planned(table, where.tables[table], why, target, point)
    if (trouble := choose.trouble(table, point)) or point is None:
        return replace(known, trouble=trouble)
    asked = options.of_a_restore(table, target, point.id, where.bucket, dict(params)) | {
        "skip": sorted(SKIPPED),
        "tags": {names.TAG: target},
        "from_files": True,
    }
    try:
        plan = restoring.restore(aws, where.region, {**asked, "progress_file": None}, check=True)
    except RestoreError as error:
        return replace(known, restore=asked, trouble=str(error))
    return replace(known, restore=asked, plan=plan)
