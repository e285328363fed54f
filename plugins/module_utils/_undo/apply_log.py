# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads and writes what an undo keeps in the store's bucket while it runs: its state, its log, its report."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from .._aws import s3
from . import log, state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._aws.client import Aws
    from .change import Planned
    from .log import Batch, File
    from .plan_document import Table
    from .state import State
    from .steps import Outcome, Step

STATE, REPORT = "state.json", "report.json"


class TakenOverError(Exception):
    """Another call goes on with the same undo; a sentence."""


class Keeper:
    """The objects of one undo."""

    def __init__(self, aws: Aws, bucket: str, folder: str) -> None:
        self._client, self.bucket, self.folder = aws("s3"), bucket, folder

    def location(self, name: str = "") -> str:
        """Where an object lies, as people write it; without a name all of them."""
        return f"s3://{self.bucket}/{self.folder}{name}"

    def read_state(self) -> State | None:
        """The state, None if it was never begun; StateError if it cannot be read."""
        content = self._get(STATE)
        return None if content is None else state.of_json(content)

    def write_state(self, found: State) -> None:
        """Replace the state."""
        self._put(STATE, found.to_json())

    def read_done(self) -> list[Batch]:
        """The batches that are done, in their order; LogError if one cannot be read.

        One may be missing between others: many machines write several at a time.
        """
        done = []
        for name in self._names(log.DONE):
            try:
                done.append(log.of_json(self._get(name) or b""))
            except log.LogError as error:
                raise log.LogError(f"{self.location(name)}: {error}") from error
            if name != log.done_key(done[-1].number):
                raise log.LogError(f"{self.location(name)}: it tells of another batch")
        return sorted(done, key=lambda each: each.number)

    def names_intended(self) -> set[str]:
        """The names of all intents, also of those batches that are done."""
        return set(self._names(log.INTENTS))

    def read_intended(self, number: int, keys: Sequence[str]) -> set[bytes]:
        """The key digests of what a run that was cut off was about to write in a batch."""
        name = log.intents_key(number)
        content = self._get(name)
        try:
            return set() if content is None else log.intended(content, keys)
        except log.LogError as error:
            raise log.LogError(f"{self.location(name)}: {error}") from error

    def intend(self, number: int, steps: Sequence[Step]) -> None:
        """Keep what is about to be written."""
        self._put(log.intents_key(number), log.intents(steps))

    def end(self, number: int, first: int, outcomes: Sequence[Outcome], units: float) -> Batch:
        """Keep what became of a batch: that it is done comes last.

        TakenOverError if it is kept already: what another call has replaced stands in no other place.
        """
        if self._get(log.done_key(number)) is not None:
            kept = self.location(log.done_key(number))
            raise TakenOverError(f"Another call has gone on with this undo, and has kept {kept}")
        batch, contents = log.ended(number, first, outcomes, units, time.time_ns() // 1000)
        for name, content in contents.items():
            self._put(name, content)
        self._put(log.done_key(number), log.to_json(batch))
        return batch

    def manifests(self, done: Sequence[Batch], table: Table, undo_id: str, times: tuple[str, str]) -> str:
        """Write the manifests by which the log is read; returns where they lie."""
        export, contents = log.manifests(done, table, undo_id, (self.bucket, self.folder), times)
        for name, content in contents.items():
            self._put(name, content)
        return self.location(export)

    def read_written(self, file: File) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
        """Keys and images of what the undo has written, from a file of its log."""
        return log.written(self._whole(file))

    def read_conflicts(self, file: File) -> Iterator[Planned]:
        """The conflicts of a file of the log."""
        return log.conflicts(self._whole(file))

    def read_lines(self, file: File) -> Iterator[bytes]:
        """The same as its lines are."""
        return log.lines(self._whole(file))

    def write_report(self, document: dict[str, Any]) -> str:
        """Write the report; returns where it lies."""
        self._put(REPORT, json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n")
        return self.location(REPORT)

    def _whole(self, file: File) -> bytes:
        content = self._get(file.key)
        if content is None:
            raise log.LogError(f"{self.location(file.key)} is gone")
        return log.checked(file, content)

    def _names(self, below: str) -> list[str]:
        found = s3.list_objects(self._client, self.bucket, f"{self.folder}{below}")
        return [each["Key"][len(self.folder) :] for each in found]

    def _get(self, name: str) -> bytes | None:
        body = s3.get_object(self._client, self.bucket, f"{self.folder}{name}")
        return None if body is None else b"".join(iter(partial(body.read, 1 << 20), b""))

    def _put(self, name: str, content: bytes) -> None:
        s3.put_object(self._client, self.bucket, f"{self.folder}{name}", content)
