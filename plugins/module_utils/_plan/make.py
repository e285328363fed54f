# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of a target: its tables, checked, completed and cut into stacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from .._base import naming, schedules
from .._base.checks import plain
from .._base.durations import DAY
from .._base.mistakes import Mistake, PlanError
from .._base.sizes import cut
from .._engines.planners import PLANNERS
from .._engines.planning import Given
from .._model.outputs import listing
from .._model.plan import LogBucket, StackPlan, TablePlan
from . import drills, placement
from .deployed import Deployed
from .entries import read_entries
from .plan import Plan
from .records import record
from .settings import Settings, read_settings, unlocked
from .variables import unknown

if TYPE_CHECKING:
    import datetime as dt

    from .._engines.planning import Planner
    from .._model.keys import Entry

__all__ = [
    "Mistake",
    "Plan",
    "PlanError",
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
    `left_out` are checked only. `armed` makes all alarms count. Some engines need to know the time.
    """
    mistakes = list(unknown(variables))
    wide = read_settings(
        {**settings, **given} if isinstance(settings, Mapping) else settings or given, mistakes
    )
    entries = [each for each in read_entries(tables, defaults, wide, mistakes) if each.name not in left_out]
    for name, planner in PLANNERS.items():
        tables_of = [entry.name for entry in entries if entry.engine == name]
        mistakes.extend(planner.refused_target(wide.region, wide.tags, tables_of))
    if mistakes:
        raise PlanError(mistakes)
    deployed = Deployed(existing or {}, wide.prefix)
    context = _Context(wide, deployed, now, armed)
    stacks = [stack for planner in PLANNERS.values() for stack in _stacks(planner, entries, context)]
    mistakes.extend(_overfull(stacks, wide))
    mistakes.extend(unlocked(wide, deployed.object_lock))
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
        log_bucket=_log_bucket(wide, stacks, deployed),
    )


@dataclass(frozen=True)
class _Context:
    """What all stacks of a plan are built from."""

    settings: Settings
    deployed: Deployed
    now: dt.datetime | None
    armed: bool


def _stacks(planner: Planner, entries: Iterable[Entry], context: _Context) -> list[StackPlan]:
    prefix, deployed, engine = context.settings.prefix, context.deployed, planner.NAME
    watched = deployed.watched(engine)
    tables = [
        _armed(_table(entry, prefix), watched, always=context.armed)
        for entry in entries
        if entry.engine == engine
    ]
    # Should a table ever stand in two stacks, the first keeps it.
    kept = {each.name: number for number, each in reversed(list(deployed.records(engine)))}
    placed = placement.place(tables, kept, deployed.count(engine))
    return [_stack(planner, number, held, context) for number, held in placed.items()]


def _armed(table: TablePlan, watched: set[tuple[str, str, int]], *, always: bool) -> TablePlan:
    """With an alarm that counts if it did already, and for the same times.

    Otherwise its clock is started anew: the last heartbeat may be older than a shorter age allows, and
    younger ones that a longer age or another start needs were never sent.
    """
    same = (table.name, table.schedule, table.max_age) in watched
    return replace(table, armed=table.enabled and (always or same))


def _table(entry: Entry, prefix: str) -> TablePlan:
    window, mark = min(entry.max_age, _LONGEST_WINDOW), PLANNERS[entry.engine].MARK
    return TablePlan(
        **vars(entry),
        key=naming.logical_id(entry.name),
        topic=naming.topic(prefix, entry.name, mark),
        alarm=naming.alarm(prefix, entry.name, mark),
        prefix=naming.points(entry.name, entry.retention_days),
        schedule=schedules.identity(entry.every, entry.at, entry.timezone) if entry.enabled else "",
        window=window,
        echo=entry.max_age - window,
        armed=False,
    )


def _stack(planner: Planner, number: int, held: list[TablePlan], context: _Context) -> StackPlan:
    name = naming.stack(context.settings.prefix, planner.NAME, number)
    given = Given(
        prefix=context.settings.prefix,
        settings=context.settings.engines[planner.NAME],
        tables={each.name: each for each in context.deployed.tables(name)},
        own=context.deployed.own(name),
        gone=context.deployed.gone,
        now=context.now,
    )
    watched = drills.watch(given.prefix, name, held, given.tables.values(), always=context.armed)
    tables, own = planner.plan_stack(name, number, drills.marked(held, watched), given)
    names = cut((table.name for table in tables), placement.arn_chars, placement.POLICY_CHARS)
    return StackPlan(
        name=name,
        engine=planner.NAME,
        number=number,
        role=planner.ROLE,
        tables=tuple(tables),
        policies=tuple(map(tuple, names)),
        listing=listing(map(record, tables)),
        own=own,
        drills=watched,
    )


def _log_bucket(settings: Settings, stacks: Iterable[StackPlan], deployed: Deployed) -> LogBucket | None:
    """That of the first engine in use that needs one; a store that has one keeps it."""
    used = {stack.engine for stack in stacks if stack.tables}
    for name, planner in PLANNERS.items():
        wanted = planner.log_bucket(settings.engines[name])
        if wanted and (name in used or deployed.log_bucket):
            return wanted
    return LogBucket() if deployed.log_bucket else None


def _overfull(stacks: list[StackPlan], settings: Settings) -> Iterator[Mistake]:
    """Tables never move, so a stack can outgrow its limits when those it has change."""
    for stack in stacks:
        excess = placement.load(stack.tables).excess
        if excess:
            schedules = {table.schedule for table in stack.tables} - {""}
            value = f"{len(stack.tables)} tables with {len(schedules)} schedules"
            yield Mistake(
                stack.name, "", value, f"that is {excess}: let more tables share a schedule, or tag them less"
            )
    for name, planner in PLANNERS.items():
        own = [stack for stack in stacks if stack.engine == name]
        yield from planner.refused_stacks(own, settings.engines[name])


def as_data(plan: Plan) -> dict[str, Any]:
    """The plan as mappings and lists."""
    data: dict[str, Any] = plain(asdict(plan))
    return {**data, "enabled": plan.enabled()}
