# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of a target: all that is to be deployed to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._model.plan import LogBucket, StackPlan
    from .settings import Settings


@dataclass(frozen=True)
class Plan:
    """All that is to be deployed to a target."""

    prefix: str
    region: str
    store: str
    retention_days: tuple[int, ...]
    settings: Settings
    stacks: tuple[StackPlan, ...]
    log_bucket: LogBucket | None = None

    def enabled(self) -> dict[str, list[str]]:
        """The names of the tables that are to be backed up, by engine."""
        names: dict[str, list[str]] = {}
        for table in (each for stack in self.stacks for each in stack.tables if each.enabled):
            names.setdefault(table.engine, []).append(table.name)
        return names
