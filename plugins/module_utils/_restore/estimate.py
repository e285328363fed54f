# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long a restore takes and what it costs, as far as anybody can tell before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .._base.amounts import money, span
from .._model.prices import PRICES
from .._settings.document import ON_DEMAND
from .options import BACKUP, CONVERT, LOAD, PITR

if TYPE_CHECKING:
    from .._settings.document import Settings

GB = 1_000_000_000
# What a new table on demand takes from its first second on.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
NEW_ON_DEMAND = 4_000
WRITE_UNIT = 1024
NATIVE = "AWS says that 95 % of its restores are complete within an hour, whatever their size"
IMPORT = "AWS gives no figure for imports; they take some minutes at least"


@dataclass(frozen=True)
class Estimate:
    """What can be told before."""

    seconds: int | None  # None: nobody knows
    dollars: float | None
    time: str
    price: str


def estimate(
    way: str, settings: Settings, items: int | None, size: int | None, units_per_second: int = 0
) -> Estimate:
    """Of a table with so many items and bytes."""
    if size is None:
        return Estimate(
            None, None, NATIVE if way in {PITR, BACKUP} else IMPORT, "nobody knows how large it is"
        )
    if way == LOAD:
        return _load(settings, items or 0, size, units_per_second)
    price = PRICES["restore" if way in {PITR, BACKUP} else "import"]
    dollars = size / GB * price.dollars
    told = f"{money(dollars)} at ${price.dollars:.2f} per {price.unit} in us-east-1 ({price.source})"
    if way in {PITR, BACKUP}:
        return Estimate(None, dollars, NATIVE, told)
    before = "the files are read and written again before; " if way == CONVERT else ""
    return Estimate(None, dollars, before + IMPORT, told)


def _load(settings: Settings, items: int, size: int, units_per_second: int) -> Estimate:
    """A unit for each KiB that is begun: half of one of each item is wasted, as a mean."""
    units = max(items, size // WRITE_UNIT + items // 2)
    on_demand = settings.billing == ON_DEMAND
    fastest = NEW_ON_DEMAND if on_demand or not settings.throughput else settings.throughput.write
    if settings.maximum and settings.maximum.write > 0:
        fastest = min(fastest, settings.maximum.write)
    rate = min(fastest, units_per_second) if units_per_second else fastest
    seconds = -(-units // max(1, rate))
    time = f"about {span(seconds)} at {rate:,} write units a second, of which it takes about {units:,}"
    price = PRICES["write"]
    indexes = len(settings.global_indexes)
    if not on_demand:
        return Estimate(seconds, None, time, "nothing beside the capacity that the table has anyway")
    dollars = units * (1 + indexes) * price.dollars
    more = f", if every item is in {indexes} more indexes as well" if indexes else ""
    per_million = f"${price.dollars * 1_000_000:.3f} per million {price.unit.partition(',')[0]}s on demand"
    told = f"{money(dollars)} at {per_million} in us-east-1{more} ({price.source})"
    return Estimate(seconds, dollars, time, told)
