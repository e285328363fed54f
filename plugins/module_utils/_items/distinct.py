# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds digests that were given twice, however many there are: most are kept on the disk."""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import TYPE_CHECKING

from .canonical import DIGEST_BYTES
from .drawers import DRAWERS, Drawers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

_RECORD = struct.Struct(f"{DIGEST_BYTES}sIQ")


class Digests:
    """Digests, each with where it is from: the number of a file, and a line."""

    def __init__(self) -> None:
        self._drawers = Drawers(_RECORD)

    def __enter__(self) -> Digests:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drawers.close()

    def add(self, digest: bytes, file: int, line: int) -> None:
        """One more."""
        self._drawers.add(_RECORD.pack(digest, file, line))

    def twice(self) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Where a digest is from that was given before, and where it was then. It is asked last."""
        for drawer in range(DRAWERS):
            records = sorted(_RECORD.iter_unpack(b"".join(self._drawers.blocks(drawer))))
            for before, record in pairwise(records):
                if before[0] == record[0]:
                    yield (record[1], record[2]), (before[1], before[2])
