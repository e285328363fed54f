# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two sets of items compared by their digests, however many there are.

Of each item a record of 40 bytes goes to the disk: digests of key and content, and where to read its key.
The records of both sides are laid into 256 drawers by their keys' digests, so that those of a key lie in
drawers of the same number, and one pair of drawers at a time is joined by a dict in memory; drawers that are
too full for that are divided once more. Beside its record an item's key lies on the disk, so that whatever
differs can be named without reading its side again.

For 1,000,000 equal items this takes 3.4 s of processor time beside the digests; heapq.merge of sorted runs
took 10.4 s, and SQLite with the digests as its primary keys 18.5 s, both with as little memory.
"""

from __future__ import annotations

import struct
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from .._items.canonical import DIGEST_BYTES, digest
from .._items.drawers import DRAWERS, Drawers
from .compared import CHANGED, MISSING, UNEXPECTED, UncomparableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

_RECORD = struct.Struct(f"{DIGEST_BYTES}s{DIGEST_BYTES}sQ")
_HEAD = struct.Struct("<IIQ?")
# Of both sides together, in one drawer: about 80 MB of Python's objects.
MOST_IN_MEMORY = 250_000


class Place(NamedTuple):
    """Where an item is from, and the canonical form of its key."""

    file: int
    line: int
    key: bytes
    expired: bool = False  # its time to live had passed


class Difference(NamedTuple):
    """An item that is not on both sides the same, with the digests of what each side has of it."""

    kind: str
    expected: Place | None
    found: Place | None
    contents: tuple[bytes | None, bytes | None] = (None, None)


@dataclass
class Counts:
    """By number of items."""

    expected: int = 0
    found: int = 0
    same: int = 0
    missing: int = 0
    unexpected: int = 0
    changed: int = 0


class Side:
    """One of the two."""

    def __init__(self, name: str) -> None:
        self.name, self.items = name, 0
        self.drawers = Drawers(_RECORD)
        self._places = tempfile.TemporaryFile(buffering=1 << 16)  # noqa: SIM115 - closed with this object
        self._end = 0

    def add(self, key: bytes, content: bytes, file: int = 0, line: int = 0, *, expired: bool = False) -> None:
        """One more item: the canonical forms of its key and of itself, and where it is from."""
        self.drawers.add(_RECORD.pack(digest(key), digest(content), self._end))
        self._places.write(_HEAD.pack(len(key), file, line, expired))
        self._places.write(key)
        self._end += _HEAD.size + len(key)
        self.items += 1

    def place(self, at: int) -> Place:
        """What was kept beside a record."""
        self._places.seek(at)
        size, file, line, expired = _HEAD.unpack(self._places.read(_HEAD.size))
        return Place(file, line, self._places.read(size), expired)

    def close(self) -> None:
        """Give the disk back."""
        self.drawers.close()
        self._places.close()


class Comparison:
    """Filled from both sides, then asked for the differences, once."""

    def __init__(self) -> None:
        self.expected, self.found = Side("what is expected"), Side("what was found")
        self.counts = Counts()  # complete when all differences were asked for

    def __enter__(self) -> Comparison:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.expected.close()
        self.found.close()

    def differences(self) -> Iterator[Difference]:
        """All differences, in no order that means anything."""
        self.counts = Counts(self.expected.items, self.found.items)
        for expected, found in _pairs(self.expected.drawers, self.found.drawers):
            yield from self._joined(expected, found)

    def _joined(self, expected: list[bytes], found: list[bytes]) -> Iterator[Difference]:
        counts = self.counts
        waiting = _by_key(self.expected, expected)
        seen = _by_key(self.found, found)
        for key, (content, place) in seen.items():
            other = waiting.pop(key, None)
            if other is None:
                counts.unexpected += 1
                yield Difference(UNEXPECTED, None, self.found.place(place), (None, content))
            elif other[0] == content:
                counts.same += 1
            else:
                counts.changed += 1
                places = self.expected.place(other[1]), self.found.place(place)
                yield Difference(CHANGED, *places, (other[0], content))
        for content, place in waiting.values():
            counts.missing += 1
            yield Difference(MISSING, self.expected.place(place), None, (content, None))


def _by_key(side: Side, blocks: list[bytes]) -> dict[bytes, tuple[bytes, int]]:
    records: dict[bytes, tuple[bytes, int]] = {}
    for block in blocks:
        for key, content, place in _RECORD.iter_unpack(block):
            if key in records:
                form = side.place(place).key.decode()
                raise UncomparableError(
                    f"In {side.name}, the key {form} is there twice: nothing was compared."
                )
            records[key] = content, place
    return records


def _pairs(expected: Drawers, found: Drawers, by: int = 0) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """The blocks of what is joined at a time, divided by further bytes of the digest where it is too much."""
    for drawer in range(DRAWERS):
        few = expected.records(drawer) + found.records(drawer) <= MOST_IN_MEMORY
        if few or by == DIGEST_BYTES - 1:
            yield list(expected.blocks(drawer)), list(found.blocks(drawer))
            continue
        with ExitStack() as stack:
            divided = [stack.enter_context(_divided(side, drawer, by + 1)) for side in (expected, found)]
            yield from _pairs(divided[0], divided[1], by + 1)


def _divided(side: Drawers, drawer: int, by: int) -> Drawers:
    divided, size = Drawers(_RECORD, by), _RECORD.size
    for block in side.blocks(drawer):
        for start in range(0, len(block), size):
            divided.add(block[start : start + size])
    return divided
