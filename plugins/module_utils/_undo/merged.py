# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Changes of an incident, brought together by key and in order, however many there are: they are on the disk.

An incident of more than a day is told by several windows, one after the other: the first one's old image is
what was before, the last one's new image what was at the end. One of less than 15 minutes is a part of its
window; what else is in there is told by a second export, which ends where the incident begins (LEAD) or
begins where it ends (TRAIL). See _exports/windows.py.

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
from typing import TYPE_CHECKING, NamedTuple

from .._items.canonical import content_digest
from .._items.key_order import key_order
from .._items.strict_json import dumps_sorted, loads_trusted
from .change import Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._items.size import Item

# In the order of time. Windows of a chain are WINDOW, WINDOW + 1 and so on.
LEAD, WINDOW, TRAIL = 0, 1, 1 << 20
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


class _Told(NamedTuple):
    """What one export tells of an item."""

    at: int
    key: bytes
    old: bytes | None
    new: bytes | None


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
            change = _change([_Told(*row[2:]) for row in rows])
            if change:
                yield change


def _change(told: Sequence[_Told]) -> Change | None:
    before, incident = _images(told)
    if before == incident:
        return None
    change = Change(loads_trusted(told[0].key), _item(before), _item(incident))
    if change.before is None or change.incident is None:
        return change
    # Sets may be in another order, and numbers spelled otherwise.
    return None if content_digest(change.before) == content_digest(change.incident) else change


def _images(told: Sequence[_Told]) -> tuple[bytes | None, bytes | None]:
    """Before the incident, and at its end.

    What only the lead tells is as it was at the lead's begin again when the incident ended: the window, which
    begins with the lead, tells no change of it. In the same way what only the trail tells was at the begin of
    the incident as it was at the trail's end.
    """
    windows = [each for each in told if LEAD < each.at < TRAIL]
    lead = told[0] if told[0].at == LEAD else None
    trail = told[-1] if told[-1].at == TRAIL else None
    if lead:
        return lead.new, windows[-1].new if windows else lead.old
    if trail:
        return windows[0].old if windows else trail.new, trail.old
    return windows[0].old, windows[-1].new


def _item(image: bytes | None) -> Item | None:
    return None if image is None else loads_trusted(image)


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
