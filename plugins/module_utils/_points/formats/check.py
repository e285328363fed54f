# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pass before the first write: everything is read once, and what cannot be restored is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..._items.canonical import key_digest
from ..._items.distinct import Digests
from ..._items.size import item_size
from .source import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .parts import Reading
    from .source import Entry

KEY_BYTES = 2048  # of a partition key; half of it of a sort key, which is left to DynamoDB


@dataclass(frozen=True)
class Totals:
    """What was counted."""

    items: int
    bytes: int  # by DynamoDB's rules
    largest: int


def checked(reading: Reading, keys: Mapping[str, str] | None = None) -> Totals:
    """Read everything, write nothing: UnreadableError with file and line if anything cannot be restored.

    With the table's keys, names with their types, each item must have them, and no two items the same.
    """
    items = total = largest = 0
    with Digests() as digests:
        files: dict[str, int] = {}
        for entry in reading.entries():
            items += 1
            total += entry.size
            largest = max(largest, entry.size)
            if keys:
                _require_keys(entry, keys)
                file = files.setdefault(entry.file, len(files))
                digests.add(key_digest(entry.item, keys), file, entry.line)
        names = list(files)
        for (file, line), (other, before) in digests.twice():
            also = f"{names[other]}, line {before}"
            raise UnreadableError(f"its key is there twice: also in {also}", names[file], line)
    return Totals(items, total, largest)


def _require_keys(entry: Entry, keys: Mapping[str, str]) -> None:
    for name, kind in keys.items():
        value = entry.item.get(name)
        if value is None or kind not in value:
            why = f"it has no attribute {name!r} of the type {kind}, which is a key of the table"
        elif not value[kind]:
            why = f"its key {name!r} is empty"
        elif item_size({name: value}) - len(name.encode()) > KEY_BYTES:
            why = f"its key {name!r} has more than {KEY_BYTES:,} bytes"
        else:
            continue
        raise UnreadableError(why, entry.file, entry.line)
