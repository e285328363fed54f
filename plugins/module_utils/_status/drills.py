# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides whether it is proven often enough that a table can be restored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._base import naming
from .._base.durations import words
from .._model import drill
from .reasons import Reason, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from .._model.evidence import DrillRecord, Evidence
    from .._model.outputs import TableRecord


def drill_reasons(evidence: Evidence, record: TableRecord, now: datetime) -> Iterator[Reason]:
    """What is wrong with a table's drills."""
    again = f"run the drill playbook with -e tables={evidence.table}"
    if evidence.drills and evidence.drills.failed:
        yield _failed(evidence.table, evidence.drills.failed, again)
    if record.drill_every:
        yield from _not_drilled(evidence, record, now, again)
        yield from _unarmed(evidence, record)


def _failed(table: str, failed: DrillRecord, again: str) -> Reason:
    why = " ".join(failed.why) or "Its record cannot be read, and does not say why."
    return Reason(
        "drill_failed",
        f"The last drill of {table}, of {shown(failed.when)}, failed, so that nobody knows whether it can be "
        f"restored. {why} The record is {failed.place}. Mend the cause, then {again}.",
    )


def _not_drilled(evidence: Evidence, record: TableRecord, now: datetime, again: str) -> Iterator[Reason]:
    if evidence.drills is None:
        return  # a reason of its own: whether it was drilled is not known
    passed, asked = evidence.drills.passed, evidence.drills_asked
    since = passed.when if passed else asked
    if since and drill.due(record, since) >= now:
        return
    last = f"since {shown(passed.when)}" if passed else "ever"
    known = f", though that is asked for since {shown(asked)}" if asked and not passed else ""
    yield Reason(
        "not_drilled",
        f"No drill of {evidence.table} has passed {last}{known}, and one should every "
        f"{words(record.drill_every)} (drill_every): {again}, and see why none was done by itself.",
    )


def _unarmed(evidence: Evidence, record: TableRecord) -> Iterator[Reason]:
    """What has been deployed so, and not changed by anybody: it is told with what stands if it has."""
    if record.drill_armed:
        return
    stack = next((each.name for each in evidence.stacks if record.name in each.tables), "")
    yield Reason(
        "stack_alarm_disabled",
        f"The alarm {naming.drills_alarm(stack)}, which tells when {evidence.table} is not drilled, tells "
        "nobody, its actions are disabled: run the backup playbook to arm it.",
    )
