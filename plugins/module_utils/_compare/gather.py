# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compares a table with a backup, or two backups, item by item or by count alone.

The table is read by Scan, with strong consistency unless something else is asked for: twice the price, and
the result is exact as long as nobody writes. A comparison that could not be finished raises.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .._aws.dynamodb_items import ItemReads
from .._base.rate import Rate
from .._items.strict_json import loads_trusted
from . import sides
from .compared import CHANGED, Compared, Sample
from .comparison import Comparison
from .gather_scan import Scan
from .gather_sides import add_files, add_table, finished
from .samples import kept, key_of, sample, since
from .telling import Teller

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .._aws.client import Aws
    from .._items.size import Item
    from .._model.progress import Tell
    from .._points.formats.parts import Reading
    from .comparison import Difference

COUNTING = "counting the table"
# Fewer are read within a few calls.
FEW_ITEMS = 5_000


@dataclass(frozen=True)
class Options:
    """How things are compared."""

    content: bool = True  # False: items are only counted
    consistent: bool = True
    segments: int = 4  # of a table that is not small
    read_units_per_second: float | None = None
    samples: int = 10  # of each kind of difference, at most
    values: bool = False  # whether samples tell the values that differ


USUAL = Options()


def compare(
    aws: Aws,
    table: str,
    keys: Mapping[str, str],
    reading: Reading,
    tell: Tell,
    options: Options = USUAL,
) -> Compared:
    """The table against what is expected in it: its key attributes are given by name and type."""
    client = aws("dynamodb")
    with finished(table), Comparison() as comparison:
        if not options.content:
            expected = sides.count(reading)
            return _counted(_scan(client, table, expected, options), expected, tell)
        files = add_files(comparison.expected, keys, reading, tell)
        expected = comparison.expected.items
        add_table(comparison.found, keys, _scan(client, table, expected, options), expected, tell)
        differing = kept(comparison.differences(), options.samples)
        items = _expected(reading, files, differing)
        reads = ItemReads(client)
        samples = []
        for each in differing:
            now = loads_trusted(reads.get_item(table, loads_trusted(key_of(each)))).get("Item")
            told = sample(each, keys, files, (items.get(each), now), values=options.values)
            samples.append(replace(told, now=since(each, items.get(each), now)))
        return _compared(comparison, samples)


def compare_readings(
    expected: Reading, found: Reading, keys: Mapping[str, str], tell: Tell, options: Options = USUAL
) -> Compared:
    """Two backups of the same table."""
    if not options.content:
        return Compared(sides.count(expected), sides.count(found))
    with finished("the second backup"), Comparison() as comparison:
        files = add_files(comparison.expected, keys, expected, tell)
        others = add_files(comparison.found, keys, found, tell)
        differing = kept(comparison.differences(), options.samples)
        items = _expected(expected, files, differing)
        wanted = {
            each: (others[each.found.file], each.found.line)
            for each in differing
            if each.found and each.kind == CHANGED
        }
        again = sides.again(found, wanted.values())
        samples = []
        for each in differing:
            both = items.get(each), again.get(wanted.get(each, ("", 0)))
            samples.append(sample(each, keys, files, both, values=options.values))
        return _compared(comparison, samples)


def _counted(scan: Scan, expected: int, tell: Tell) -> Compared:
    teller = Teller(tell, COUNTING, expected)
    scan.read(lambda page: teller.more(page.count, page.bytes))
    teller.end()
    return Compared(expected, teller.items)


def _scan(client: Any, table: str, items: int, options: Options) -> Scan:
    return Scan(
        client,
        table,
        segments=options.segments if items >= FEW_ITEMS else 1,
        consistent=options.consistent,
        only_count=not options.content,
        rate=Rate(options.read_units_per_second),
    )


def _expected(
    reading: Reading, files: list[str], differences: Iterable[Difference]
) -> dict[Difference, Item]:
    """The items of a backup that are there, and other than expected."""
    places = {
        each: (files[each.expected.file], each.expected.line)
        for each in differences
        if each.expected and each.kind == CHANGED
    }
    found = sides.again(reading, places.values())
    return {each: found[place] for each, place in places.items()}


def _compared(comparison: Comparison, samples: Iterable[Sample]) -> Compared:
    counts = comparison.counts
    return Compared(
        counts.expected,
        counts.found,
        counts.same,
        counts.missing,
        counts.unexpected,
        counts.changed,
        tuple(samples),
    )
