# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How far a backup is written, file by file: what a journal keeps, and what a resumed load leaves out.

Batches of a file end in any order. Only what has nothing unfinished before it counts: the rest is written
again after a kill, which changes nothing, as putting an item twice leaves one.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from operator import index
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .batches import Batch

VERSION = 1
DAMAGED = (
    "The journal of the load is damaged: what the table holds is not known. Delete the table and the "
    "journal, and restore it again."
)


class OtherLoadError(Exception):
    """A journal that belongs to something else, or is damaged."""


@dataclass
class Begun:
    """A batch that is being written."""

    batch_items: int
    batch_bytes: int
    ends: bool
    done: bool = False


class Written:
    """Told of each batch when it begins, in the order of the file, and when it is written.

    Which table and which backup it is are short texts; a table that was deleted and made anew is another.
    """

    def __init__(self, table: str, backup: str) -> None:
        self._table, self._backup = table, backup
        self._lock = threading.Lock()
        self._files: dict[str, int] = {}  # how many items of each
        self._whole: set[str] = set()
        self._begun: dict[str, deque[Begun]] = defaultdict(deque)
        self.items = self.bytes = 0
        self.units = 0.0

    def resume(self, document: Any) -> None:
        """Go on from what a journal tells, if there is one. That of another table says nothing of this."""
        if document is None:
            return
        if not isinstance(document, dict):
            raise OtherLoadError(DAMAGED)
        if document.get("table") != self._table:
            return
        if document.get("version") != VERSION or document.get("backup") != self._backup:
            raise OtherLoadError(
                "The journal is that of another backup, or of another version of this collection: what the "
                "table holds is not known. Delete the table, and restore it again."
            )
        try:
            self._files = {file: index(count) for file, count in document["files"].items()}
            self._whole = {*document["whole"]}
            self.items, self.bytes = index(document["items"]), index(document["bytes"])
            self.units = float(document["units"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise OtherLoadError(DAMAGED) from error

    def document(self) -> dict[str, Any]:
        """What resume() takes."""
        with self._lock:
            return {
                "version": VERSION,
                "table": self._table,
                "backup": self._backup,
                "files": dict(self._files),
                "whole": sorted(self._whole),
                "items": self.items,
                "bytes": self.bytes,
                "units": self.units,
            }

    def of(self, file: str) -> int | None:
        """How many items of a file are written; None if it is written to its end."""
        return None if file in self._whole else self._files.get(file, 0)

    def begin(self, batch: Batch) -> Begun:
        """A batch is to be written."""
        begun = Begun(len(batch.items), batch.bytes, batch.ends)
        with self._lock:
            self._begun[batch.file].append(begun)
        return begun

    def end(self, file: str, begun: Begun) -> None:
        """It is written."""
        begun.done = True
        with self._lock:
            waiting = self._begun[file]
            while waiting and waiting[0].done:
                self._count(file, waiting.popleft())

    def _count(self, file: str, done: Begun) -> None:
        self.items += done.batch_items
        self.bytes += done.batch_bytes
        self._files[file] = self._files.get(file, 0) + done.batch_items
        if done.ends:
            self._whole.add(file)
            del self._files[file], self._begun[file]

    def spend(self, units: float) -> None:
        """Capacity was consumed."""
        with self._lock:
            self.units += units
