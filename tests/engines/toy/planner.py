# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The toy as it is planned: a table may have a colour, a target a size of toys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.checks import one_of, whole
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.planning import (
    EntryKey,
    Estimate,
    Watched,
    Weight,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.checks import Reading
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.mistakes import Mistake
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.planning import (
        Given,
        Habit,
        Upcoming,
    )
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import TableRecord
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.plan import (
        LogBucket,
        StackPlan,
        TablePlan,
    )

NAME = "toy"
MARK = "/toy"
ROLE = "player"
DESCRIPTION = "A stack of toys"
LEAF = "Toy"
NEEDS_PITR = False
NEEDS = ""
KEYS = {"colour": EntryKey(one_of(("red", "blue")), "paints nothing")}
SETTINGS = {"toy_size": whole(1, 9)}


@dataclass(frozen=True)
class Toy:
    size: int = 1


@dataclass(frozen=True)
class ToyTable:
    colour: str = "red"


@dataclass(frozen=True)
class ToyStack:
    toys: tuple[str, ...]


def read_settings(reading: Reading, region: str, mistakes: list[Mistake]) -> Toy:
    del region, mistakes
    return Toy(reading.values.get("toy_size", 1))


def read_entry(values: Mapping[str, Any]) -> ToyTable:
    return ToyTable(values.get("colour", "red"))


def refused_timezone(timezone: str) -> str:
    return "" if timezone == "UTC" else "toys know no other time zone than UTC"


def refused_target(region: str, tags: Mapping[str, str], tables: Sequence[str]) -> Iterator[Mistake]:
    del region, tags, tables
    return iter(())


def in_words(every: int, at: str) -> str:
    return f"now and then, {every} hours apart, at {at}"


def starts(
    table: TableRecord, own: Mapping[str, Sequence[Mapping[str, Any]]], since: dt.datetime, until: dt.datetime
) -> Sequence[dt.datetime]:
    del table, own, since, until
    return ()


def month(habit: Habit) -> float:
    return habit.gb


def weigh(table: TablePlan, *, first: bool) -> Weight:
    del table, first
    return Weight(template=1)


def log_bucket(settings: Toy) -> LogBucket | None:
    del settings
    return None


def plan_stack(
    name: str, number: int, tables: Sequence[TablePlan], given: Given
) -> tuple[Sequence[TablePlan], ToyStack]:
    del number, given
    return tables, ToyStack(tuple(f"{name}-{table.own.colour}" for table in tables))


def refused_stacks(stacks: Sequence[StackPlan], settings: Toy) -> Iterator[Mistake]:
    del stacks, settings
    return iter(())


def remember(table: TablePlan) -> dict[str, Any]:
    return {"colour": table.own.colour}


def changes(before: TableRecord, after: TablePlan) -> Iterator[str]:
    if before.own["colour"] != after.own.colour:
        yield f"colour {before.own['colour']} becomes {after.own.colour}"


def preparation(upcoming: Upcoming) -> dict[str, Any]:
    return {"toys": sorted(upcoming.deployed)} if upcoming.deployed else {}


def watched(stack: Mapping[str, Any]) -> Watched:
    del stack
    return Watched()


def machine(
    stack: Mapping[str, Any], settings: Mapping[str, Any], read: Callable[[str], dict[str, Any]]
) -> dict[str, Any]:
    del stack, settings, read
    return {}


def estimate(
    stacks: Sequence[Mapping[str, Any]], settings: Mapping[str, Any], known: Mapping[str, Any] | None
) -> Estimate:
    del known
    return Estimate([f"{len(stacks)} stacks of toys of size {settings['size']}"] if stacks else [])
