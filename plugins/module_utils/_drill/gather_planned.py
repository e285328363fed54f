# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which drills are to be done: the tables, the point of each, and what a restore of it would do and cost."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from random import SystemRandom
from typing import TYPE_CHECKING, Any

from .._model import drill as records
from .._points import gather_history
from .._points.formats.source import UnreadableError
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

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError

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
    if not named and (params["tables"] or params["count"] == 0):
        return []
    if unknown := choose.unknown(named, where.tables):
        raise choose.NotDrillableError(
            f"No table {' or '.join(unknown)} is backed up in {where.region}: there is"
            f" {', '.join(sorted(where.tables)) or 'none'}"
        )
    last = records.last(gather.drilled(aws, where.bucket))
    chosen = choose.tables(_backed_up(aws, where), last, named, params["count"])
    return [_planned(aws, where, params, table, chosen.why) for table in chosen.tables]


def _backed_up(aws: Aws, where: Place) -> Mapping[str, TableRecord]:
    """The tables of which the bucket has anything: one that waits for its first backup is not drilled yet."""
    kept = set(gather_history.tables(aws, where.bucket, where.retention_days))
    return {name: each for name, each in where.tables.items() if name in kept} or where.tables


def elsewhere(where: Place, params: Mapping[str, Any]) -> list[str]:
    """The named tables that are another target's of the play."""
    others = {name for tables in params["others"].values() for name in tables}
    return [name for name in params["tables"] if name not in where.tables and name in others]


def _planned(aws: Aws, where: Place, params: Mapping[str, Any], table: str, why: str) -> Planned:
    """Whatever keeps a table from being planned is its own trouble: the others are drilled all the same."""
    target = names.table_name(where.prefix, table, aws.time())
    found = Planned(table, where.tables[table], why, target)
    try:
        found = _with_point(aws, where, params, found)
        if found.point is None or found.trouble:
            return found
        found = replace(found, restore=_asked(where, params, found, found.point.id))
        would = {**found.restore, "progress_file": None}
        return replace(found, plan=restoring.restore(aws, where.region, would, check=True))
    except Exception as error:  # whatever it is, it is told
        return replace(found, trouble=trouble(error))


def _with_point(aws: Aws, where: Place, params: Mapping[str, Any], found: Planned) -> Planned:
    newest = 0 if params["points"] == choose.RANDOM else LOOKED_AT
    history = gather.history(aws, where, found.table, newest)
    point = choose.point(history.points[found.table], params["points"], SystemRandom())
    return replace(found, point=point, trouble=choose.trouble(found.table, point, history.refusals))


def _asked(where: Place, params: Mapping[str, Any], found: Planned, point: str) -> dict[str, Any]:
    """The options of the restore."""
    return options.of_a_restore(found.table, found.target, point, where.bucket, dict(params)) | {
        "skip": sorted(SKIPPED),
        "tags": {names.TAG: names.tag_value(where.prefix, found.target)},
        "from_files": True,
    }


def trouble(error: Exception) -> str:
    """What kept a table from being restored, in a sentence, without how a restore would go on."""
    if isinstance(error, RestoreError):
        # One that has a phase tells itself what failed.
        start = "" if "phase" in error.told else "Nothing was restored: "
        return f"{start}{error.why.rstrip('.')}."
    if isinstance(error, (ClientError, BotoCoreError, UnreadableError, ValueError)):
        return f"Nothing was restored: {str(error).rstrip('.')}."
    return f"Nothing was restored, for an error that was not expected: {error!r}."
