# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes the part of a plan that one task of the job makes."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from .._find.condition import compiled
from .._find.keys import Keys
from .._items.strict_json import loads
from .._undo.deciding import Taking, asks_before_reading, decided, met
from .._undo.plan_files import GROUPS, Parts
from .._undo.work import Tally
from .gather_files import client
from .gather_live import MOST_KEYS, Live
from .merge import NOW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._items.size import Item
    from .._undo.change import Change
    from .._undo.plan_files import PartFile
    from .document import Request
    from .merge import Stated


class PlanWriter:
    """Takes changes with what is there now, decides, and keeps what was decided."""

    def __init__(self, request: Request, number: int, states: tuple[int, ...]) -> None:
        self._request = request
        self._live = None if NOW in states else Live(request)
        self._tally, self._why = Tally(), Counter[str]()
        self._files: list[PartFile] = []
        self._taking = taking(request)
        self._where, self._asked_before = self._taking.where, None
        if asks_before_reading(self._taking):
            self._taking, self._asked_before = replace(self._taking, where=None), self._where
        self._parts = {
            group: Parts(request.output, group, self._keep, f"-{number}") for group in set(GROUPS.values())
        }

    def results_of(self, changes: Iterable[Stated]) -> Iterator[int]:
        """Plan all of them; told is how many were planned, now and then."""
        found = (each for each in changes if self._is_read(each.change))
        while some := list(islice(found, MOST_KEYS)):
            for each, now in zip(some, self._now(some), strict=True):
                self._take(each, now)
            yield len(some)

    def _is_read(self, change: Change) -> bool:
        """Whether an item has to be read; of one that is left out before that, nothing is paid for."""
        if not self._taking.takes(change.key):
            return False
        where = self._asked_before
        if where is None or met(change, None, where):
            return True
        self._tally.add(None)
        return False

    def end(self) -> dict[str, Any]:
        """Write what is left, and tell what was made."""
        for parts in self._parts.values():
            parts.end()
        where = self._where
        return {
            "files": [asdict(each) for each in self._files],
            "counts": dict(self._tally.counts),
            "bytes": self._tally.bytes,
            "write_units": self._tally.write_units,
            "read_units": self._tally.read_units,
            "why": dict(self._why),
            "unclear": where.unclear if where else 0,
            "unclear_why": [where.why] if where and where.why else [],
        }

    def _now(self, changes: list[Stated]) -> list[Item | None]:
        if self._live is None:
            return [each.now for each in changes]
        return self._live.items([each.change.key for each in changes])

    def _take(self, each: Stated, now: Item | None) -> None:
        planned = decided(each.change, now, self._taking)
        self._tally.add(planned)
        if planned and planned.why:
            self._why[planned.why] += 1
        if planned and planned.action in GROUPS:
            self._parts[GROUPS[planned.action]].add(planned)

    def _keep(self, file: PartFile, content: bytes) -> None:
        self._files.append(file)
        client("s3", self._request.region).put_object(
            Bucket=self._request.bucket, Key=file.key, Body=content, ChecksumAlgorithm="SHA256"
        )


def taking(request: Request) -> Taking:
    """What of the changes is taken, as a request says it."""
    keys = {key.name: key.type for key in request.keys}
    asked = request.taken
    return Taking(
        keys=tuple(keys),
        now=request.moment,
        ttl_attribute=request.time_to_live,
        version_attribute=request.version_attribute,
        only=Keys([loads(each.encode()) for each in asked.only], keys) if asked.only else None,
        where=compiled(asked.where) if asked.where else None,
        choose=asked.choose,
    )
