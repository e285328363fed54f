# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a stack keeps of each table, in its outputs."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from .._engines.planners import PLANNERS
from .._model.outputs import TableRecord

if TYPE_CHECKING:
    from .._model.plan import TablePlan


def record(table: TablePlan) -> TableRecord:
    """What stack outputs tell of a table to `status`, `run` and the next plan."""
    shared = {each.name: getattr(table, each.name) for each in fields(TableRecord)}
    return TableRecord(**{**shared, "own": PLANNERS[table.engine].remember(table)})
