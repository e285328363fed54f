# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What executing a plan takes: units, time and money, of the table alone.

A write takes a unit for each KiB that is begun of the larger of both images, the one that is replaced and the
one that is written; a consistent read one for each 4 KiB, and one if there is nothing.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from .._base.amounts import money, span
from .._items.size import READ_UNIT_BYTES, WRITE_UNIT_BYTES, item_size, units
from .._model.prices import PRICES
from .plan_document import COUNTED, LEFT_OUT, Work
from .rule import PUT, WRITES

if TYPE_CHECKING:
    from .._items.size import Item
    from .change import Planned

# Without a limit that somebody gives: a part of what is provisioned, or so many on demand. What a new table
# takes on demand is 4,000 and 12,000.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
PART = 0.25
WRITES_ON_DEMAND, READS_ON_DEMAND = 500, 1000


class Indexes(NamedTuple):
    """How many a table has."""

    on_all: int  # global ones
    within: int  # local ones


@dataclass
class Tally:
    """What was decided so far."""

    counts: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    write_units: int = 0
    read_units: int = 0

    def add(self, planned: Planned | None) -> None:
        """One more change; None is left out."""
        self.counts[planned.action if planned else LEFT_OUT] += 1
        if planned is None or planned.action not in WRITES:
            return
        there, put = _size(planned.now), _size(planned.change.before if planned.action == PUT else None)
        self.bytes += put
        self.write_units += units(max(there, put), WRITE_UNIT_BYTES)
        self.read_units += units(there, READ_UNIT_BYTES)

    def by_action(self) -> dict[str, int]:
        """How many there are of each kind."""
        return {name: self.counts[name] for name in COUNTED}


def limit(asked: float, has: int, usual: int, *, on_demand: bool) -> float:
    """Units a second: those that are asked for, or else a part of what the table has.

    On demand it may have a maximum, or none (0); more than the usual ones are not taken of it.
    """
    if asked:
        return float(asked)
    part = max(1.0, has * PART) if has else float(usual)
    return min(part, float(usual)) if on_demand else part


def work(tally: Tally, per_second: float, indexes: Indexes, *, on_demand: bool) -> Work:
    """An estimate, of which the time is the least that the limit allows."""
    items = sum(tally.counts[each] for each in WRITES)
    seconds = tally.write_units / per_second
    writes, reads = PRICES["write"], PRICES["read"]
    dollars = tally.write_units * writes.dollars + tally.read_units * reads.dollars if on_demand else 0.0
    return Work(
        items=items,
        bytes=tally.bytes,
        write_units=tally.write_units,
        read_units=tally.read_units,
        dollars=dollars,
        seconds=seconds,
        write_units_per_second=per_second,
        told=_told(tally, per_second, indexes, dollars if on_demand else None),
    )


def _told(tally: Tally, per_second: float, indexes: Indexes, dollars: float | None) -> str:
    if not tally.write_units:
        return "Nothing is to be written."
    time = (
        f"At least {span(tally.write_units / per_second)} at {per_second:,.10g} write units a second, of "
        f"which it takes {tally.write_units:,}, beside {tally.read_units:,} read units"
    )
    writes = PRICES["write"]
    price = (
        "no more than the capacity that the table has anyway"
        if dollars is None
        else f"{money(dollars)} at ${writes.dollars * 1_000_000:.3f} per million write request units on "
        f"demand in us-east-1 ({writes.source})"
    )
    beside = [f"{count} {kind}" for count, kind in zip(indexes, ("global", "local"), strict=True) if count]
    more = f" What its indexes take comes on top: it has {' and '.join(beside)}." if beside else ""
    return f"{time}; {price}.{more}"


def _size(image: Item | None) -> int:
    return 0 if image is None else item_size(image)
