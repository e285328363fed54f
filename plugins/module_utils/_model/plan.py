# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of a table, and of a schedule that tables share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TablePlan:
    """One table, and the names of all that is made for it."""

    name: str
    engine: str
    every: int
    at: str
    timezone: str
    retention_days: int
    max_age: int
    enabled: bool
    allow_empty: bool
    tags: dict[str, str]
    key: str
    topic: str
    alarm: str
    prefix: str
    schedule: str
    window: int
    echo: int
    armed: bool
    read_ratio: float
    pipeline: int = 0


@dataclass(frozen=True)
class SchedulePlan:
    """One schedule, shared by all tables of its stack that start together."""

    id: str
    key: str
    name: str
    expression: str
    timezone: str
