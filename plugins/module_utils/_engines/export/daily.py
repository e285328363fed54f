# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the backups of many tables went, day by day: about a call for each day, whatever the number of tables.

Of a day those executions are read that did not succeed, that were started by hand, and of the others, newest
first, as many as it takes until each table that was due has a run that succeeded. So hourly backups of 35
days take 35 calls as daily ones do.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from ..._aws import stepfunctions
from ..._base.threads import thread_pool
from ..._model.daily import Told
from ..._model.evidence import SUCCEEDED, Run
from .history import runs_of
from .planner import starts
from .start import BY_HAND

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..._aws.client import Aws
    from ..._model.stack import Stack

THREADS = 8
MOST_A_DAY = 30  # executions of one day that are read


@dataclass
class _Day:
    """The executions of a day, newest first, and what was read of them."""

    day: date
    executions: list[dict[str, Any]] = field(default_factory=list)
    found: list[tuple[str, Run]] = field(default_factory=list)
    unread: bool = False  # there were too many

    def read(self, client: Any, stack: Stack, bucket: str, missing: set[str]) -> None:
        """Read until no due table is missing, and all that may have failed."""
        chosen = 0
        for execution in self.executions:
            if execution["status"] == SUCCEEDED and not missing and not execution["name"].startswith(BY_HAND):
                continue
            if chosen == MOST_A_DAY:
                self.unread = True
                return
            chosen += 1
            for table, run in runs_of(client, stack, bucket, execution):
                self.found.append((table, run))
                if run.state == SUCCEEDED:
                    missing.discard(table)


def daily_runs(aws: Aws, stack: Stack, bucket: str, tables: Collection[str], since: datetime) -> Told:
    """What executions that began since a time tell of each day."""
    client, days = aws("stepfunctions"), dict[date, _Day]()
    for execution in stepfunctions.list_executions(client, machine=stack.outputs.state_machine_arn):
        if execution["startDate"] < since:
            break
        day = execution["startDate"].astimezone(UTC).date()
        days.setdefault(day, _Day(day)).executions.append(execution)
    with thread_pool(THREADS) as pool:
        list(
            pool.map(
                lambda each: each.read(client, stack, bucket, _due(stack, tables, each.day)), days.values()
            )
        )
    runs: dict[str, list[Run]] = defaultdict(list)
    for each in days.values():
        for table, run in each.found:
            if table in tables:
                runs[table].append(run)
    unread = frozenset(each.day for each in days.values() if each.unread)
    return Told({table: tuple(found) for table, found in runs.items()}, unread)


def _due(stack: Stack, tables: Collection[str], day: date) -> set[str]:
    """The tables that a schedule starts on a day."""
    begin = datetime.combine(day, time(), UTC)
    return {
        each.name
        for each in stack.tables
        if each.name in tables and each.enabled and starts(each, {}, begin, begin + timedelta(days=1))
    }
