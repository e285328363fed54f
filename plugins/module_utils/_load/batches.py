# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A backup as batches of items to be put, taken in turn from many of its files.

A file of an export is a range of hashes, and so is a segment of a scan: file after file would be one hot
partition after another. Lines of exports are passed on unparsed: {"Item": {...}} is what a request takes.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
"""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from .._items.strict_json import dumps_sorted
from .._points.formats.parts import passed_through

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._points.formats.parts import Part, Reading

Held = TypeVar("Held")

MOST_ITEMS = 25
# DynamoDB takes 16 MB. Each thread has a batch, and a copy of it as a request.
MOST_BYTES = 4 << 20
# A manifest may name its files in the order of their hashes.
AT_ONCE = 32


@dataclass(frozen=True)
class Batch:
    """Some items of one file, one after another; the last of a file may have none."""

    file: str
    lines: list[int]
    items: list[bytes]  # each {"Item": {...}}
    ends: bool  # the file is read to its end, and was what its manifest says

    @property
    def bytes(self) -> int:
        """Of its items."""
        return sum(map(len, self.items))


def in_turn(
    reading: Reading, written: Callable[[str], int | None], at_once: int = AT_ONCE
) -> Iterator[Batch]:
    """All batches, without those items of each file that are written; None if it is written to its end."""
    left = [(part, count) for part in _mixed(reading) if (count := written(part.name)) is not None]
    waiting = (_of_part(reading, part, count) for part, count in left)
    opened: deque[Iterator[Batch]] = deque()
    while True:
        opened.extend(islice(waiting, at_once - len(opened)))
        if not opened:
            break
        batch = next(opened[0], None)
        if batch is None:
            opened.popleft()
        else:
            opened.rotate(-1)
            yield batch
    if len(left) == len(reading.parts):
        reading.finish()  # what it checks needs all files


def identity(reading: Reading) -> str:
    """The same for the same files in the same format."""
    files = [[part.name, part.size] for part in _mixed(reading)]
    return hashlib.sha256(dumps_sorted([reading.format, files])).hexdigest()[:32]


def _mixed(reading: Reading) -> list[Part]:
    """Neighbours of each other are no neighbours here, and the order is always the same."""
    return sorted(reading.parts, key=lambda part: hashlib.sha256(part.name.encode()).digest())


def _of_part(reading: Reading, part: Part, skip: int) -> Iterator[Batch]:
    lines: list[int] = []
    items: list[bytes] = []
    size = 0
    for count, (line, item) in enumerate(_items(reading, part)):
        if count < skip:
            continue
        if len(items) == MOST_ITEMS or (items and size + len(item) > MOST_BYTES):
            size = 0
            yield Batch(part.name, _taken(lines), _taken(items), ends=False)
        lines.append(line)
        items.append(item)
        size += len(item)
    yield Batch(part.name, _taken(lines), _taken(items), ends=True)


def _taken(held: list[Held]) -> list[Held]:
    """The content of a list, which is empty afterwards: a file that waits for its turn holds no items."""
    content = held[:]
    held.clear()
    return content


def _items(reading: Reading, part: Part) -> Iterator[tuple[int, bytes]]:
    if reading.passes_through:
        return passed_through(part)
    return ((entry.line, b'{"Item":' + dumps_sorted(entry.item) + b"}") for entry in part.entries())
