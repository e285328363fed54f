# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is planned of a table and of a stack, whichever engine backs it up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .keys import Entry


@dataclass(frozen=True, kw_only=True)
class TablePlan(Entry):
    """One table, and the names of all that is made for it. Times are in hours."""

    key: str  # stem of its logical ids
    topic: str
    alarm: str
    prefix: str  # in the bucket
    schedule: str  # the id of what starts it together with others; empty if it is not enabled
    window: int  # that its missed-run alarm looks back
    echo: int  # for which a heartbeat is kept alive, so that the window covers max_age
    armed: bool  # its alarm counts
    drill_armed: bool = False  # and so does that of its stack's drills, for what it asks for


@dataclass(frozen=True)
class DrillWatch:
    """What tells if the tables of a stack are not drilled as often as they ask. Times are in hours."""

    name: str  # for people
    topic: str
    alarm: str
    window: int  # that the alarm looks back
    echo: int  # for which a first heartbeat is kept alive: until the first table is due
    armed: bool  # the alarm counts


@dataclass(frozen=True)
class StackPlan:
    """One stack of machinery."""

    name: str
    engine: str
    number: int
    role: str  # ends the name of the role that publishes failures
    tables: tuple[TablePlan, ...]
    policies: tuple[tuple[str, ...], ...]
    listing: tuple[str, ...]
    own: Any = None  # what only its engine knows
    drills: DrillWatch | None = None  # None: no table asks for drills


@dataclass(frozen=True)
class LogBucket:
    """The bucket of the store for what an engine logs in files."""

    name: str = ""  # empty: made of prefix, account and region
    retention_days: int = 90
    setting: str = ""  # where its name is set, for people
