# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Records of one size on the disk, apart by one of their bytes: any number of them in a few MiB of memory.

What is to be found twice, or on both sides, lies in drawers of the same number, and one drawer at a time fits
into memory. Digests fill all drawers alike.
"""

from __future__ import annotations

import tempfile
from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import struct
    from collections.abc import Iterator
    from types import TracebackType

DRAWERS = 256
# What a drawer holds in memory before it is written.
_BLOCK_BYTES = 1 << 14


class Drawers:
    """Records that begin with a digest."""

    def __init__(self, record: struct.Struct, by: int = 0) -> None:
        self.record, self._by = record, by
        self._block = _BLOCK_BYTES // record.size * record.size
        self._waiting = [bytearray() for _drawer in range(DRAWERS)]
        self._blocks = [array("Q") for _drawer in range(DRAWERS)]
        self._end = 0
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed with this object

    def __enter__(self) -> Drawers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()

    def add(self, record: bytes) -> None:
        """One more."""
        number = record[self._by]
        waiting = self._waiting[number]
        waiting += record
        if len(waiting) >= self._block:
            self._blocks[number].append(self._end)
            self._write(waiting)
            waiting.clear()

    def records(self, number: int) -> int:
        """How many records a drawer has."""
        held = len(self._blocks[number]) * self._block + len(self._waiting[number])
        return held // self.record.size

    def blocks(self, number: int) -> Iterator[bytes]:
        """The records of a drawer, many at a time. It is asked when all have been added."""
        for start in self._blocks[number]:
            self._file.seek(start)
            yield self._read()
        yield bytes(self._waiting[number])

    def _write(self, content: bytearray) -> None:
        """All of it: an unbuffered file may take a part only."""
        left = memoryview(bytes(content))
        self._file.seek(self._end)
        while left:
            left = left[self._file.write(left) :]
        self._end += self._block

    def _read(self) -> bytes:
        content = bytearray()
        while len(content) < self._block:
            more = self._file.read(self._block - len(content))
            if not more:
                raise EOFError("a file of our own was cut")
            content += more
        return bytes(content)
