# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table's items as they were: what each write replaced, for as long as point-in-time recovery is on.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html

A write at the very moment that is asked for is part of that moment.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from ministack.services import dynamodb

Json = dict[str, Any]
Items = dict[Any, dict[Any, Json]]
_JOURNAL = "_journal"  # of a table of ministack's


class Write(NamedTuple):
    """When an item was written, and what had been there."""

    time: float
    partition: Any
    sort: Any
    before: Json | None


def install() -> None:
    """Every change of an item passes one of these two functions."""
    for name in ("_set_item", "_remove_item"):
        setattr(dynamodb, name, _noting(getattr(dynamodb, name)))


def _noting(change: Any) -> Any:
    def noting(table: Json, partition: Any, sort: Any, *item: Json) -> Any:
        before = change(table, partition, sort, *item)
        if (journal := table.get(_JOURNAL)) is not None:
            journal.append(Write(time.time(), partition, sort, before))
        return before

    return noting


def begin(table: Json) -> None:
    """Note the writes of the table from now on."""
    table.setdefault(_JOURNAL, [])


def end(table: Json) -> None:
    """Forget what was noted."""
    table.pop(_JOURNAL, None)


def items_at(table: Json, moment: float) -> Items:
    """The items at a moment since the journal began; nobody may change them."""
    items: Items = {partition: dict(rows) for partition, rows in table["items"].items()}
    for write in reversed(table.get(_JOURNAL, ())):
        if write.time <= moment:
            break
        rows = items.setdefault(write.partition, {})
        if write.before is None:
            rows.pop(write.sort, None)
        else:
            rows[write.sort] = write.before
    return {partition: rows for partition, rows in items.items() if rows}
