# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a month of a target's backups costs, by engine: as it is, and as if one engine had all tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .._engines.planners import PLANNERS
from .._engines.planning import Habit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .._model.outputs import TableRecord

GB = 2**30


@dataclass(frozen=True)
class Sized:
    """A table that is backed up, and how large it is; None: nobody knows."""

    record: TableRecord
    bytes: int | None

    @property
    def start(self) -> tuple[int, str, str]:
        """What tables share that start together."""
        return (self.record.every, self.record.at, self.record.timezone)


@dataclass(frozen=True)
class Month:
    """US dollars for the tables of one engine, and for all tables if they were this engine's."""

    engine: str
    tables: int
    unpriced: int  # of these, since nobody knows their size
    dollars: float
    all_dollars: float


def months(tables: Iterable[Sized]) -> list[Month]:
    """A month with each engine there is."""
    everything = list(tables)
    found = []
    for engine in PLANNERS:
        mine = [each for each in everything if each.record.engine == engine]
        unpriced = sum(each.bytes is None for each in mine)
        found.append(Month(engine, len(mine), unpriced, _sum(engine, mine), _sum(engine, everything)))
    return found


def _sum(engine: str, tables: Sequence[Sized]) -> float:
    together = Counter(each.start for each in tables)
    return sum(
        PLANNERS[engine].month(
            Habit(
                gb=each.bytes / GB,
                every=each.record.every,
                retention_days=each.record.retention_days,
                echo=each.record.echo,
                together=together[each.start],
            )
        )
        for each in tables
        if each.bytes is not None
    )
