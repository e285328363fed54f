# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is kept of a drill: a record in the bucket, whose key tells table, time and verdict.

Records are only added. `drills/orders/20261123T140003Z-passed.json` is one of the table orders.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

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
