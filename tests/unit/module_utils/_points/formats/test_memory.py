# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is held in memory does not grow with a file."""

from __future__ import annotations

import io
import tracemalloc
from itertools import chain, repeat
from typing import TYPE_CHECKING, BinaryIO, cast

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import check, read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.source import (
    Object,
    Source,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ITEMS, TEXT = 600, b"x" * 100_000
MOST = 30 << 20  # of about 60 MB


class _Endless(io.RawIOBase):
    """A file that is made while it is read."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        super().__init__()
        self._pieces: Iterator[bytes] = iter(pieces)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        self._left = self._left or next(self._pieces, b"")
        chunk, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(chunk)] = chunk
        return len(chunk)


ITEM = b'{"pk":{"S":"' + TEXT + b'"}}'
PAGE = (b'{"Items":[', *repeat(ITEM + b",", ITEMS - 1), ITEM, b'],"Count":%d}' % ITEMS)


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param(PAGE, id="one long line"),
        pytest.param(tuple(chain.from_iterable((ITEM, b"\n") for _item in range(ITEMS))), id="lines"),
    ],
)
def test_it_is_bounded(pieces: tuple[bytes, ...]) -> None:
    source = Source("x", (Object("x.json", 1),), lambda _name: cast("BinaryIO", _Endless(pieces)))
    tracemalloc.start()
    try:
        totals = check.checked(read.open_backup(source))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert totals.items == ITEMS
    assert totals.bytes == ITEMS * (len(TEXT) + 2)
    assert peak < MOST
