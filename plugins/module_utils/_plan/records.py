# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a stack keeps of each table, in its outputs and in its state machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._engines.data_pipeline.options import ENGINE
from .._model.outputs import TableRecord

if TYPE_CHECKING:
    from .._model.plan import TablePlan


def record(table: TablePlan) -> TableRecord:
    """What stack outputs tell of a table to `status`, `run` and the next plan."""
    piped = table.engine == ENGINE
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
        pipeline=table.pipeline if piped else None,
        read_ratio=table.read_ratio if piped else None,
    )


def machine_record(table: TablePlan) -> dict[str, Any]:
    """What the state machine is told of a table."""
    return {
        "name": table.name,
        "prefix": table.prefix,
        **({"schedule": table.schedule} if table.enabled else {}),
        "enabled": table.enabled,
        "topic": table.topic,
        "allow_empty": table.allow_empty,
        "echo": table.echo,
    }
