# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What backing up one table costs, beside other ways; the engines tell their own months.

In US dollars of us-east-1. Sizes are in GiB, as AWS bills them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from benchmarks.tables import aligned
from plugins.module_utils._engines import months
from plugins.module_utils._engines.export import price as export
from plugins.module_utils._engines.export.price import (
    COMPRESSED,
    FILES,
    PARTITION_GB,
    POLL_SECONDS,
    POLL_TRANSITIONS,
    RUN_TRANSITIONS,
    SMALLEST_EXPORT_MINUTES,
    TABLE_TRANSITIONS,
    transitions,
)
from plugins.module_utils._engines.months import (
    DAYS,
    ECHO_HOURS,
    ECHO_TRANSITIONS,
    NONCURRENT_DAYS,
    READS_PER_GB,
    dollars,
    stored_days,
)
from plugins.module_utils._engines.planning import Habit
from plugins.module_utils._model.prices import CLASSIC_RUN, PRICES
from plugins.module_utils._plan.make import make_plan

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "COMPRESSED",
    "DAYS",
    "ECHO_HOURS",
    "ECHO_TRANSITIONS",
    "FILES",
    "NONCURRENT_DAYS",
    "PARTITION_GB",
    "POLL_SECONDS",
    "POLL_TRANSITIONS",
    "READS_PER_GB",
    "RUN_TRANSITIONS",
    "SMALLEST_EXPORT_MINUTES",
    "TABLE_TRANSITIONS",
    "transitions",
]

# The classic way: one cluster for each table, as its CloudFormation template had it.
NODES = 2
BOOT_HOURS = 0.2  # assumed
GB_PER_HOUR = 180  # assumed


@cache
def habit_of(every: float, retention: int) -> Habit:
    """A table that is backed up every so many days, with the max_age that is the default."""
    days = int(every)
    tables = [{"name": "any", "every": f"{days} days", "retention_days": 2 * days + 1}]
    (stack,) = make_plan(tables, region="us-east-1").stacks
    return Habit(gb=0, every=24 * days, retention_days=retention, echo=stack.tables[0].echo)


def echo_transitions(every: float) -> int:
    """State transitions that keep the heartbeat of one backup alive."""
    return months.echo_transitions(habit_of(every, 0).echo)


def export_run(size: float) -> float:
    """One run of one table: the export, the state machine, the requests. Storage comes with the month."""
    return export.run(size)


def export_month(size: float, every: float = 1, retention: int = 35) -> float:
    """A month of one table: runs, point-in-time recovery, heartbeats, and what the bucket holds by then."""
    return export.month(replace(habit_of(every, retention), gb=size))


def classic_run(size: float) -> float:
    """One run of a cluster of its own, billed by the second as EMR is today, with what it reads."""
    hours = BOOT_HOURS + size / GB_PER_HOUR
    return NODES * dollars("node") * hours + size * READS_PER_GB * dollars("read")


def classic_month(size: float, every: float = 1, retention: int = 35) -> float:
    """Uncompressed, and with the retention that the classic template did not have."""
    stored = retention / every * size * dollars("storage")
    return DAYS / every * classic_run(size) + dollars("activity") + stored


def aws_backup_month(size: float, every: float = 1, retention: int = 35) -> float:
    """Every point is a full copy that is paid for by the month."""
    return retention / every * size * dollars("aws_backup")


def classic_is_cheaper_from(every: float = 1, retention: int = 35) -> float:
    """The size in GB, to a tenth, from which a month of the classic way is cheaper."""
    return next(
        size / 10
        for size in range(1, 10_000)
        if classic_month(size / 10, every, retention) < export_month(size / 10, every, retention)
    )


def cheaper_than_aws_backup(every: float = 1, size: float = 100) -> int:
    """The first retention in days at which a month of exports is cheaper than one of AWS Backup."""
    return next(
        days
        for days in range(1, 3651)
        if export_month(size, every, days) < aws_backup_month(size, every, days)
    )


SIZES = {"1 GB": 1, "10 GB": 10, "100 GB": 100, "1 TB": 1024}


def money(value: float) -> str:
    """Two digits, and more for what would round to nothing."""
    return f"${value:,.2f}" if value >= 0.1 else f"${value:.2g}"


def table(heads: dict[str, Callable[[float], float]], first: str = "table") -> str:
    cells = [[name, *(money(cost(size)) for cost in heads.values())] for name, size in SIZES.items()]
    return aligned([first, *heads], cells, text=(0,), markdown=True)


def runs_table() -> str:
    return table(
        {
            "export": lambda size: size * dollars("export"),
            "state machine": lambda _: transitions() * dollars("transition"),
            "**this collection**": export_run,
            "classic, as advertised": lambda _: CLASSIC_RUN,
            "classic, with its reads": classic_run,
        }
    )


def parts_table() -> str:
    return table(
        {
            "30.4 runs": lambda size: DAYS * export_run(size),
            "PITR": lambda size: size * dollars("pitr"),
            "storage": lambda size: stored_days(35) * size * COMPRESSED * dollars("storage"),
            "alarm": lambda _: months.heartbeats(24, habit_of(1, 35).echo),
            "**sum**": export_month,
        }
    )


def months_table(every: float, retention: int) -> str:
    return table(
        {
            "**this collection**": lambda size: export_month(size, every, retention),
            "classic": lambda size: classic_month(size, every, retention),
            "AWS Backup, warm": lambda size: aws_backup_month(size, every, retention),
        }
    )


def plain(value: float) -> str:
    """A price as it is written: at least two digits, no exponent."""
    whole, _point, part = f"{value:.10f}".rstrip("0").partition(".")
    return f"{whole}.{part:0<2}"


def prices_table() -> str:
    cells = [[f"${plain(each.dollars)}", each.unit, each.source] for each in PRICES.values()]
    return aligned(["price", "for each", "source"], cells, text=(1, 2), markdown=True)
