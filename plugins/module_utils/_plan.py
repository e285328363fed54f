# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of a target: its tables, checked, completed and cut into stacks."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from . import _data_pipeline, _names, _pipelines, _placement, _schedule
from ._checks import plain
from ._deployed import Deployed
from ._duration import DAY
from ._entries import ENGINES, Entry, read_entries
from ._mistakes import Mistake, PlanError
from ._records import machine_record, record
from ._settings import Settings, overlong, read_settings, run_seconds, unlocked
from ._variables import unknown

if TYPE_CHECKING:
    import datetime as dt

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
    pipelines: tuple[_pipelines.PipelinePlan, ...] = ()
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


def make_plan(
    tables: object,
    *,
    defaults: object = None,
    settings: object = None,
    variables: Iterable[str] = (),
    existing: Mapping[str, Any] | None = None,
    armed: bool = False,
    left_out: Collection[str] = (),
    now: dt.datetime | None = None,
    **given: object,
) -> Plan:
    """Plan a target's backups, or raise PlanError with every mistake in the variables.

    Settings are named as in `Settings` and may also be given one by one; `variables` are the names of all
    tablekeeper_* variables that are set. What is deployed keeps every table in its stack. Tables that are
    `left_out` are checked only. `armed` makes all alarms count. Pipelines need to know the time.
    """
    mistakes = list(unknown(variables))
    wide = read_settings(
        {**settings, **given} if isinstance(settings, Mapping) else settings or given, mistakes
    )
    entries = [each for each in read_entries(tables, defaults, wide, mistakes) if each.name not in left_out]
    piped = [entry.name for entry in entries if entry.engine == _data_pipeline.ENGINE]
    mistakes.extend(_data_pipeline.misplaced(wide.region, piped))
    mistakes.extend(_data_pipeline.overtagged(wide.tags, piped))
    if mistakes:
        raise PlanError(mistakes)
    deployed = Deployed(existing or {}, wide.prefix)
    house = _House(wide, deployed, now, armed)
    stacks = [stack for engine in ENGINES for stack in _stacks(engine, entries, house)]
    mistakes.extend(_overfull(stacks))
    mistakes.extend(unlocked(wide, deployed.object_lock))
    for stack in stacks:
        mistakes.extend(overlong(wide, stack.name, len(stack.machine)))
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
        log_bucket=bool(piped) or deployed.log_bucket,
    )


@dataclass(frozen=True)
class _House:
    """What all stacks of a plan are built from."""

    settings: Settings
    deployed: Deployed
    now: dt.datetime | None
    armed: bool


def _stacks(engine: str, entries: Iterable[Entry], house: _House) -> list[StackPlan]:
    prefix, deployed = house.settings.prefix, house.deployed
    watched = deployed.watched(engine)
    tables = [
        _armed(_table(entry, prefix), watched, always=house.armed)
        for entry in entries
        if entry.engine == engine
    ]
    # Should a table ever stand in two stacks, the first keeps it.
    kept = {each["name"]: number for number, each in reversed(list(deployed.records(engine)))}
    placed = _placement.place(tables, kept, deployed.count(engine))
    build = _pipeline_stack if engine == _data_pipeline.ENGINE else _export_stack
    return [
        build(_names.stack(prefix, engine, number), number, held, house) for number, held in placed.items()
    ]


def _armed(table: TablePlan, watched: set[tuple[str, str, int]], *, always: bool) -> TablePlan:
    """With an alarm that counts if it did already, and for the same times.

    Otherwise its clock is started anew: the last heartbeat may be older than a shorter age allows, and
    younger ones that a longer age or another start needs were never sent.
    """
    same = (table.name, table.schedule, table.max_age_hours) in watched
    return replace(table, armed=table.enabled and (always or same))


def _table(entry: Entry, prefix: str) -> TablePlan:
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
        topic=_names.topic(prefix, entry.name, entry.engine),
        alarm=_names.alarm(prefix, entry.name, entry.engine),
        prefix=_names.points(entry.name, entry.retention_days),
        schedule=_schedule.identity(entry.every, entry.at, entry.timezone) if entry.enabled else "",
        window_hours=window,
        echo_hours=entry.max_age - window,
        armed=False,
        read_ratio=entry.read_ratio,
    )


def _export_stack(name: str, number: int, tables: list[TablePlan], house: _House) -> StackPlan:
    schedules = {table.schedule: table for table in tables if table.schedule}
    stem = f"{house.settings.prefix}-{number}"
    return replace(
        _stack(name, number, "export", tables),
        schedules=tuple(_schedule_plan(schedules[each], stem) for each in sorted(schedules)),
        machine=tuple(map(machine_record, tables)),
        run_seconds=run_seconds(house.settings, len(tables)),
    )


def _pipeline_stack(name: str, number: int, tables: list[TablePlan], house: _House) -> StackPlan:
    if house.now is None:
        raise ValueError("Tables of AWS Data Pipeline cannot be planned without knowing the time.")
    records = {each["name"]: each for each in house.deployed.tables(name)}
    tables = _pipelines.numbered(tables, records)
    pipelines = _pipelines.pipelines(
        tables,
        name,
        house.deployed.pipelines(name),
        house.now,
        house.settings.data_pipeline,
    )
    return replace(
        _stack(name, number, _data_pipeline.ENGINE, tables),
        pipelines=pipelines,
        pipeline_listing=_listings(map(_pipelines.record, pipelines)),
    )


def _stack(name: str, number: int, engine: str, tables: list[TablePlan]) -> StackPlan:
    names = _placement.cut((table.name for table in tables), _placement.arn_chars, _placement.POLICY_CHARS)
    return StackPlan(
        name=name,
        engine=engine,
        number=number,
        tables=tuple(tables),
        schedules=(),
        policies=tuple(map(tuple, names)),
        listing=_listings(json.dumps(record(table), separators=(",", ":")) for table in tables),
        machine=(),
    )


def _listings(records: Iterable[str]) -> tuple[str, ...]:
    lists = _placement.cut(records, lambda text: len(text) + 1, _placement.LISTING_CHARS - 2)
    return tuple(f"[{','.join(each)}]" for each in lists)


def _schedule_plan(table: TablePlan, stem: str) -> SchedulePlan:
    return SchedulePlan(
        id=table.schedule,
        key="S" + table.schedule.replace("-", ""),
        name=f"{stem}-{table.schedule}",
        expression=_schedule.expression(table.every_hours, table.at),
        timezone=table.timezone,
    )


def _overfull(stacks: list[StackPlan]) -> Iterator[Mistake]:
    """Tables never move, so a stack can outgrow its limits when those it has change."""
    for stack in stacks:
        excess = _placement.load(stack.tables).excess
        if excess:
            schedules = {table.schedule for table in stack.tables} - {""}
            value = f"{len(stack.tables)} tables with {len(schedules)} schedules"
            yield Mistake(
                stack.name, "", value, f"that is {excess}: let more tables share a schedule, or tag them less"
            )
    count = sum(len(stack.pipelines) for stack in stacks)
    if count > _pipelines.MOST_PIPELINES:
        reason = f"an account may have {_pipelines.MOST_PIPELINES}: let more tables share a schedule"
        yield Mistake("tablekeeper_tables", "", f"a plan of {count} pipelines", reason)


def as_data(plan: Plan) -> dict[str, Any]:
    """The plan as mappings and lists."""
    data: dict[str, Any] = plain(asdict(plan))
    return data
