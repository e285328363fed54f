# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Loads a backup into a table that is there and empty, or that an earlier call has filled in part.

What was written after the last journal is written again by the next call. That is right only as long as
nobody else writes to the table.
"""

from __future__ import annotations

import contextlib
import time
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from .._aws import dynamodb
from .._base.rate import Rate
from .._base.threads import thread_pool
from .._model.progress import Progress
from .apply_batch import NotLoadedError, Putting
from .apply_client import BatchClient
from .apply_sending import Sending
from .batches import AT_ONCE, identity, in_turn
from .written import Written

if TYPE_CHECKING:
    from .._aws.client import Aws
    from .._model.progress import Tell
    from .._points.formats.parts import Reading

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError

PHASE = "load"
TELL_SECONDS = 1.0


@dataclass(frozen=True)
class Options:
    """How to load."""

    units_per_second: float | None = None  # at most, on average
    total_items: int | None = None  # of the backup, if it has been counted
    total_bytes: int | None = None
    at_once: int = 16  # calls under way, and as many threads for those that are not taken at once
    files: int = AT_ONCE
    journal_seconds: float = 5.0
    patience_seconds: float = 600.0  # how long nothing at all may get through


class Loaded(NamedTuple):
    """All that was loaded, also by calls before this one."""

    items: int
    bytes: int  # of their JSON
    units: float  # of write capacity, also for what was written twice
    seconds: float  # of this call


class Keeps(Protocol):
    """What a journal does."""

    def read(self) -> dict[str, Any] | None:
        """The last document, None if there is none."""

    def write(self, document: dict[str, Any]) -> None:
        """Replace it."""


def load(aws: Aws, table: str, reading: Reading, options: Options, journal: Keeps, tell: Tell) -> Loaded:
    """Put every item of the backup into the table; the same call goes on after a failure or a kill.

    NotLoadedError tells what DynamoDB has against it, UnreadableError what is wrong with the backup.
    """
    description = dynamodb.describe_table(aws("dynamodb"), table)
    if description is None:
        raise NotLoadedError(f"The table {table} is not there.")
    # Of the same name there may have been another in the same second. DynamoDB Local tells no id.
    made = f"{description['TableArn']} {description.get('TableId') or description['CreationDateTime']}"
    written = Written(made, identity(reading))
    written.resume(journal.read())
    client = BatchClient(aws, table, options.at_once)
    putting = Putting(client, table, Rate(options.units_per_second), written, options.patience_seconds)
    return _Loading(reading, options, journal, tell, written, putting).run()


@dataclass
class _Loading:
    reading: Reading
    options: Options
    journal: Keeps
    tell: Tell
    written: Written
    putting: Putting

    def __post_init__(self) -> None:
        self._began = self._journaled = time.monotonic()

    def run(self) -> Loaded:
        self._keep()  # before anything is written, so that nothing is begun that cannot be resumed
        try:
            self._write_all()
        except BaseException as error:
            with contextlib.suppress(
                NotLoadedError
            ):  # credentials that are no longer good: an older one stands
                self._keep()
            if not isinstance(error, NotLoadedError):
                raise
            so_far = f"{self.written.items:,} items are in the table: the same call goes on from there."
            raise NotLoadedError(f"{str(error).rstrip('.')}. {so_far}") from error.__cause__
        self._keep()
        self._tell()
        return Loaded(self.written.items, self.written.bytes, self.written.units, self._seconds())

    def _write_all(self) -> None:
        batches = in_turn(self.reading, self.written.of, self.options.files)
        with thread_pool(1 + self.options.at_once) as threads:
            sending = Sending(self.putting, self.written, threads, self.options.at_once)
            try:
                self._watch(threads.submit(sending.send, batches))
            finally:
                self.putting.stop()

    def _watch(self, sending: Future[None]) -> None:
        while not sending.done():
            wait([sending], TELL_SECONDS)
            self._tell()
            if time.monotonic() - self._journaled >= self.options.journal_seconds:
                self._keep()
        sending.result()

    def _keep(self) -> None:
        try:
            self.journal.write(self.written.document())
        except (BotoCoreError, ClientError) as error:
            raise NotLoadedError(f"The journal could not be written ({error}).") from error
        self._journaled = time.monotonic()

    def _tell(self) -> None:
        written, options = self.written, self.options
        total = self.reading.items if options.total_items is None else options.total_items
        self.tell(Progress(PHASE, written.items, written.bytes, total, options.total_bytes, self._seconds()))

    def _seconds(self) -> float:
        return time.monotonic() - self._began
