# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Has many batches under way from one thread, and hands on to others what DynamoDB does not take at once."""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import TYPE_CHECKING, NamedTuple

from .apply_batch import StoppedError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Executor

    from .apply_batch import Putting
    from .apply_connections import UnderWay
    from .batches import Batch
    from .written import Begun, Written


class _Sent(NamedTuple):
    batch: Batch
    begun: Begun
    under_way: UnderWay


class Sending:
    """Calls under way, and beside them batches that are put by others: at most so many of each."""

    def __init__(self, putting: Putting, written: Written, threads: Executor, most: int) -> None:
        self._putting, self._written, self._threads, self._most = putting, written, threads, most
        self._sent: deque[_Sent] = deque()  # in their order
        self._handed: set[Future[None]] = set()

    def send(self, batches: Iterable[Batch]) -> None:
        """Write all of them; what others raise of what was handed on to them is raised here."""
        try:
            for number, batch in enumerate(batches):
                begun = self._written.begin(batch)
                if number and batch.items:
                    self._send(batch, begun)
                else:  # the first call tells what the others repeat
                    self._put(batch, begun, batch.items)
            while self._sent:
                self._read()
        except StoppedError:
            pass  # by a failure that is told below, or from outside
        self._collect(all_of_them=True)

    def _send(self, batch: Batch, begun: Begun) -> None:
        while len(self._sent) >= self._most:
            self._read()
        while seconds := self._putting.seconds_to_wait(len(batch.items)):
            if self._sent:
                self._read()
            else:
                self._putting.wait(seconds)
        under_way = self._putting.begin(batch)
        if under_way:
            self._sent.append(_Sent(batch, begun, under_way))
        else:
            self._hand_on(batch, begun, batch.items)

    def _read(self) -> None:
        """The answer to the oldest call."""
        batch, begun, under_way = self._sent.popleft()
        if left := self._putting.end(batch, under_way):
            self._hand_on(batch, begun, left)
        else:
            self._written.end(batch.file, begun)

    def _hand_on(self, batch: Batch, begun: Begun, left: list[bytes]) -> None:
        while len(self._handed) >= self._most:
            self._collect()
        self._handed.add(self._threads.submit(self._put, batch, begun, left))

    def _put(self, batch: Batch, begun: Begun, left: list[bytes]) -> None:
        try:
            self._putting.put(batch, left)
        except Exception:
            self._putting.stop()
            raise
        self._written.end(batch.file, begun)

    def _collect(self, *, all_of_them: bool = False) -> None:
        while self._handed:
            done, self._handed = wait(self._handed, return_when=FIRST_COMPLETED)
            failed = [each.exception() for each in done]
            for error in failed:
                if error and not isinstance(error, StoppedError):
                    raise error
            if not all_of_them:
                return
