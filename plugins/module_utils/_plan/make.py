# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of a target: its tables, checked, completed and cut into stacks."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from .._base import naming
from .._base.checks import plain
from .._base.durations import DAY
from .._base.mistakes import Mistake, PlanError
from .._engines.data_pipeline import options, planning
from .._model.plan import SchedulePlan, TablePlan
from . import placement
from . import schedules as plan_schedules
from .deployed import Deployed
from .entries import ENGINES, Entry, read_entries
from .plan import Plan, StackPlan
from .records import machine_record, record
from .settings import Settings, overlong, read_settings, run_seconds, unlocked
from .variables import unknown

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
    piped = [entry.name for entry in entries if entry.engine == options.ENGINE]
    mistakes.extend(options.misplaced(wide.region, piped))
    mistakes.extend(options.overtagged(wide.tags, piped))
    if mistakes:
        raise PlanError(mistakes)
    deployed = Deployed(existing or {}, wide.prefix)
    context = _Context(wide, deployed, now, armed)
    stacks = [stack for engine in ENGINES for stack in _stacks(engine, entries, context)]
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
        store=naming.store(wide.prefix),
        retention_days=tuple(sorted(classes)),
        settings=wide,
        stacks=tuple(stacks),
        log_bucket=bool(piped) or deployed.log_bucket,
    )


@dataclass(frozen=True)
class _Context:
    """What all stacks of a plan are built from."""

    settings: Settings
    deployed: Deployed
    now: dt.datetime | None
    armed: bool


def _stacks(engine: str, entries: Iterable[Entry], context: _Context) -> list[StackPlan]:
    prefix, deployed = context.settings.prefix, context.deployed
    watched = deployed.watched(engine)
    tables = [
        _armed(_table(entry, prefix), watched, always=context.armed)
        for entry in entries
        if entry.engine == engine
    ]
    # Should a table ever stand in two stacks, the first keeps it.
    kept = {each.name: number for number, each in reversed(list(deployed.records(engine)))}
    placed = placement.place(tables, kept, deployed.count(engine))
    build = _pipeline_stack if engine == options.ENGINE else _export_stack
    return [
        build(naming.stack(prefix, engine, number), number, held, context) for number, held in placed.items()
    ]


def _armed(table: TablePlan, watched: set[tuple[str, str, int]], *, always: bool) -> TablePlan:
    """With an alarm that counts if it did already, and for the same times.

    Otherwise its clock is started anew: the last heartbeat may be older than a shorter age allows, and
    younger ones that a longer age or another start needs were never sent.
    """
    same = (table.name, table.schedule, table.max_age) in watched
    return replace(table, armed=table.enabled and (always or same))


def _table(entry: Entry, prefix: str) -> TablePlan:
    window = min(entry.max_age, _LONGEST_WINDOW)
    return TablePlan(
        name=entry.name,
        engine=entry.engine,
        every=entry.every,
        at=entry.at,
        timezone=entry.timezone,
        retention_days=entry.retention_days,
        max_age=entry.max_age,
        enabled=entry.enabled,
        allow_empty=entry.allow_empty,
        tags=entry.tags,
        key=naming.logical_id(entry.name),
        topic=naming.topic(prefix, entry.name, entry.engine),
        alarm=naming.alarm(prefix, entry.name, entry.engine),
        prefix=naming.points(entry.name, entry.retention_days),
        schedule=plan_schedules.identity(entry.every, entry.at, entry.timezone) if entry.enabled else "",
        window=window,
        echo=entry.max_age - window,
        armed=False,
        read_ratio=entry.read_ratio,
    )


def _export_stack(name: str, number: int, tables: list[TablePlan], context: _Context) -> StackPlan:
    schedules = {table.schedule: table for table in tables if table.schedule}
    stem = f"{context.settings.prefix}-{number}"
    return replace(
        _stack(name, number, "export", tables),
        schedules=tuple(_schedule_plan(schedules[each], stem) for each in sorted(schedules)),
        machine=tuple(map(machine_record, tables)),
        run_seconds=run_seconds(context.settings, len(tables)),
    )


def _pipeline_stack(name: str, number: int, tables: list[TablePlan], context: _Context) -> StackPlan:
    if context.now is None:
        raise ValueError("Tables of AWS Data Pipeline cannot be planned without knowing the time.")
    records = {each.name: each for each in context.deployed.tables(name)}
    tables = planning.numbered(tables, records)
    pipelines = planning.pipelines(
        tables,
        name,
        context.deployed.pipelines(name),
        context.now,
        context.settings.data_pipeline,
    )
    return replace(
        _stack(name, number, options.ENGINE, tables),
        pipelines=pipelines,
        pipeline_listing=_listings(map(planning.record, pipelines)),
    )


def _stack(name: str, number: int, engine: str, tables: list[TablePlan]) -> StackPlan:
    names = placement.cut((table.name for table in tables), placement.arn_chars, placement.POLICY_CHARS)
    return StackPlan(
        name=name,
        engine=engine,
        number=number,
        tables=tuple(tables),
        schedules=(),
        policies=tuple(map(tuple, names)),
        listing=_listings(json.dumps(record(table).to_json(), separators=(",", ":")) for table in tables),
        machine=(),
    )


def _listings(records: Iterable[str]) -> tuple[str, ...]:
    lists = placement.cut(records, lambda text: len(text) + 1, placement.LISTING_CHARS - 2)
    return tuple(f"[{','.join(each)}]" for each in lists)


def _schedule_plan(table: TablePlan, stem: str) -> SchedulePlan:
    return SchedulePlan(
        id=table.schedule,
        key="S" + table.schedule.replace("-", ""),
        name=f"{stem}-{table.schedule}",
        expression=plan_schedules.expression(table.every, table.at),
        timezone=table.timezone,
    )


def _overfull(stacks: list[StackPlan]) -> Iterator[Mistake]:
    """Tables never move, so a stack can outgrow its limits when those it has change."""
    for stack in stacks:
        excess = placement.load(stack.tables).excess
        if excess:
            schedules = {table.schedule for table in stack.tables} - {""}
            value = f"{len(stack.tables)} tables with {len(schedules)} schedules"
            yield Mistake(
                stack.name, "", value, f"that is {excess}: let more tables share a schedule, or tag them less"
            )
    count = sum(len(stack.pipelines) for stack in stacks)
    if count > planning.MOST_PIPELINES:
        reason = f"an account may have {planning.MOST_PIPELINES}: let more tables share a schedule"
        yield Mistake("tablekeeper_tables", "", f"a plan of {count} pipelines", reason)


def as_data(plan: Plan) -> dict[str, Any]:
    """The plan as mappings and lists."""
    data: dict[str, Any] = plain(asdict(plan))
    return data
