# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes planned changes one by one, each under the condition that its item is what was read a moment before.

Items of one partition key are written in the order of the plan, and different ones at the same time. Never
BatchWriteItem, which knows no conditions.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from concurrent.futures import FIRST_EXCEPTION, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from .._base.rate import Rate
from .._base.threads import thread_pool
from .._items.canonical import key_digest
from .._model.codes import DENIED, NOBODY
from . import request, steps
from .answers import Busy, Done, Failed, Read, Refused
from .request import KEYS_A_CALL
from .steps import ITEM_REFUSED, Outcome, Rules, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from typing import TypeAlias

    from .._items.size import Item
    from .apply_client import ItemClient
    from .change import Planned
    from .condition import Condition

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError

Given = TypeVar("Given")
Found = TypeVar("Found")
Told: TypeAlias = "Done | Read | Failed | Refused"

# After the first failure, after each further one twice as much.
FIRST_DELAY, LONGEST_DELAY = 0.05, 20.0
THREADS = 8
LOOK_SECONDS = 1.0
# What was read longer ago is read again before it is written: at a slow rate a batch takes minutes.
FRESH_SECONDS = 2.0
# For how long what was replaced unknowingly is tried to be put back once the writing has been ended.
ENDED_PATIENCE_SECONDS = 20.0


class NotWrittenError(Exception):
    """Why no more could be written: a sentence."""


class StoppedError(Exception):
    """Another thread has failed."""


class Written(NamedTuple):
    """What a write was answered with, and whether the same was asked before without an answer."""

    answer: Done | Failed | Refused
    perhaps_done: bool


@dataclass
class Writing:
    """Writes to one table, by several threads of its own."""

    client: ItemClient
    table: str
    rules: Rules
    write_rate: Rate = field(default_factory=lambda: Rate(None))
    read_rate: Rate = field(default_factory=lambda: Rate(None))
    threads: int = THREADS
    patience_seconds: float = 600.0  # how long nothing at all may get through
    look: Callable[[], None] = lambda: None  # called about each second

    def __post_init__(self) -> None:
        self.units = 0.0  # of write capacity, also of failed conditions
        self._last = 0.0  # when anything got through
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._lost: list[str] = []  # what was replaced unknowingly, and is not there again

    def run(
        self,
        planned: Sequence[Planned],
        now: float,
        intend: Callable[[list[Step]], None],
        intended: Collection[bytes] = (),
    ) -> list[Outcome]:
        """Read the items again and write those that may be; NotWrittenError if that cannot be.

        `now` are seconds since 1970. `intended` has the key digests of the writes that a run before this one
        may have done; `intend` is told of them, and of all others before the first is done.
        """
        read_at = time.monotonic()
        seen = self.read([each.change.key for each in planned])
        decided = [
            steps.decide(each, image, self.rules, now, intended=self.digest(each) in intended)
            for each, image in zip(planned, seen, strict=True)
        ]
        if any(isinstance(each, Step) for each in decided):
            intend(list(self._all_intended(decided, intended)))
        groups: dict[bytes, list[int]] = {}
        for number, each in enumerate(decided):
            if isinstance(each, Step):
                partition = key_digest(each.planned.change.key, self.rules.keys[:1])
                groups.setdefault(partition, []).append(number)

        def write_group(numbers: list[int]) -> list[tuple[int, Outcome]]:
            return [
                (number, self._write_as_read(step, read_at, now))
                for number in numbers
                if isinstance(step := decided[number], Step)
            ]

        outcomes = {number: each for number, each in enumerate(decided) if isinstance(each, Outcome)}
        try:
            for done in self._at_once(write_group, list(groups.values())):
                outcomes.update(done)
        except BaseException as error:
            if self._lost:  # whatever ends it: no list has it
                why = str(error) or "It was ended from outside."
                raise NotWrittenError(f"{why} {steps.NOT_PUT_BACK}: {', '.join(self._lost)}.") from error
            raise
        return [outcomes[number] for number in range(len(planned))]

    def _all_intended(self, decided: Iterable[Step | Outcome], intended: Collection[bytes]) -> Iterator[Step]:
        for each in decided:
            if isinstance(each, Step):
                yield each
            elif self.digest(each.planned) in intended:
                yield Step(each.planned, each.planned.now)

    def read(self, keys: Iterable[Item]) -> list[Item | None]:
        """The items as they are now, read consistently."""
        asked = list(keys)
        names = self.rules.keys
        some = [asked[start : start + KEYS_A_CALL] for start in range(0, len(asked), KEYS_A_CALL)]
        found = {key_digest(item, names): item for items in self._at_once(self._read, some) for item in items}
        return [found.get(key_digest(key, names)) for key in asked]

    def digest(self, planned: Planned) -> bytes:
        """What tells an item from all others."""
        return key_digest(planned.change.key, self.rules.keys)

    def _read(self, keys: list[Item]) -> list[Item]:
        found: list[Item] = []
        while keys:
            answer, _again = self._ask(self.read_rate, len(keys), *request.read(self.table, keys))
            if not isinstance(answer, Read):
                raise NotWrittenError(_why(answer, request.READ, self.table))
            found += answer.items
            keys = answer.left
            if keys:
                self._wait(random.uniform(0, FIRST_DELAY))  # noqa: S311 - no secret
        return found

    def _write_as_read(self, step: Step, read_at: float, now: float) -> Outcome:
        """Write an item that is as it was read, after another look if that is a while ago."""
        if time.monotonic() - read_at > FRESH_SECONDS:
            (seen,) = self._read([step.planned.change.key]) or (None,)
            again = steps.decide(step.planned, seen, self.rules, now)
            if isinstance(again, Outcome):
                return again
        return self._write(step)

    def _write(self, step: Step) -> Outcome:
        found = self._change(step, step.new, steps.guard(step, self.rules))
        outcome = steps.written(step, found.answer, perhaps_done=found.perhaps_done)
        if outcome is not None:
            return outcome
        replaced = found.answer.image if isinstance(found.answer, Done) else None
        try:
            again = self._change(step, replaced, steps.guard_of_new(step, self.rules), at_once=True)
        except NotWrittenError:
            self._lost.append(steps.lost(step, replaced))
            raise
        return steps.put_back(step, replaced, again.answer, perhaps_done=again.perhaps_done)

    def _change(self, step: Step, image: Item | None, guard: Condition, *, at_once: bool = False) -> Written:
        operation, body = request.write(self.table, step.planned.change.key, image, guard)
        answer, perhaps_done = self._ask(self.write_rate, 1, operation, body, at_once=at_once)
        if isinstance(answer, Done | Failed):
            with self._lock:
                self.units += answer.units
        elif not isinstance(answer, Refused) or answer.code not in ITEM_REFUSED:
            raise NotWrittenError(_why(answer, operation, self.table))
        return Written(answer, perhaps_done)

    def _ask(
        self, rate: Rate, items: int, operation: str, body: bytes, *, at_once: bool = False
    ) -> tuple[Told, bool]:
        """The answer, when there is one; and whether the same was asked before without one.

        `at_once`: neither the rate nor that another thread has failed keeps it back.
        """
        began, failures, perhaps_done = time.monotonic(), 0, False
        while True:
            if not at_once:
                self._wait_for(rate, items)
            try:
                answer = self.client.ask(operation, body)
            except BotoCoreError as error:
                raise NotWrittenError(f"DynamoDB could not be asked: {error}.") from error
            rate.pay(items, 0.0 if isinstance(answer, Busy | Refused) else answer.units)
            if isinstance(answer, Read) and len(answer.left) == items:
                answer = Busy("DynamoDB leaves all keys unprocessed, so that reads are throttled", False)
            if not isinstance(answer, Busy):
                self._last = time.monotonic()
                return answer, perhaps_done
            perhaps_done = perhaps_done or answer.perhaps_done
            failures += 1
            patience, delay = self.patience_seconds, min(LONGEST_DELAY, FIRST_DELAY * 2**failures)
            if at_once and self._stopping.is_set():
                patience, delay = min(patience, ENDED_PATIENCE_SECONDS), min(delay, 1.0)
            if time.monotonic() - max(began, self._last) > patience:
                for_long = f"For {patience:.0f} seconds nothing got through to {self.table}"
                raise NotWrittenError(f"{for_long}: {answer.why}")
            pause = time.sleep if at_once else self._wait
            pause(random.uniform(0, delay))  # noqa: S311

    def _wait_for(self, rate: Rate, items: int) -> None:
        self._wait(0)
        while seconds := rate.wait(items):
            self._wait(seconds)

    def _wait(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise StoppedError

    def _at_once(self, function: Callable[[Given], Found], given: Sequence[Given]) -> list[Found]:
        """The results in the order of what is given; the first error ends all."""
        with thread_pool(self.threads) as pool:
            working = [pool.submit(function, each) for each in given]
            waiting: Any = set(working)
            try:
                while waiting:
                    done, waiting = wait(waiting, LOOK_SECONDS, FIRST_EXCEPTION)
                    for each in done:
                        each.result()
                    self.look()
            except BaseException:
                self._stopping.set()
                for each in working:
                    each.cancel()
                raise
            return [each.result() for each in working]


def _why(refused: Told, operation: str, table: str) -> str:
    code, why = (refused.code, refused.why) if isinstance(refused, Refused) else ("", "")
    if code in NOBODY:
        return f"The credentials are no longer good for {table} ({why}). Call again with new ones."
    if code in DENIED:
        return f"dynamodb:{operation} of {table} is not allowed ({why})."
    if code == "ResourceNotFoundException":
        return f"The table {table} is no longer there: somebody has deleted it."
    return f"DynamoDB does not answer for {table}: {why}"
