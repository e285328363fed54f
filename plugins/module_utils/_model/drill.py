# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is kept of a drill: a record in the bucket, whose key tells table, time and verdict.

Records are only added. `drills/orders/20261123T140003Z-passed.json` is one of the table orders.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from .._base.durations import WEEK, rounded_up
from .keys import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Table = TypeVar("Table", bound=Remembered)

DRILLS = "drills/"
VERSION = 1
PASSED, FAILED = "passed", "failed"
TIME = "%Y%m%dT%H%M%SZ"
_KEY = re.compile(r"drills/([A-Za-z0-9_.-]{3,255})/(\d{8}T\d{6}Z)-(passed|failed)\.json")


@dataclass(frozen=True)
class Drilled:
    """A drill, as the key of its record tells it."""

    table: str
    when: datetime
    verdict: str
    key: str

    @property
    def passed(self) -> bool:
        """Whether the table came back as it was."""
        return self.verdict == PASSED


def key(table: str, when: datetime, verdict: str) -> str:
    """Where the record of a drill lies."""
    return f"{DRILLS}{table}/{when.astimezone(UTC):{TIME}}-{verdict}.json"


def of_key(found: str) -> Drilled | None:
    """The drill that a key tells of; None if it is none."""
    told = _KEY.fullmatch(found)
    if told is None:
        return None
    when = datetime.strptime(told[2], TIME).replace(tzinfo=UTC)
    return Drilled(told[1], when, told[3], found)


def last(found: Iterable[Drilled]) -> dict[str, Drilled]:
    """The last drill of each table."""
    newest: dict[str, Drilled] = {}
    for each in found:
        if each.table not in newest or each.when > newest[each.table].when:
            newest[each.table] = each
    return newest


def asking(tables: Iterable[Table]) -> list[Table]:
    """Those that are to be drilled."""
    return [each for each in tables if each.enabled and each.drill_every]


def allowed(every: int) -> int:
    """For how many hours a table may be without a drill that passed: a quarter more than was asked for, and a
    week at most.
    """
    return every + min(rounded_up(every, 4), WEEK)


def due(table: Remembered, since: datetime) -> datetime:
    """When a table is overdue that passed then, or was asked for then."""
    return since + timedelta(hours=allowed(table.drill_every))


def first_due(
    tables: Iterable[Remembered], passed: Mapping[str, Drilled], asked: datetime
) -> datetime | None:
    """When the first of the tables is overdue that ask for drills; None if none does.

    Those that never passed count from when they were asked for.
    """
    since = {name: each.when for name, each in passed.items()}
    return min((due(each, since.get(each.name, asked)) for each in asking(tables)), default=None)
