# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a stack of this engine remembers: its pipelines, and its own of each table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..._model.outputs import Record
from .options import DEFAULT_READ_RATIO

if TYPE_CHECKING:
    from ..._model.outputs import Outputs, TableRecord

LIST = "Pipelines"  # the outputs are Pipelines0, Pipelines1 and so on


@dataclass(frozen=True, kw_only=True)
class PipelineRecord(Record):
    """What a stack remembers of a pipeline of AWS Data Pipeline. Times are in hours."""

    id: str
    name: str
    schedule: str
    number: int  # of those with its schedule
    start: str  # the first, in UTC: AWS lets nobody change it
    every: int
    limit: int  # after which its cluster ends


def pipelines(outputs: Outputs) -> tuple[PipelineRecord, ...]:
    """The pipelines of a deployed stack."""
    return tuple(map(PipelineRecord.from_json, outputs.own().get(LIST, ())))


def number(table: TableRecord) -> int:
    """The number of the pipeline that backs a table up, among those of its schedule; 0 if none does."""
    return int(table.own.get("pipeline") or 0)


def read_ratio(table: TableRecord) -> float:
    """The share of its read capacity that a backup takes."""
    return float(table.own.get("ratio", DEFAULT_READ_RATIO))
