# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an engine is to those who plan: how tables are cut, checked, described and priced for it.

An engine's package has a module ``planner`` with all of this beside its module ``engine``; planners.py lists
them. It is pure, which is why it does not stand in interface.py: what is planned never reaches AWS, not even
by the name of a type. What only the engine knows goes through everybody else's hands unread, as ``own``: its
part of a table, of a stack, of the settings. tests/engines holds each engine to what is said here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from .._base.checks import Check, Reading
    from .._base.mistakes import Mistake
    from .._model.outputs import TableRecord
    from .._model.plan import LogBucket, StackPlan, TablePlan


@dataclass(frozen=True)
class EntryKey:
    """A key of a table entry that one engine has, and others have not."""

    check: Check[Any]
    without: str  # what goes for the other engines: "takes none of a table's read capacity"


@dataclass(frozen=True)
class Weight:
    """What a table adds to its stack beside what it adds with every engine, in bytes."""

    template: int
    machine: int = 0  # of the state machine, if the engine has one


@dataclass(frozen=True)
class Given:
    """What a stack is planned from, beside its tables."""

    prefix: str
    settings: Any  # the engine's own
    tables: Mapping[str, TableRecord]  # what the stack remembers of each
    own: Mapping[str, Sequence[Mapping[str, Any]]]  # the other records in its outputs, by the list's name
    gone: Collection[str]  # the names of what somebody has deleted by hand
    now: dt.datetime | None


@dataclass(frozen=True)
class Upcoming:
    """What is about to be deployed or removed, as far as it is one engine's."""

    prefix: str
    deployed: Mapping[str, Mapping[str, Any]]  # stacks that stand, with their other records as in Given.own
    log_bucket: bool  # the store has one
    planned: Sequence[StackPlan] | None  # the stacks that are there afterwards; None if all are removed
    recovery: Sequence[str] = ()  # tables whose point-in-time recovery is to be switched on


@dataclass(frozen=True)
class Watched:
    """What CloudWatch knows of a stack by name, beside the alarms of its tables and of their drills."""

    alarms: Sequence[str] = ()
    machine: str = ""  # the state machine whose executions are the runs; empty if the engine has none


@dataclass(frozen=True)
class Estimate:
    """Time and price in words, and a sentence for each reason not to deploy."""

    lines: Sequence[str] = ()
    problems: Sequence[str] = ()


@dataclass(frozen=True)
class Habit:
    """A table as the month of its backups is priced."""

    gb: float
    every: int  # hours
    retention_days: int
    echo: int  # hours for which its heartbeat is kept alive after a backup
    together: int = 1  # tables that start at the same time, it among them


class Planner(Protocol):
    """An engine as it is planned."""

    NAME: str  # as a table entry says it; stacks and the template are named by it
    MARK: str  # ends the names of a table's topic and alarm: for a while two engines may know the table
    ROLE: str  # ends the name of the role that publishes failures, after that of the stack
    DESCRIPTION: str  # of the template
    LEAF: str  # a resource of the template that no other one refers to
    NEEDS_PITR: bool  # of its tables: point-in-time recovery has to be on
    NEEDS: str  # an output of the store without which there is no stack of this engine; empty if there may be
    KEYS: Mapping[str, EntryKey]  # of a table entry
    SETTINGS: Mapping[str, Check[Any]]  # of the target, without their tablekeeper_

    def read_settings(self, reading: Reading, region: str, mistakes: list[Mistake]) -> Any:
        """The engine's own settings, from the good values of SETTINGS, and what contradicts itself."""

    def read_entry(self, values: Mapping[str, Any]) -> Any:
        """The engine's own part of a table, from the good values of its entry."""

    def refused_timezone(self, timezone: str) -> str:
        """Why nothing can be started by the clocks of a time zone; empty if it can."""

    def refused_target(
        self, region: str, tags: Mapping[str, str], tables: Sequence[str]
    ) -> Iterator[Mistake]:
        """Mistakes in the settings of all engines that make no sense with these tables of this one."""

    def in_words(self, every: int, at: str) -> str:
        """When backups start, for people."""

    def starts(
        self,
        table: TableRecord,
        own: Mapping[str, Sequence[Mapping[str, Any]]],
        since: dt.datetime,
        until: dt.datetime,
    ) -> Sequence[dt.datetime]:
        """When backups of a table that is deployed start, from a time on and before another.

        The other records in the outputs of its stack are given as in Given.own.
        """

    def month(self, habit: Habit) -> float:
        """US dollars for a month of one table, with settings as they are if nothing is set.

        It has been backed up for as long as a backup is kept, and has no read capacity of its own.
        """

    def weigh(self, table: TablePlan, *, first: bool) -> Weight:
        """What a table takes of its stack; the first of a schedule brings what starts it."""

    def log_bucket(self, settings: Any) -> LogBucket | None:
        """The bucket that the store needs for what the engine logs; None if it writes no files."""

    def plan_stack(
        self, name: str, number: int, tables: Sequence[TablePlan], given: Given
    ) -> tuple[Sequence[TablePlan], Any]:
        """The tables of a stack, complete, and its own part: what only the template of the engine reads."""

    def refused_stacks(self, stacks: Sequence[StackPlan], settings: Any) -> Iterator[Mistake]:
        """What all planned stacks of the engine are too much for."""

    def remember(self, table: TablePlan) -> dict[str, Any]:
        """The members of a table's record in the outputs that only this engine has."""

    def changes(self, before: TableRecord, after: TablePlan) -> Iterator[str]:
        """In words, what changes in the own part of a table that stays with this engine."""

    def preparation(self, upcoming: Upcoming) -> dict[str, Any]:
        """What Engine.prepare has to do before (as data); empty if there is nothing that it could do."""

    def watched(self, stack: Mapping[str, Any]) -> Watched:
        """What a dashboard shows of a stack, given as data."""

    def machine(
        self, stack: Mapping[str, Any], settings: Mapping[str, Any], read: Callable[[str], dict[str, Any]]
    ) -> dict[str, Any]:
        """The state machine of a stack (as data), from definitions read by file; empty without one."""

    def estimate(
        self,
        stacks: Sequence[Mapping[str, Any]],
        settings: Mapping[str, Any],
        known: Mapping[str, Any] | None,
    ) -> Estimate:
        """What the stacks take, given as data; None is known of the account if nothing was asked of AWS."""
