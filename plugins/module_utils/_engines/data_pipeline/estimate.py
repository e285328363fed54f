# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long a cluster takes for its tables and what that costs, told before anything is made.

The hours are an estimate: what is assumed has a name here or among the settings. Measure and correct it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..._base.durations import DAY, words
from ..._model.prices import AS_OF, CLASSIC_RUN, FREQUENT_ACTIVITY, NODES, PRICES
from ..planning import Estimate
from .pipelines import MOST_PIPELINES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

GB = 2**30
# Assumed: until a cluster takes its first step, and what each step takes beside reading.
BOOT_HOURS = 0.2
STEP_HOURS = 1 / 60
# A read capacity unit is two eventually consistent reads of 4 KB a second.
_BYTES_PER_UNIT = 2 * 4096
# The export tool assumes this capacity of a table on demand (DynamoDBConstants of emr-dynamodb-connector).
_ON_DEMAND_UNITS = 40_000
_DAYS_PER_MONTH = 30.4
_CLASSIC = (
    f"The classic template's cluster for each table is $ {CLASSIC_RUN:.2f} a run, without reads and fee."
)


@dataclass(frozen=True)
class Reading:
    """What it takes to read one table."""

    name: str
    gb: float
    read_capacity: int
    ratio: float
    hours: float
    cluster: float | None  # dollars, as the others
    reads: float
    fee: float

    @property
    def dollars(self) -> float | None:
        """A run of this table; None if the price of the cluster is not known."""
        return None if self.cluster is None else self.cluster + self.reads + self.fee

    @property
    def told(self) -> str:
        """The table and its speed, in words."""
        capacity = f"its {self.read_capacity:,} provisioned read capacity units"
        source = capacity if self.read_capacity else "what the export tool assumes of a table on demand"
        return f"{self.name}: {self.gb:,.1f} GB at {self.ratio:.2f} of {source} take {self.hours:,.1f} hours"


def gb_per_hour(ratio: float, read_capacity: int, cluster: float) -> float:
    """How fast a table can be read: as its capacity allows, and no faster than the cluster."""
    units = read_capacity or _ON_DEMAND_UNITS
    return min(units * ratio * _BYTES_PER_UNIT * 3600 / GB, cluster)


def cluster_price(settings: Mapping[str, Any]) -> float | None:
    """Dollars for an hour of a cluster; None if a price of its nodes is not known."""
    master, core = (NODES.get(settings[f"{kind}_instance_type"]) for kind in ("master", "core"))
    return master.dollars + core.dollars * settings["core_count"] if master and core else None


def estimate(
    stacks: Sequence[Mapping[str, Any]], settings: Mapping[str, Any], known: Mapping[str, Any] | None
) -> Estimate:
    """Time and price of the clusters of stacks (as data), and why they must not be made.

    Of the account are known the tables' sizes and the names of its pipelines; without them, as when nothing
    was asked of AWS, the parts of each price are told.
    """
    pipelines = [(each, _tables(stack, each)) for stack in stacks for each in stack["own"]["pipelines"]]
    if not pipelines:
        return Estimate()
    if known is None:
        return Estimate(_parts(pipelines, settings))
    sizes = {each["name"]: each for each in known["tables"]}
    read = [(each, [_reading(table, sizes, each, settings) for table in held]) for each, held in pipelines]
    late = [problem for pipeline, readings in read for problem in _late(pipeline, readings, settings)]
    return Estimate(
        _costs(read, settings),
        [*late, *crowded({each["name"] for each, _held in pipelines}, known["pipelines"])],
    )


def crowded(planned: Collection[str], names: Iterable[str]) -> list[str]:
    """Whether the account has room for the plan's new pipelines: those they replace go only afterwards."""
    standing = list(names)  # AWS lets several have the same name
    new = len(set(planned).difference(standing))
    if not new or len(standing) + new <= MOST_PIPELINES:
        return []
    full = (
        f"The account has {len(standing)} pipelines and the plan makes {new}, and AWS allows {MOST_PIPELINES}"
    )
    return [f"{full}: let more tables share a schedule, delete pipelines of no use, or ask AWS for more."]


def _tables(stack: Mapping[str, Any], pipeline: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [table for table in stack["tables"] if table["name"] in pipeline["tables"]]


def _reading(
    table: Mapping[str, Any],
    known: Mapping[str, Mapping[str, Any]],
    pipeline: Mapping[str, Any],
    settings: Mapping[str, Any],
) -> Reading:
    size = known[table["name"]]
    gb, units, price = size["bytes"] / GB, size["read_capacity"], cluster_price(settings)
    hours = STEP_HOURS + gb / gb_per_hour(table["own"]["read_ratio"], units, settings["gb_per_hour"])
    share = hours + BOOT_HOURS / len(pipeline["tables"])
    return Reading(
        name=table["name"],
        gb=gb,
        read_capacity=units,
        ratio=table["own"]["read_ratio"],
        hours=hours,
        cluster=None if price is None else price * share,
        reads=0 if units else gb * _read_dollars(),
        fee=_fee(pipeline["every"]),
    )


def _read_dollars() -> float:
    """For each GB, eventually consistent."""
    return GB / 4096 / 2 * PRICES["read"].dollars


def _fee(every: int) -> float:
    """A run's share of what AWS Data Pipeline asks for an activity and month; more than daily costs more."""
    price = PRICES["activity"] if every >= DAY else FREQUENT_ACTIVITY
    return price.dollars * every / (_DAYS_PER_MONTH * DAY)


def _late(pipeline: Mapping[str, Any], readings: list[Reading], settings: Mapping[str, Any]) -> Iterator[str]:
    hours, limit = BOOT_HOURS + sum(each.hours for each in readings), pipeline["limit"]
    if hours <= limit:
        return
    ends = "terminate_after of tablekeeper_data_pipeline"
    if settings["terminate_after_hours"] > limit:
        ends = f"every of its tables ({words(pipeline['every'])}), after which the next run starts"
    slowest = max(readings, key=lambda each: each.hours)
    yield (
        f"{pipeline['name']} would take about {hours:,.1f} hours for {len(readings)} "
        f"{'table' if len(readings) == 1 else 'tables'}, and its cluster is stopped after {limit} ({ends}). "
        f"Most of it is {slowest.told}. Give {slowest.name} more read capacity or a larger read_ratio, "
        f"write engine: export for it, or allow more time."
    )


def _costs(read: list[tuple[Mapping[str, Any], list[Reading]]], settings: Mapping[str, Any]) -> list[str]:
    heads = ["$ a run", "GB", "hours", "cluster", "reads", "fee", "sum", "a cluster of its own"]
    rows = []
    for pipeline, readings in read:
        for each in readings:
            parts = (each.cluster, each.reads, each.fee, each.dollars, CLASSIC_RUN)
            rows.append([each.name, f"{each.gb:,.1f}", f"{each.hours:,.2f}", *map(_money, parts)])
        hours = BOOT_HOURS + sum(each.hours for each in readings)
        known = [each.dollars for each in readings if each.dollars is not None]
        total = _money(sum(known) if len(known) == len(readings) else None)
        rows.append([f"= {pipeline['name']}", "", f"{hours:,.2f}", "", "", "", total, ""])
    return [*_aligned(heads, rows), _CLASSIC, *_basis(settings)]


def _parts(
    pipelines: list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]], settings: Mapping[str, Any]
) -> list[str]:
    price, rows = cluster_price(settings), []
    heads = ["pipeline", "tables", "$ a run and table", "$ a GB", "$ a GB on demand"]
    for pipeline, tables in pipelines:
        count = len(tables)
        fixed = None if price is None else price * (BOOT_HOURS / count + STEP_HOURS)
        each = None if price is None else price / settings["gb_per_hour"]
        rows.append(
            [
                pipeline["name"],
                str(count),
                _money(None if fixed is None else fixed + _fee(pipeline["every"])),
                _money(each),
                _money(None if each is None else each + _read_dollars()),
            ]
        )
    unknown = "The sizes of the tables are not known here, since nothing was asked of AWS."
    return [*_aligned(heads, rows), unknown, _CLASSIC, *_basis(settings)]


def _basis(settings: Mapping[str, Any]) -> list[str]:
    price = cluster_price(settings)
    cost = "of which no price is known here" if price is None else f"at $ {price:.3f} an hour"
    nodes = (
        f"1 {settings['master_instance_type']} and {settings['core_count']} {settings['core_instance_type']}"
    )
    speed = f"{settings['gb_per_hour']} GB an hour (gb_per_hour of tablekeeper_data_pipeline)"
    return [
        f"Prices are those of us-east-1 of {AS_OF}, for {nodes} {cost}. Storage is not in it.",
        f"Assumed: {BOOT_HOURS * 60:.0f} minutes to begin, {STEP_HOURS * 60:.0f} for each table, {speed}.",
    ]


def _money(dollars: float | None) -> str:
    if dollars is None:
        return "?"
    return f"{dollars:,.2f}" if dollars >= 0.995 else f"{dollars:.4f}"


def _aligned(heads: list[str], rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = [heads, *rows]
    return [
        "  ".join(
            cell.ljust(width) if number == 0 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
