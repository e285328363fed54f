# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of a target: its tables, checked, completed and cut into stacks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from . import _names, _placement, _schedule
from ._checks import plain
from ._duration import DAY
from ._entries import ENGINES, Entry, read_entries
from ._mistakes import Mistake, PlanError
from ._settings import Settings, read_settings

__all__ = [
    "ENGINES",
    "Mistake",
    "Plan",
    "PlanError",
    "SchedulePlan",
    "Settings",
    "StackPlan",
    "TablePlan",
    "as_data",
    "make_plan",
    "record",
]

# CloudWatch evaluates an alarm that looks back more than a day once an hour only, up to the last full hour:
# a new table's alarm would not be OK for an hour. A longer wait is bridged by echoes, one in six hours.
_LONGEST_WINDOW = DAY


@dataclass(frozen=True)
class TablePlan:
    """One table, and the names of all that is made for it."""

    name: str
    engine: str
    every_hours: int
    at: str
    timezone: str
    retention_days: int
    max_age_hours: int
    enabled: bool
    allow_empty: bool
    tags: dict[str, str]
    key: str
    topic: str
    alarm: str
    prefix: str
    schedule: str
    window_hours: int
    echo_hours: int
    armed: bool


@dataclass(frozen=True)
class SchedulePlan:
    """One schedule, shared by all tables of its stack that start together."""

    id: str
    key: str
    name: str
    expression: str
    timezone: str


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


@dataclass(frozen=True)
class Plan:
    """All that is to be deployed to a target."""

    prefix: str
    region: str
    store: str
    retention_days: tuple[int, ...]
    settings: Settings
    stacks: tuple[StackPlan, ...]


def make_plan(
    tables: object,
    *,
    defaults: object = None,
    settings: object = None,
    existing: Mapping[str, Any] | None = None,
    armed: bool = False,
    **given: object,
) -> Plan:
    """Plan a target's backups, or raise PlanError with every mistake in the variables.

    Settings are named as in `Settings` and may also be given one by one. What is deployed
    already, as read from stack outputs, keeps every table in the stack it lives in. `armed` makes
    the alarms of all tables count, once each has had its first heartbeat.
    """
    mistakes: list[Mistake] = []
    wide = read_settings(
        {**settings, **given} if isinstance(settings, Mapping) else settings or given, mistakes
    )
    entries = read_entries(tables, defaults, wide, mistakes)
    if mistakes:
        raise PlanError(mistakes)
    deployed = _Deployed(existing or {}, wide.prefix)
    stacks = [stack for engine in ENGINES for stack in _stacks(engine, entries, wide.prefix, deployed, armed)]
    mistakes.extend(_overfull(stacks))
    if mistakes:
        raise PlanError(mistakes)
    classes = {entry.retention_days for entry in entries} | deployed.retention_days
    return Plan(
        prefix=wide.prefix,
        region=wide.region,
        store=_names.store(wide.prefix),
        retention_days=tuple(sorted(classes)),
        settings=wide,
        stacks=tuple(stacks),
    )


class _Deployed:
    """What stands in the account, as its stack outputs tell."""

    def __init__(self, existing: Mapping[str, Any], prefix: str) -> None:
        self.retention_days = {int(days) for days in existing.get("retention_days") or ()}
        self._stacks: Mapping[str, Any] = existing.get("stacks") or {}
        self._prefix = prefix

    def records(self, engine: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Each table's stack number and record."""
        for number, name in self._numbered(engine):
            for each in self._stacks[name].get("tables") or ():
                yield number, each

    def count(self, engine: str) -> int:
        """The highest stack number in use."""
        return max((number for number, _name in self._numbered(engine)), default=0)

    def armed(self, engine: str) -> set[str]:
        """Tables whose alarm was watching already."""
        return {each["name"] for _number, each in self.records(engine) if each["armed"] and each["enabled"]}

    def _numbered(self, engine: str) -> list[tuple[int, str]]:
        numbers = ((_names.stack_number(self._prefix, engine, name), name) for name in self._stacks)
        return sorted((number, name) for number, name in numbers if number is not None)


def _stacks(
    engine: str, entries: Iterable[Entry], prefix: str, deployed: _Deployed, all_armed: bool
) -> list[StackPlan]:
    armed = deployed.armed(engine)
    tables = [
        _table(entry, prefix, all_armed or entry.name in armed) for entry in entries if entry.engine == engine
    ]
    # Should a table ever stand in two stacks, the first keeps it.
    kept = {each["name"]: number for number, each in reversed(list(deployed.records(engine)))}
    placed = _placement.place(tables, kept, deployed.count(engine))
    return [_stack(engine, number, held, prefix) for number, held in placed.items()]


def _table(entry: Entry, prefix: str, armed: bool) -> TablePlan:
    window = min(entry.max_age, _LONGEST_WINDOW)
    return TablePlan(
        name=entry.name,
        engine=entry.engine,
        every_hours=entry.every,
        at=entry.at,
        timezone=entry.timezone,
        retention_days=entry.retention_days,
        max_age_hours=entry.max_age,
        enabled=entry.enabled,
        allow_empty=entry.allow_empty,
        tags=entry.tags,
        key=_names.logical_id(entry.name),
        topic=_names.topic(prefix, entry.name),
        alarm=_names.alarm(prefix, entry.name),
        prefix=_names.points(entry.name, entry.retention_days),
        schedule=_schedule.identity(entry.every, entry.at, entry.timezone) if entry.enabled else "",
        window_hours=window,
        echo_hours=entry.max_age - window,
        armed=armed and entry.enabled,
    )


def _stack(engine: str, number: int, tables: list[TablePlan], prefix: str) -> StackPlan:
    names = _placement.cut((table.name for table in tables), _placement.arn_chars, _placement.POLICY_CHARS)
    records = [json.dumps(record(table), separators=(",", ":")) for table in tables]
    listings = _placement.cut(records, lambda text: len(text) + 1, _placement.LISTING_CHARS - 2)
    schedules = {table.schedule: table for table in tables if table.schedule}
    return StackPlan(
        name=_names.stack(prefix, engine, number),
        engine=engine,
        number=number,
        tables=tuple(tables),
        schedules=tuple(_schedule_plan(schedules[each], f"{prefix}-{number}") for each in sorted(schedules)),
        policies=tuple(map(tuple, names)),
        listing=tuple(f"[{','.join(each)}]" for each in listings),
        machine=tuple(map(machine_record, tables)),
    )


def _schedule_plan(table: TablePlan, stem: str) -> SchedulePlan:
    return SchedulePlan(
        id=table.schedule,
        key="S" + table.schedule.replace("-", ""),
        name=f"{stem}-{table.schedule}",
        expression=_schedule.expression(table.every_hours, table.at),
        timezone=table.timezone,
    )


def _overfull(stacks: Iterable[StackPlan]) -> Iterator[Mistake]:
    """Tables never move, so a stack can outgrow its limits when those it has change."""
    for stack in stacks:
        excess = _placement.load(stack.tables).excess
        if excess:
            value = f"{len(stack.tables)} tables with {len(stack.schedules)} schedules"
            yield Mistake(
                stack.name, "", value, f"that is {excess}: let more tables share a schedule, or tag them less"
            )


def record(table: TablePlan) -> dict[str, Any]:
    """What stack outputs tell of a table to `status`, `run` and the next plan."""
    return {
        "name": table.name,
        "every": table.every_hours,
        "max_age": table.max_age_hours,
        "window": table.window_hours,
        "echo": table.echo_hours,
        "days": table.retention_days,
        "at": table.at,
        "tz": table.timezone,
        "schedule": table.schedule,
        "enabled": table.enabled,
        "armed": table.armed,
    }


def machine_record(table: TablePlan) -> dict[str, Any]:
    """What the state machine is told of a table."""
    return {
        "name": table.name,
        "prefix": table.prefix,
        **({"schedule": table.schedule} if table.enabled else {}),
        "enabled": table.enabled,
        "topic": table.topic,
        "allow_empty": table.allow_empty,
        "echo": table.echo_hours,
    }


def as_data(plan: Plan) -> dict[str, Any]:
    """The plan as mappings and lists."""
    data: dict[str, Any] = plain(asdict(plan))
    return data
