# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What backing up one table by exports costs, in US dollars: docs/costs.md has it."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from .. import months
from ..months import dollars

if TYPE_CHECKING:
    from ..planning import Habit

# States that a run enters, counted by tests/unit/benchmarks/test_costs.py in a real run.
RUN_TRANSITIONS = 11  # shared by all tables of the run
TABLE_TRANSITIONS = 25  # of a table without auto scaling and stream, the start of its child workflow included
POLL_TRANSITIONS = 3

SMALLEST_EXPORT_MINUTES = 12  # seen for a table of three items
POLL_SECONDS = 60
FILES = 6  # settings.json and what an export writes beside its data
PARTITION_GB = 10
COMPRESSED = 0.3  # gzip, of DynamoDB JSON: assumed


def transitions(minutes: float = SMALLEST_EXPORT_MINUTES, tables: int = 1) -> float:
    """State transitions for one table, in a run of so many."""
    return RUN_TRANSITIONS / tables + TABLE_TRANSITIONS + POLL_TRANSITIONS * ceil(minutes * 60 / POLL_SECONDS)


def run(gb: float, tables: int = 1) -> float:
    """One run of one table: the export, the state machine, the requests. Storage comes with the month."""
    requests = (FILES + ceil(gb / PARTITION_GB)) * dollars("put") + dollars("publish")
    return gb * dollars("export") + transitions(tables=tables) * dollars("transition") + requests


def month(habit: Habit) -> float:
    """Runs, point-in-time recovery, heartbeats, and what the bucket holds by then."""
    stored = months.points(habit.every, habit.retention_days) * habit.gb * COMPRESSED * dollars("storage")
    runs = months.runs(habit.every) * run(habit.gb, habit.together)
    return runs + habit.gb * dollars("pitr") + stored + months.heartbeats(habit.every, habit.echo)
