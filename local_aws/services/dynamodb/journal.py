# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table's items as they were: what each write replaced, for as long as point-in-time recovery is on.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html

A write at the very moment that is asked for is part of that moment. Of a window its first moment is a part,
and its last is not. What a window changed is found among the writes alone: the table is not copied.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from ministack.services import dynamodb

if TYPE_CHECKING:
    from collections.abc import KeysView

Json = dict[str, Any]
Items = dict[Any, dict[Any, Json]]
Key = tuple[Any, Any]  # partition, sort
SETS = ("SS", "NS", "BS")
_JOURNAL = "_journal"  # of a table of ministack's


class Journal(list["Write"]):
    """Writes in the order of their times; the copy of a table, which a replica is, has none."""

    def __deepcopy__(self, _memo: Json) -> None:
        return None


class Write(NamedTuple):
    """When an item was written, and what had been there."""

    time: float
    partition: Any
    sort: Any
    before: Json | None


class Change(NamedTuple):
    """An item just before a window and at its end: two images that differ, or one that is missing."""

    partition: Any
    sort: Any
    before: Json | None
    after: Json | None
    written: float  # when it was written last within the window


def install() -> None:
    """Every change of an item passes one of these two functions."""
    for name in ("_set_item", "_remove_item"):
        setattr(dynamodb, name, _noting(getattr(dynamodb, name)))


def _noting(change: Any) -> Any:
    def noting(table: Json, partition: Any, sort: Any, *item: Json) -> Any:
        before = change(table, partition, sort, *item)
        if (journal := table.get(_JOURNAL)) is not None:
            # In order, whichever thread was faster: windows are found by halving.
            now = max(time.time(), journal[-1].time) if journal else time.time()
            journal.append(Write(now, partition, sort, before))
        return before

    return noting


def begin(table: Json) -> None:
    """Note the writes of the table from now on."""
    if table.get(_JOURNAL) is None:
        table[_JOURNAL] = Journal()


def end(table: Json) -> None:
    """Forget what was noted."""
    table.pop(_JOURNAL, None)


def items_at(table: Json, moment: float) -> Items:
    """The items at a moment since the journal began; nobody may change them."""
    items: Items = {partition: dict(rows) for partition, rows in table["items"].items()}
    for write in reversed(table.get(_JOURNAL) or ()):
        if write.time <= moment:
            break
        rows = items.setdefault(write.partition, {})
        if write.before is None:
            rows.pop(write.sort, None)
        else:
            rows[write.sort] = write.before
    return {partition: rows for partition, rows in items.items() if rows}


def changes(table: Json, begin: float, end: float) -> list[Change]:
    """The items that [begin, end) left otherwise than it found them, in the order of their first writes."""
    journal: list[Write] = table.get(_JOURNAL) or []
    first, later = (bisect_left(journal, moment, key=lambda write: write.time) for moment in (begin, end))
    found: dict[Key, tuple[Json | None, float]] = {}
    for write in islice(journal, first, later):
        key = (write.partition, write.sort)
        found[key] = (found[key][0] if key in found else write.before, write.time)
    ends = _at_end(table, journal, later, found.keys())
    return [
        Change(*key, before, ends[key], written)
        for key, (before, written) in found.items()
        if not same(before, ends[key])
    ]


def _at_end(table: Json, journal: list[Write], later: int, keys: KeysView[Key]) -> dict[Key, Json | None]:
    """The items before the writes from ``later`` on: what the next one replaced, or what is there now."""
    found: dict[Key, Json | None] = {}
    for write in islice(journal, later, None):
        if len(found) == len(keys):
            break
        key = (write.partition, write.sort)
        if key in keys and key not in found:
            found[key] = write.before
    now = table["items"]
    return {key: found[key] if key in found else now.get(key[0], {}).get(key[1]) for key in keys}


def same(one: Json | None, other: Json | None) -> bool:
    """Are these the same item? The order in a set says nothing; numbers were made alike when written."""
    if one is None or other is None:
        return one is other
    return one == other or _ordered(one) == _ordered(other)


def _ordered(value: Any) -> Any:
    if isinstance(value, list):
        return [_ordered(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: sorted(each) if name in SETS and isinstance(each, list) else _ordered(each)
        for name, each in value.items()
    }
