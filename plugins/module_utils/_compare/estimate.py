# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long it takes to read a table, and what it costs, as far as anybody can tell before.

What DynamoDB bills for reading: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from .._items import size
from .._model.prices import PRICES
from .gather_again import KEYS_A_CALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._exports.price import Cost

PAGE_BYTES = 1 << 20  # of a Scan
# Without a limit of the user's: a part of the capacity, or of what a new table on demand takes.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
SHARE = 4
NEW_ON_DEMAND = 12_000


@dataclass(frozen=True)
class Described:
    """What counts of what DescribeTable tells. It counts items and bytes every six hours."""

    name: str
    arn: str
    keys: Mapping[str, str]  # name and type, the partition key first
    items: int
    bytes: int
    capacity: int = 0  # read units a second; 0: on demand
    limit: int = 0  # of a table on demand; 0: none
    id: str = ""
    status: str = "ACTIVE"

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Described:
        """Of an answer of AWS's."""
        types = {each["AttributeName"]: each["AttributeType"] for each in told["AttributeDefinitions"]}
        on_demand = (told.get("BillingModeSummary") or {}).get("BillingMode") == "PAY_PER_REQUEST"
        capacity = (told.get("ProvisionedThroughput") or {}).get("ReadCapacityUnits", 0)
        limit = (told.get("OnDemandThroughput") or {}).get("MaxReadRequestUnits", 0)
        return cls(
            name=told["TableName"],
            arn=told["TableArn"],
            keys={each["AttributeName"]: types[each["AttributeName"]] for each in told["KeySchema"]},
            items=int(told.get("ItemCount") or 0),
            bytes=int(told.get("TableSizeBytes") or 0),
            capacity=0 if on_demand else int(capacity),
            limit=max(0, int(limit)),
            id=str(told.get("TableId", "")),
            status=told["TableStatus"],
        )

    def rate(self, asked: int | None) -> float | None:
        """Read units a second: what is asked for, or a quarter of what the table has; None: no limit."""
        if asked is not None:
            return asked or None
        there = self.capacity or min(self.limit or NEW_ON_DEMAND, NEW_ON_DEMAND)
        return max(1.0, there / SHARE)


@dataclass
class Estimate:
    """What can be told before. If everything differs, everything is read again."""

    calls: dict[str, int] = field(default_factory=dict)  # by operation
    units: int = 0  # read units, to begin with
    units_again: int = 0  # and so many more, if all differs
    seconds: float = 0.0  # at the rate, to begin with; client and network not counted
    dollars: float = 0.0
    dollars_again: float = 0.0
    time: str = ""
    price: str = ""

    def to_json(self) -> dict[str, Any]:
        """What the module returns."""
        return asdict(self)


def of_export(files: int, price: Cost) -> Estimate:
    """Of an export of one table as it is now, and of reading so many files of a backup."""
    return Estimate(
        calls={"GetObject": files, "ExportTableToPointInTime": 1},
        dollars=price.most or price.least,
        time="some minutes at least, however small the table is: AWS gives no figure for exports",
        price=price.text,
    )


def estimate(tables: list[Described], files: int, asked_rate: int | None) -> Estimate:
    """Of scans of tables, and of reading so many files of backups."""
    found = Estimate()
    if files:
        found.calls["GetObject"] = files
    for table in tables:
        _add(found, table, table.rate(asked_rate))
    found.time = _time(found, tables, asked_rate)
    found.price = _price(found, tables)
    return found


def _add(found: Estimate, table: Described, rate: float | None) -> None:
    """Reads that need not be consistent take half a unit; an item that is read alone takes one at least."""
    units = size.units(table.bytes, 2 * size.READ_UNIT_BYTES)  # without consistency it holds twice as much
    mean = table.bytes // max(1, table.items)
    again = table.items * size.units(mean, size.READ_UNIT_BYTES)
    found.units += units
    found.units_again += again
    found.seconds += units / rate if rate else 0.0
    if not table.capacity:
        price = PRICES["read"].dollars
        found.dollars += units * price
        found.dollars_again += again * price
    calls = {"Scan": table.bytes // PAGE_BYTES + 1, "BatchGetItem": -(-table.items // KEYS_A_CALL)}
    for name, number in calls.items():
        found.calls[name] = found.calls.get(name, 0) + number


def _time(found: Estimate, tables: list[Described], asked_rate: int | None) -> str:
    if not tables:
        return "as long as it takes to read the files"
    rates = [table.rate(asked_rate) for table in tables]
    if None in rates:
        return f"as fast as DynamoDB answers, without a limit, about {found.units:,} read units"
    at = " and ".join(f"{rate or 0:,.0f}" for rate in dict.fromkeys(rates))
    return f"about {_span(found.seconds)}, at {at} read units a second: it takes about {found.units:,}"


def _price(found: Estimate, tables: list[Described]) -> str:
    if not tables:
        return "nothing but the requests to S3"
    if all(table.capacity for table in tables):
        return "nothing beside the capacity that the table has anyway"
    price, first = PRICES["read"], _money(found.dollars)
    everything = _money(found.dollars + found.dollars_again)
    most = "also" if first == everything else f"or up to {everything}"
    unit = price.unit.partition(",")[0]
    return (
        f"{first}, {most} if everything differs and is read again, at ${price.dollars * 1_000_000:.3f} per "
        f"million {unit}s on demand in us-east-1 ({price.source})"
    )


def _money(dollars: float) -> str:
    return f"${dollars:,.2f}" if dollars >= 0.01 else "less than $0.01"


def _span(seconds: float) -> str:
    if seconds < 120:
        return "a second" if seconds <= 1 else f"{seconds:.0f} seconds"
    return f"{seconds / 60:,.0f} minutes" if seconds < 7200 else f"{seconds / 3600:,.1f} hours"
