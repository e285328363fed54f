# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When which engine is cheaper: the same months as benchmarks/costs.py, with tables that share a cluster."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks import costs, documents
from benchmarks.tables import aligned
from plugins.module_utils._engines.data_pipeline import price
from plugins.module_utils._engines.data_pipeline.estimate import BOOT_HOURS, STEP_HOURS
from plugins.module_utils._engines.data_pipeline.options import DEFAULT_READ_RATIO, REGIONS
from plugins.module_utils._engines.data_pipeline.pipelines import MOST_TABLES
from plugins.module_utils._engines.data_pipeline.price import DEFAULTS, cluster_hour

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "BOOT_HOURS",
    "DEFAULTS",
    "DEFAULT_READ_RATIO",
    "MOST_TABLES",
    "REGIONS",
    "STEP_HOURS",
    "cluster_hour",
]

SHARING = (1, 5, 20, MOST_TABLES)
# How often, in days, and for how long it is kept.
HABITS = {"daily, kept 7 days": (1, 7), "daily, kept 35 days": (1, 35), "weekly, kept a year": (7, 365)}
LARGEST = 1024


def pipeline_month(size: float, every: float, retention: int, tables: int) -> float:
    """A month of one of so many tables of a cluster, billed on demand for what it reads."""
    return price.month(replace(costs.habit_of(every, retention), gb=size, together=tables))


def export_month(size: float, every: float, retention: int, *, recovery: bool) -> float:
    """A month of one table with the engine export, with or without the price of point-in-time recovery."""
    month = costs.export_month(size, every, retention)
    return month if recovery else month - size * costs.dollars("pitr")


def cheaper_from(every: float, retention: int, tables: int, *, recovery: bool) -> float | None:
    """The size in GB, to a tenth, from which data_pipeline is cheaper; None if it never is."""
    sizes = (tenth / 10 for tenth in range(1, LARGEST * 10 + 1))
    return next(
        (
            size
            for size in sizes
            if pipeline_month(size, every, retention, tables)
            < export_month(size, every, retention, recovery=recovery)
        ),
        None,
    )


def break_even_table(*, recovery: bool) -> str:
    """A row for each number of tables that share a cluster, a column for each habit."""
    rows = []
    for tables in SHARING:
        found = [cheaper_from(*habit, tables, recovery=recovery) for habit in HABITS.values()]
        rows.append([str(tables), *("never" if size is None else f"{size:,.1f} GB" for size in found)])
    return aligned(["tables on a cluster", *HABITS], rows, text=(), markdown=True)


def months_table() -> str:
    """Daily, kept 35 days."""
    heads = {
        "**export**": costs.export_month,
        "**data_pipeline**, alone": lambda size: pipeline_month(size, 1, 35, 1),
        f"**data_pipeline**, {MOST_TABLES} to a cluster": lambda size: pipeline_month(
            size, 1, 35, MOST_TABLES
        ),
    }
    return costs.table(heads)


def page() -> str:
    """The page that compares the engines."""
    return documents.render("engines.md.j2", engines=sys.modules[__name__], costs=costs, price=costs.PRICES)


def write() -> Path:
    """Write it."""
    path = documents.DOCS / "engines.md"
    path.write_text(page(), encoding="utf-8")
    return path
