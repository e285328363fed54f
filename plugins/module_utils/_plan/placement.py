# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which stack each table lives in, so that no stack outgrows what AWS allows and no table ever moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .._engines.planners import PLANNERS
from .._model.outputs import LISTING_CHARS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .._model.plan import TablePlan

# CloudFormation allows 500 resources; fifteen are left for what a later version adds.
MOST_RESOURCES = 485
RESOURCES_OF_A_STACK = 25
RESOURCES_OF_A_TABLE = 2
# CloudFormation reads at most 1 MB, a state machine may hold 1 MB and a payload 256 KiB.
MOST_TEMPLATE_BYTES = 900_000
MOST_MACHINE_BYTES = 180_000
# A managed policy holds 6,144 characters, a role at most 10 of them by default; one is for the tables' keys.
MOST_POLICIES = 9
POLICY_CHARS = 5_600
# An output holds 4,096 characters, a stack 200 outputs.
MOST_LISTINGS = 150

_LONGEST_NAME = 255
_RECORD_CHARS = 240


def arn_chars(table: str) -> int:
    """Room a table's ARN takes in a policy."""
    return 70 + len(table) + 3


def record_chars(table: str) -> int:
    """Room a table's record takes in a listing."""
    return _RECORD_CHARS + len(table)


@dataclass(frozen=True)
class Load:
    """What is in a stack, estimated so that the order of its tables does not matter."""

    tables: int = 0
    schedules: frozenset[str] = frozenset()
    arns: int = 0
    records: int = 0
    machine: int = 0
    template: int = 40_000

    def plus(self, table: TablePlan) -> Load:
        """This load and one more table."""
        length = len(table.name)
        tags = sum(len(key) + len(value) + 30 for key, value in table.tags.items())
        shared = 2_200 + 8 * length + 2 * tags + arn_chars(table.name) + record_chars(table.name)
        first = bool(table.schedule) and table.schedule not in self.schedules
        own = PLANNERS[table.engine].weigh(table, first=first)
        return Load(
            tables=self.tables + 1,
            schedules=self.schedules | ({table.schedule} - {""}),
            arns=self.arns + arn_chars(table.name),
            records=self.records + record_chars(table.name),
            machine=self.machine + own.machine,
            template=self.template + shared + own.template,
        )

    @property
    def policies(self) -> int:
        """At most so many policies: each but the last is filled up to the longest ARN."""
        return self.arns // (POLICY_CHARS - arn_chars("x" * _LONGEST_NAME)) + 1

    @property
    def excess(self) -> str:
        """The limit that this load breaks, in words; empty if it fits."""
        resources = (
            RESOURCES_OF_A_TABLE * self.tables + len(self.schedules) + self.policies + RESOURCES_OF_A_STACK
        )
        listings = self.records // (LISTING_CHARS - record_chars("x" * _LONGEST_NAME)) + 1
        limits = (
            (resources, MOST_RESOURCES, "resources"),
            (self.policies, MOST_POLICIES, "policies"),
            (self.template, MOST_TEMPLATE_BYTES, "bytes of template"),
            (self.machine, MOST_MACHINE_BYTES, "bytes of state machine"),
            (listings, MOST_LISTINGS, "outputs"),
        )
        return next((f"{size} {what}, and {most} fit" for size, most, what in limits if size > most), "")


def place(tables: Iterable[TablePlan], kept: Mapping[str, int], stacks: int) -> dict[int, list[TablePlan]]:
    """Tables by stack number: a table stays where it is kept, a new one goes to the first stack with room.

    Numbers run from 1 without a hole; a stack that lost all its tables remains, unless it is the last.
    """
    ordered = sorted(tables, key=lambda table: table.name)
    placed: dict[int, list[TablePlan]] = {number: [] for number in range(1, stacks + 1)}
    loads = dict.fromkeys(placed, Load())
    for table in (each for each in ordered if each.name in kept):
        _put(table, kept[table.name], placed, loads)
    for table in (each for each in ordered if each.name not in kept):
        number = next((each for each in placed if not loads[each].plus(table).excess), len(placed) + 1)
        _put(table, number, placed, loads)
    while placed and not placed[len(placed)]:
        del placed[len(placed)]
    return {number: sorted(held, key=lambda table: table.name) for number, held in placed.items()}


def _put(table: TablePlan, number: int, placed: dict[int, list[TablePlan]], loads: dict[int, Load]) -> None:
    placed.setdefault(number, []).append(table)
    loads[number] = loads.get(number, Load()).plus(table)


def load(tables: Iterable[TablePlan]) -> Load:
    """The load of a stack that holds these tables."""
    total = Load()
    for table in tables:
        total = total.plus(table)
    return total
