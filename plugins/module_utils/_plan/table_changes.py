# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a plan changes for each table, in words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .._base.durations import words
from .._engines.planners import PLANNERS
from .._model import keys
from .._model.expiry import deleted_on

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterator, Mapping

    from .._model.outputs import TableRecord
    from .._model.plan import TablePlan
    from .plan import Plan

# Objects that are no longer current are kept for so many more days at most: see the store's template.
MOST_NONCURRENT_DAYS = 14
# Keys whose change has a sentence of its own.
TOLD = frozenset({"engine", "every", "at", "timezone", "retention_days", "max_age", "enabled"})


def table_lines(
    plan: Plan,
    deployed: Mapping[str, TableRecord],
    today: dt.date,
    recovery: Collection[str] = (),
) -> list[str]:
    """A line for each table that is new, changed, or no longer listed; those that stay are counted.

    `deployed` has the record of each table that stands, `recovery` names the tables of which
    point-in-time recovery is to be switched on.
    """
    end = partial(kept, today=today, expire=plan.settings.expire_backups)
    tables = {table.name: table for stack in plan.stacks for table in stack.tables}
    lines = {
        name: ", ".join([
            *filter(None, [_line(table, deployed.get(name), end)]),
            *(["point-in-time recovery on instead of off"] if name in recovery else []),
        ])
        for name, table in tables.items()
    }  # fmt: skip
    told = [f"{name}: {line}" for name, line in sorted(lines.items()) if line]
    gone = sorted(deployed.keys() - tables.keys())
    told += [f"{name}: no longer backed up; {end(deployed[name])}" for name in gone]
    unchanged = sum(not line for line in lines.values())
    return [*told, f"{_count(unchanged)} unchanged"] if unchanged else told


def kept(record: TableRecord, today: dt.date, *, expire: bool) -> str:
    """Until when the backups of a table that is backed up no more are there; it may not have any yet."""
    if not expire:
        return "what backups it has stay while tablekeeper_expire_backups is false"
    last = deleted_on(today, record.retention_days)
    after = f"{_days(record.retention_days)} after they were made"
    return f"what backups it has are deleted {after}, by {last:%Y-%m-%d} at the latest"


def _count(tables: int) -> str:
    return "1 table" if tables == 1 else f"{tables} tables"


def _line(table: TablePlan, before: TableRecord | None, end: Callable[[TableRecord], str]) -> str:
    if before is None:
        return f"new, {_in_words(table)}"
    return ", ".join(_changes(table, before, end))


def _in_words(table: TablePlan) -> str:
    if not table.enabled:
        return "not enabled"
    return (
        f"{_starts(table.engine, table.every, table.at, table.timezone)}, kept"
        f" {_days(table.retention_days)}, "
        f"alarm after {words(table.max_age)} without a backup"
    )


def _changes(table: TablePlan, record: TableRecord, end: Callable[[TableRecord], str]) -> Iterator[str]:
    if table.engine != record.engine:
        yield f"engine {record.engine} becomes {table.engine}"
    if record.enabled and not table.enabled:
        yield f"stopped (enabled: false); {end(record)}"
        return
    if table.enabled and not record.enabled:
        yield f"started again, {_in_words(table)}"
        return
    started = _starts(record.engine, record.every, record.at, record.timezone)
    starts = _starts(table.engine, table.every, table.at, table.timezone)
    if started != starts:
        yield f"{started} becomes {starts}"
    if record.retention_days != table.retention_days:
        yield f"new backups are kept {_days(table.retention_days)} instead of {_days(record.retention_days)}"
    if record.max_age != table.max_age:
        before, after = words(record.max_age), words(table.max_age)
        yield f"alarm after {after} instead of {before} without a backup"
    for key in keys.REMEMBERED:
        old, new = getattr(record, key), getattr(table, key)
        if key not in TOLD and old != new:
            yield f"{key} {keys.words(key, old)} becomes {keys.words(key, new)}"
    if table.engine == record.engine:
        yield from PLANNERS[table.engine].changes(record, table)


def _starts(engine: str, every: int, at: str, timezone: str) -> str:
    return f"{PLANNERS[engine].in_words(every, at)} {timezone}"


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
