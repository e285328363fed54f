# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What backing up one table costs, in US dollars of us-east-1. Sizes are in GiB, as AWS bills them."""

from __future__ import annotations

from functools import cache
from math import ceil
from typing import TYPE_CHECKING

from benchmarks.tables import aligned
from plugins.module_utils._model.prices import CLASSIC_RUN, PRICES
from plugins.module_utils._plan.make import make_plan

if TYPE_CHECKING:
    from collections.abc import Callable

DAYS = 30.4  # in a month

# States that a run enters, counted by tests/unit/benchmarks/test_costs.py in a real run.
RUN_TRANSITIONS = 11  # shared by all tables of the run
TABLE_TRANSITIONS = 25  # of a table without auto scaling and stream, the start of its child workflow included
POLL_TRANSITIONS = 3
# States of the heartbeat's machine: each echo, and what is before the first and after the last.
ECHO_TRANSITIONS = 3
ECHO_HOURS = 6

SMALLEST_EXPORT_MINUTES = 12  # seen for a table of three items
POLL_SECONDS = 60
FILES = 6  # settings.json and what an export writes beside its data
PARTITION_GB = 10
COMPRESSED = 0.3  # gzip, of DynamoDB JSON: assumed
NONCURRENT_DAYS = 14  # how long the bucket keeps an expired point, so that a deletion can be undone

# The classic way: one cluster for each table, as its CloudFormation template had it.
NODES = 2
BOOT_HOURS = 0.2  # assumed
GB_PER_HOUR = 180  # assumed
READS_PER_GB = 2**30 / 4096 / 2  # eventually consistent


def dollars(name: str) -> float:
    return PRICES[name].dollars


def transitions(minutes: float = SMALLEST_EXPORT_MINUTES, tables: int = 1) -> float:
    """State transitions for one table, in a run of so many."""
    return RUN_TRANSITIONS / tables + TABLE_TRANSITIONS + POLL_TRANSITIONS * ceil(minutes * 60 / POLL_SECONDS)


@cache
def echo_transitions(every: float) -> int:
    """State transitions that keep the heartbeat of one backup alive, with the max_age that is the default."""
    days = int(every)
    tables = [{"name": "any", "every": f"{days} days", "retention_days": 2 * days + 1}]
    (stack,) = make_plan(tables, region="us-east-1").stacks
    echoes = ceil(stack.tables[0].echo / ECHO_HOURS)
    return ECHO_TRANSITIONS * (1 + echoes) if echoes else 0


def heartbeats(every: float) -> float:
    """A month of one table: the alarm, and what keeps its heartbeat alive."""
    return dollars("alarm") + DAYS / every * echo_transitions(every) * dollars("transition")


def export_run(size: float) -> float:
    """One run of one table: the export, the state machine, the requests. Storage comes with the month."""
    requests = (FILES + ceil(size / PARTITION_GB)) * dollars("put") + dollars("publish")
    return size * dollars("export") + transitions() * dollars("transition") + requests


def stored_days(retention: int) -> int:
    return retention + min(retention, NONCURRENT_DAYS)


def export_month(size: float, every: float = 1, retention: int = 35) -> float:
    """A month of one table: runs, point-in-time recovery, heartbeats, and what the bucket holds by then."""
    runs = DAYS / every * export_run(size)
    stored = stored_days(retention) / every * size * COMPRESSED * dollars("storage")
    return runs + size * dollars("pitr") + stored + heartbeats(every)


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
            "alarm": lambda _: heartbeats(1),
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
