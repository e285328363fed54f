# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds digests that were given twice, however many there are: most are kept on the disk."""

from __future__ import annotations

import struct
import tempfile
from itertools import pairwise
from typing import TYPE_CHECKING

from .canonical import DIGEST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

_RECORD = struct.Struct(f"{DIGEST_BYTES}sIQ")
# By the first byte of a digest: one of them is sorted in memory at a time.
_DRAWERS = 256
_BUFFERED = 1 << 12


class Digests:
    """Digests, each with where it is from: the number of a file, and a line."""

    def __init__(self) -> None:
        self._waiting: list[bytearray] = [bytearray() for _drawer in range(_DRAWERS)]
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this object
        self._extents: list[list[tuple[int, int]]] = [[] for _drawer in range(_DRAWERS)]

    def __enter__(self) -> Digests:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, digest: bytes, file: int, line: int) -> None:
        """One more."""
        waiting = self._waiting[digest[0]]
        waiting += _RECORD.pack(digest, file, line)
        if len(waiting) >= _BUFFERED:
            self._extents[digest[0]].append((self._file.tell(), len(waiting)))
            self._file.write(waiting)
            waiting.clear()

    def twice(self) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Where a digest is from that was given before, and where it was then. It is asked last."""
        for drawer in range(_DRAWERS):
            records = sorted(_RECORD.iter_unpack(self._drawer(drawer)))
            for before, record in pairwise(records):
                if before[0] == record[0]:
                    yield (record[1], record[2]), (before[1], before[2])

    def _drawer(self, drawer: int) -> bytes:
        content = bytearray()
        for start, size in self._extents[drawer]:
            self._file.seek(start)
            content += self._file.read(size)
        return bytes(content + self._waiting[drawer])
