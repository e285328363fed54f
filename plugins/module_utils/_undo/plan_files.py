# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The files of a plan: planned changes as lines (change.py), gzipped, each file small enough for the memory.

plan/ has what is to be written, conflicts/ what others changed since, skipped/ what would expire at once. All
changes of a partition key lie one after another, in the order of the sort key.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .change import of_planned_line, planned_line
from .rule import CONFLICT, DELETE, EXPIRED, PUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .change import Planned

PLAN, CONFLICTS, SKIPPED = "plan", "conflicts", "skipped"
# Where each action stands. What is as it was before stands nowhere.
GROUPS = {PUT: PLAN, DELETE: PLAN, CONFLICT: CONFLICTS, EXPIRED: SKIPPED}
# Of a file, unpacked. A line has three images at most, of 400 KB by DynamoDB's rules each.
MOST_ITEMS, MOST_BYTES = 10_000, 16 << 20
# gzip's third level takes half the time of its sixth, and a tenth more room.
_LEVEL = 3
_GZIP = zlib.MAX_WBITS + 16


class PartError(ValueError):
    """A file that is not the one that the plan names."""


@dataclass(frozen=True)
class PartFile:
    """A file of a plan."""

    key: str  # of the object in the store's bucket
    group: str  # PLAN, CONFLICTS or SKIPPED
    items: int
    bytes: int  # as it is stored
    sha256: str  # of its bytes as they are stored, in hexadecimal digits


class Parts:
    """Writes the files of one group: each is given to `keep` when it is full, with its content."""

    def __init__(
        self, folder: str, group: str, keep: Callable[[PartFile, bytes], None], suffix: str = ""
    ) -> None:
        """`suffix` keeps apart the files of several writers, such as -7."""
        self._folder, self._group, self._keep, self._suffix = folder, group, keep, suffix
        self.files: list[PartFile] = []
        self._begin()

    def add(self, planned: Planned) -> None:
        """One more."""
        self.add_line(planned_line(planned))

    def add_line(self, line: bytes) -> None:
        """The same of anything, with its line feed."""
        if self._items == MOST_ITEMS or (self._items and self._size + len(line) > MOST_BYTES):
            self.end()
        self._content += self._gzip.compress(line)
        self._items += 1
        self._size += len(line)

    def end(self) -> None:
        """The last file; it is called when all have been added."""
        if not self._items:
            return
        content = bytes(self._content + self._gzip.flush())
        key = f"{self._folder}{self._group}/{len(self.files):05d}{self._suffix}.jsonl.gz"
        digest = hashlib.sha256(content).hexdigest()
        self.files.append(PartFile(key, self._group, self._items, len(content), digest))
        self._begin()
        self._keep(self.files[-1], content)

    def _begin(self) -> None:
        self._items = self._size = 0
        self._content = bytearray()
        # Its header has no time in it, so that the same plan has the same bytes.
        self._gzip = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)


def planned_of(file: PartFile, content: bytes) -> Iterator[Planned]:
    """The planned changes of a file; PartError, before the first, if it is not the file that was written."""
    return _read(file, lines_of(file, content))


def lines_of(file: PartFile, content: bytes) -> Iterator[bytes]:
    """The same as its lines are; what they say is not looked at."""
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise PartError(f"{file.key} is not the file that the plan names: its SHA-256 is another")
    return _lines(file, content)


def _lines(file: PartFile, content: bytes) -> Iterator[bytes]:
    count = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            for line in stream:
                count += 1
                yield line
    except (OSError, EOFError, zlib.error) as error:
        raise PartError(f"{file.key}, line {count + 1}: it cannot be read ({error!r})") from error
    if count != file.items:
        raise PartError(f"{file.key} has {count} items, and the plan says {file.items}")


def _read(file: PartFile, lines: Iterator[bytes]) -> Iterator[Planned]:
    for number, line in enumerate(lines, 1):
        try:
            planned = of_planned_line(line)
        except (KeyError, ValueError, TypeError) as error:
            raise PartError(f"{file.key}, line {number}: it cannot be read ({error!r})") from error
        if GROUPS.get(planned.action) != file.group:
            raise PartError(f"{file.key}, line {number}: {planned.action!r} has no place in it")
        yield planned
