# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of a target: all that is to be deployed to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .._engines.data_pipeline.planning import PipelinePlan
    from .._model.plan import SchedulePlan, TablePlan
    from .settings import Settings


@dataclass(frozen=True)
class StackPlan:
    """One stack of machinery."""

    name: str
    engine: str
    number: int
    tables: tuple[TablePlan, ...]
    schedules: tuple[SchedulePlan, ...]
    policies: tuple[tuple[str, ...], ...]
    listing: tuple[str, ...]
    machine: tuple[dict[str, Any], ...]
    run_seconds: int = 0  # after that a run is stopped
    pipelines: tuple[PipelinePlan, ...] = ()
    pipeline_listing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All that is to be deployed to a target."""

    prefix: str
    region: str
    store: str
    retention_days: tuple[int, ...]
    settings: Settings
    stacks: tuple[StackPlan, ...]
    log_bucket: bool = False
