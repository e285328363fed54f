# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The engine export, as planning.py asks for it: schedules start a state machine, which exports tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..._base import schedules
from ..planning import Estimate, Watched, Weight
from .price import month
from .settings import CHECKS as SETTINGS
from .settings import Export, overlong, read_settings, run_seconds

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ..._base.mistakes import Mistake
    from ..._model.outputs import TableRecord
    from ..._model.plan import LogBucket, StackPlan, TablePlan
    from ..planning import EntryKey, Given, Upcoming

__all__ = [
    "DESCRIPTION",
    "KEYS",
    "LEAF",
    "MARK",
    "NAME",
    "NEEDS",
    "NEEDS_PITR",
    "ROLE",
    "SETTINGS",
    "month",
    "read_settings",
]

NAME = "export"
MARK = ""
ROLE = "machine"
DESCRIPTION = "Scheduled, verified DynamoDB exports with a missed-run alarm for every table"
LEAF = "DeadLetterAlarm"
NEEDS_PITR = True
NEEDS = ""
KEYS: Mapping[str, EntryKey] = {}


@dataclass(frozen=True)
class SchedulePlan:
    """One schedule, shared by all tables of its stack that start together."""

    id: str
    key: str
    name: str
    expression: str
    timezone: str


@dataclass(frozen=True)
class ExportStack:
    """The engine's own part of a stack."""

    schedules: tuple[SchedulePlan, ...]
    tables: tuple[dict[str, Any], ...]  # what the state machine is told of each
    run_seconds: int  # after that a run is stopped


def read_entry(values: Mapping[str, Any]) -> None:
    """A table has nothing that is this engine's own."""
    del values


def refused_timezone(timezone: str) -> str:
    """EventBridge Scheduler knows them all."""
    del timezone
    return ""


def refused_target(region: str, tags: Mapping[str, str], tables: Sequence[str]) -> Iterator[Mistake]:
    """Exports are to be had everywhere."""
    del region, tags, tables
    return iter(())


def in_words(every: int, at: str) -> str:
    """When backups start, for people."""
    return schedules.words(every, at)


def starts(
    table: TableRecord, own: Mapping[str, Sequence[Mapping[str, Any]]], since: dt.datetime, until: dt.datetime
) -> Sequence[dt.datetime]:
    """As its schedule says, whose clocks may change."""
    del own
    if not table.schedule:  # nothing starts it
        return ()
    return schedules.starts(table.every, table.at, table.timezone, since, until)


def weigh(table: TablePlan, *, first: bool) -> Weight:
    """What the state machine is told of a table, which is in the template."""
    del first
    size = 450 + 4 * len(table.name)
    return Weight(template=size, machine=size)


def log_bucket(settings: Export) -> LogBucket | None:
    """None: runs log to CloudWatch."""
    del settings
    return None


def plan_stack(
    name: str, number: int, tables: Sequence[TablePlan], given: Given
) -> tuple[Sequence[TablePlan], ExportStack]:
    """The schedules of a stack, and what its state machine is told."""
    del name
    starts = {table.schedule: table for table in tables if table.schedule}
    own = ExportStack(
        schedules=tuple(_schedule(starts[each], f"{given.prefix}-{number}") for each in sorted(starts)),
        tables=tuple(map(_told, tables)),
        run_seconds=run_seconds(given.settings, len(tables)),
    )
    return tables, own


def _schedule(table: TablePlan, stem: str) -> SchedulePlan:
    return SchedulePlan(
        id=table.schedule,
        key="S" + table.schedule.replace("-", ""),
        name=f"{stem}-{table.schedule}",
        expression=schedules.expression(table.every, table.at),
        timezone=table.timezone,
    )


def _told(table: TablePlan) -> dict[str, Any]:
    """What the state machine is told of a table."""
    return {
        "name": table.name,
        "prefix": table.prefix,
        **({"schedule": table.schedule} if table.enabled else {}),
        "enabled": table.enabled,
        "topic": table.topic,
        "allow_empty": table.allow_empty,
        "echo": table.echo,
    }


def refused_stacks(stacks: Sequence[StackPlan], settings: Export) -> Iterator[Mistake]:
    """Runs that may take longer than a state machine is allowed to."""
    for stack in stacks:
        yield from overlong(settings, stack.name, len(stack.tables))


def remember(table: TablePlan) -> dict[str, Any]:
    """Nothing beside what is remembered of every table."""
    del table
    return {}


def changes(before: TableRecord, after: TablePlan) -> Iterator[str]:
    """Nothing beside what is told of every table."""
    del before, after
    return iter(())


def preparation(upcoming: Upcoming) -> dict[str, Any]:
    """Point-in-time recovery, without which DynamoDB exports no table."""
    return {"recovery": list(upcoming.recovery)} if upcoming.recovery else {}


def watched(stack: Mapping[str, Any]) -> Watched:
    """The alarms of starts and runs, and the runs themselves."""
    name = stack["name"]
    ends = ("missed-starts", "run-failed", "run-timedout", "run-aborted")
    return Watched(tuple(f"{name}-{end}" for end in ends), name)


def machine(
    stack: Mapping[str, Any], settings: Mapping[str, Any], read: Callable[[str], dict[str, Any]]
) -> dict[str, Any]:
    """The state machine that exports the tables of a stack."""
    definition = read("export.asl.yaml")
    states = definition["States"]
    definition["TimeoutSeconds"] = stack["own"]["run_seconds"]
    states["Tables"]["Assign"]["tables"] = stack["own"]["tables"]
    states["Backups"]["MaxConcurrency"] = settings["max_concurrency"]
    backup = states["Backups"]["ItemProcessor"]["States"]
    backup["Wait"]["Seconds"] = settings["poll_seconds"]
    # One of two branches: whoever cannot have the action of the other is refused the whole machine.
    unread = "PoliciesNotRead" if settings["read_resource_policy"] else "Policies"
    branches = backup["ReadSettings"]["Branches"]
    backup["ReadSettings"]["Branches"] = [each for each in branches if each["StartAt"] != unread]
    return definition


def estimate(
    stacks: Sequence[Mapping[str, Any]], settings: Mapping[str, Any], known: Mapping[str, Any] | None
) -> Estimate:
    """Nothing: a run costs what is exported, whatever is set here; docs/costs.md has the figures."""
    del stacks, settings, known
    return Estimate()
