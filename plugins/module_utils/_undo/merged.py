# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Changes of an incident, brought together by key and in order, however many there are: they are on the disk.

SQLite, of Python's own library, sorts on the disk with as much memory as it is told.
"""

from __future__ import annotations

import errno
import sqlite3
import tempfile
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from .._items.key_order import key_order
from .._items.strict_json import dumps_sorted
from .told import Told, change_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._items.size import Item
    from .change import Change

_PREPARE = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -32768;
CREATE TABLE told (partition BLOB, sort BLOB, at INTEGER, key BLOB, old BLOB, new BLOB);
"""
_ADD = "INSERT INTO told VALUES (?, ?, ?, ?, ?, ?)"
_ALL = "SELECT partition, sort, at, key, old, new FROM told ORDER BY partition, sort, at"
_WHOSE = itemgetter(0, 1)


class DiskFullError(Exception):
    """There is no room for what is to be sorted; a sentence."""


class Merged:
    """Filled with what exports tell, then asked for the changes, once."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._database = sqlite3.connect(folder / "changes.sqlite", isolation_level=None)
        self._database.executescript(_PREPARE)
        self._database.execute("BEGIN")
        self.told = 0

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def add(self, at: int, key: Item, old: Item | None, new: Item | None) -> None:
        """What is told of an item. `at` is LEAD, TRAIL or WINDOW with the window's number added."""
        partition, sort = key_order(key, self._names)
        images = (None if each is None else dumps_sorted(each) for each in (old, new))
        self._database.execute(_ADD, (partition, sort, at, dumps_sorted(key), *images))
        self.told += 1

    def changes(self) -> Iterator[Change]:
        """What differs at the end from what was before: those of a partition key together, in its order."""
        for _whose, rows in groupby(self._database.execute(_ALL), _WHOSE):
            change = change_of([Told(*row[2:]) for row in rows])
            if change:
                yield change


@contextmanager
def merging(names: Sequence[str]) -> Iterator[Merged]:
    """On the disk, for as long as this is open; DiskFullError if it has no room."""
    try:
        with tempfile.TemporaryDirectory(prefix="tablekeeper-") as folder:
            merged = Merged(Path(folder), names)
            try:
                yield merged
            finally:
                merged.close()
    except (OSError, sqlite3.Error) as error:
        if getattr(error, "errno", None) != errno.ENOSPC and "is full" not in str(error):
            raise
        raise DiskFullError(
            f"The disk is full ({tempfile.gettempdir()}): what the incident changed is sorted there, which "
            "takes twice the bytes of all its images. Let TMPDIR name a folder with more room."
        ) from None
