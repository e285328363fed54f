# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a stack keeps of each table, in its outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._engines.planners import PLANNERS
from .._model.outputs import TableRecord

if TYPE_CHECKING:
    from .._model.plan import TablePlan


def record(table: TablePlan) -> TableRecord:
    """What stack outputs tell of a table to `status`, `run` and the next plan."""
    return TableRecord(
        name=table.name,
        engine=table.engine,
        every=table.every,
        max_age=table.max_age,
        window=table.window,
        echo=table.echo,
        retention_days=table.retention_days,
        at=table.at,
        timezone=table.timezone,
        schedule=table.schedule,
        enabled=table.enabled,
        armed=table.armed,
        own=PLANNERS[table.engine].remember(table),
    )
