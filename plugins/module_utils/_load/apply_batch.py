# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes one batch to its end: again what DynamoDB has left, in halves what it refuses, within a limit."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from typing import TYPE_CHECKING, Any

from .._model.codes import DENIED, NOBODY
from .apply_client import BusyError

if TYPE_CHECKING:
    from .._base.rate import Rate
    from .apply_client import BatchClient
    from .apply_connections import UnderWay
    from .batches import Batch
    from .written import Written

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError

# After the first failure, after each further one twice as much.
FIRST_DELAY, LONGEST_DELAY = 0.05, 20.0


class NotLoadedError(Exception):
    """Why items could not be written: a sentence."""


class StoppedError(Exception):
    """Somebody else has failed: the batch is not written to its end."""


class Putting:
    """Writes batches, for several threads."""

    def __init__(
        self, client: BatchClient, table: str, rate: Rate, written: Written, patience_seconds: float
    ) -> None:
        self._client, self._table, self._rate, self._written = client, table, rate, written
        self._patience = patience_seconds
        self._last = 0.0  # when something was written by anybody
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Have everybody end after the call that is under way."""
        self._stopping.set()

    def put(self, batch: Batch, left: list[bytes] | None = None) -> None:
        """Write all its items, or what is left of them; NotLoadedError if that cannot be."""
        self._put(batch.file, batch.lines, batch.items, left)

    def begin(self, batch: Batch) -> UnderWay | None:
        """Have one call with its items under way; None if it must be put."""
        self.wait(0)
        try:
            return self._client.begin(batch.items)
        except (BusyError, ClientError, BotoCoreError):
            return None  # put() asks again, and tells

    def end(self, batch: Batch, under_way: UnderWay) -> list[bytes]:
        """What is left of its items, which must be put."""
        try:
            answer = self._client.end(under_way)
        except (BusyError, ClientError):
            self._rate.pay(len(batch.items), 0.0)
            return batch.items
        self._paid(len(batch.items), answer.units)
        if len(answer.left) < len(batch.items):
            self._last = time.monotonic()
        return answer.left

    def seconds_to_wait(self, items: int) -> float:
        """Until so many may be written, for the rate that is wanted; none if they may be now."""
        return self._rate.wait(items)

    def _put(self, file: str, lines: list[int], items: list[bytes], left: list[bytes] | None = None) -> None:
        try:
            self._write(items if left is None else left)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code != "ValidationException":
                raise NotLoadedError(_why(error, self._table)) from error
            if len(items) == 1:
                raise NotLoadedError(
                    f"{file}, line {lines[0]}: DynamoDB refuses the item: {error}"
                ) from error
            # A call is refused as a whole, also for two items with the same key.
            middle = len(items) // 2
            self._put(file, lines[:middle], items[:middle])
            self._put(file, lines[middle:], items[middle:])
        except BotoCoreError as error:
            raise NotLoadedError(f"DynamoDB could not be asked: {error}.") from error

    def _write(self, items: list[bytes]) -> None:
        began = time.monotonic()
        failures = 0
        while items:
            self._wait_for_rate(len(items))
            left, units, why = self._ask(items)
            self._paid(len(items), units)
            if len(left) < len(items):
                self._last, failures = time.monotonic(), 0
            if left:
                failures += 1
                if time.monotonic() - max(began, self._last) > self._patience:
                    raise NotLoadedError(
                        f"For {self._patience:.0f} seconds nothing could be written to {self._table}: {why}"
                    )
                self.wait(random.uniform(0, min(LONGEST_DELAY, FIRST_DELAY * 2**failures)))  # noqa: S311
            items = left

    def _ask(self, items: list[bytes]) -> tuple[list[bytes], float, str]:
        try:
            answer = self._client.write(items)
        except BusyError as error:
            return items, 0.0, str(error)
        return (
            answer.left,
            answer.units,
            "DynamoDB leaves items unprocessed, which means that writes are throttled",
        )

    def _paid(self, items: int, units: float) -> None:
        self._rate.pay(items, units)
        self._written.spend(units)

    def _wait_for_rate(self, items: int) -> None:
        self.wait(0)
        while seconds := self._rate.wait(items):
            self.wait(seconds)

    def wait(self, seconds: float) -> None:
        """Until then; StoppedError if somebody stops in the meantime."""
        if self._stopping.wait(seconds):
            raise StoppedError


def _why(error: Any, table: str) -> str:
    code = error.response["Error"]["Code"]
    if code in NOBODY:
        return (
            f"The credentials are no longer good for writing to {table} ({error}). Call again with new ones."
        )
    if code in DENIED:
        return f"Writing to {table} is not allowed: dynamodb:BatchWriteItem is needed ({error})."
    if code == "ResourceNotFoundException":
        return f"The table {table} is no longer there: somebody has deleted it."
    return f"DynamoDB does not write to {table}: {error}."
