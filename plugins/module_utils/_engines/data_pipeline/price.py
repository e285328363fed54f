# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What backing up one table by clusters costs, in US dollars, if nothing is set: docs/engines.md has it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from ..._base.durations import DAY
from ..._model.prices import FREQUENT_ACTIVITY
from .. import months
from ..months import dollars
from .estimate import BOOT_HOURS, STEP_HOURS, cluster_price
from .options import DataPipeline
from .pipelines import MOST_TABLES

if TYPE_CHECKING:
    from ..planning import Habit

DEFAULTS = DataPipeline()


def cluster_hour() -> float:
    """What an hour of the cluster costs that is made if nothing is set."""
    price = cluster_price(asdict(DEFAULTS))
    if price is None:
        raise ValueError(f"The price of {DEFAULTS.core_instance_type} is not known.")
    return price


def run(gb: float, tables: int) -> float:
    """A run of one of so many tables of a cluster, billed on demand for what it reads."""
    hours = BOOT_HOURS / tables + STEP_HOURS + gb / DEFAULTS.gb_per_hour
    return cluster_hour() * hours + gb * months.READS_PER_GB * dollars("read")


def month(habit: Habit) -> float:
    """Runs, the service's fee, heartbeats, and what the bucket holds, uncompressed."""
    stored = months.points(habit.every, habit.retention_days) * habit.gb * dollars("storage")
    runs = months.runs(habit.every) * run(habit.gb, min(habit.together, MOST_TABLES))
    fee = dollars("activity") if habit.every >= DAY else FREQUENT_ACTIVITY.dollars
    return runs + fee + stored + months.heartbeats(habit.every, habit.echo)
