# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Items that differ, kept on the disk until both of their images are read, however many there are.

Images are read in the order of files, and what differs is found in another: SQLite, of Python's own library,
brings both together.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .._items.canonical import differing
from .._items.strict_json import dumps_sorted, loads_trusted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._items.size import Item

EXPECTED, FOUND = 0, 1
# Names of files are kept once; a row tells their number and the line. An image is JSON.
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -32768;
CREATE TABLE differing (
    id INTEGER PRIMARY KEY, kind TEXT, key BLOB, file0 INTEGER, line0 INTEGER, file1 INTEGER, line1 INTEGER
);
CREATE TABLE image0 (id INTEGER PRIMARY KEY, item BLOB);
CREATE TABLE image1 (id INTEGER PRIMARY KEY, item BLOB);
"""
_PUT = "INSERT INTO image0 VALUES (?, ?)", "INSERT INTO image1 VALUES (?, ?)"
_INDEX = (
    "CREATE INDEX place0 ON differing (file0, line0)",
    "CREATE INDEX place1 ON differing (file1, line1)",
)
_LINES = (
    "SELECT line0, id FROM differing WHERE file0 = ? ORDER BY line0",
    "SELECT line1, id FROM differing WHERE file1 = ? ORDER BY line1",
)
_PLACED = "SELECT count(file0) FROM differing", "SELECT count(file1) FROM differing"
_ADD = "INSERT INTO differing VALUES (?, ?, ?, ?, ?, ?, ?)"
_ALL = """
SELECT kind, key, file0, line0, image0.item, image1.item FROM differing
LEFT JOIN image0 USING (id) LEFT JOIN image1 USING (id) ORDER BY differing.id
"""
Place = tuple[int, int]  # the number of a file, and a line


class Differing(NamedTuple):
    """An item that differs, with what both sides have of it."""

    kind: str
    key: Item
    expected: Item | None
    found: Item | None
    file: str = ""  # where it is expected from, if it is
    line: int = 0

    @property
    def attributes(self) -> tuple[str, ...]:
        """The names of those that differ, of what is on both sides."""
        both = self.expected is not None and self.found is not None
        return differing(self.expected or {}, self.found or {}) if both else ()


class Kept:
    """Items that differ, in the order in which they were found."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "differing.sqlite", isolation_level=None)
        self._database.executescript(_TABLES)
        self._database.execute("BEGIN")
        self.items = 0

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def add(
        self, kind: str, key: bytes, places: tuple[Place | None, Place | None],
        images: tuple[Item | None, Item | None],
    ) -> None:  # fmt: skip
        """One more, with the images that are known already."""
        self.items += 1
        columns = [column for place in places for column in (place or (None, None))]
        self._database.execute(_ADD, (self.items, kind, key, *columns))
        for side, image in enumerate(images):
            if image is not None:
                self.put(side, self.items, image)

    def put(self, side: int, number: int, image: Item) -> None:
        """What a side has of an item."""
        self._database.execute(_PUT[side], (number, dumps_sorted(image)))

    def index(self, side: int) -> int:
        """Bring the places of a side in order, before they are asked for; returned is how many there are."""
        self._database.execute(_INDEX[side])
        (placed,) = self._database.execute(_PLACED[side]).fetchone()
        return int(placed)

    def lines(self, side: int, file: int) -> Iterator[tuple[int, int]]:
        """The lines of a file that something is wanted from, in order, each with the item's number."""
        yield from self._database.execute(_LINES[side], (file,))

    def all(self, files: Iterable[str]) -> Iterator[Differing]:
        """Everything, with the names of the files that items are expected from."""
        names = list(files)
        for kind, key, file, line, expected, found in self._database.execute(_ALL):
            yield Differing(
                kind,
                loads_trusted(key),
                None if expected is None else loads_trusted(expected),
                None if found is None else loads_trusted(found),
                "" if file is None or not names else names[file],
                line or 0,
            )


@contextmanager
def keeping() -> Iterator[Kept]:
    """On the disk, for as long as this is open."""
    with tempfile.TemporaryDirectory(prefix="tablekeeper-") as folder:
        kept = Kept(Path(folder))
        try:
            yield kept
        finally:
            kept.close()
