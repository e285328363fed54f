# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Executes a plan: its writes batch by batch, a look at all that was written, the manifests of the log.

Each phase is noted, so that another call goes on after a failure or a kill: it repeats nothing and loses
nothing (log.py).
"""

from __future__ import annotations

import contextlib
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from .._base import at_work
from .._base.rate import Rate
from .._model.progress import Progress
from . import gather_planned, log, state
from .apply_client import ItemClient, once
from .apply_writes import THREADS, Writing
from .change import digest_of
from .plan_files import PLAN
from .rule import DELETE, PUT
from .steps import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._aws.client import Aws
    from .._model.lines import Lines
    from .apply_log import Keeper
    from .change import Planned
    from .log import Batch
    from .plan_document import Plan
    from .state import State
    from .steps import Step

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError

MOST_SAMPLES = 10


@dataclass(frozen=True)
class Pace:
    """How fast items are written and read."""

    writes: Rate = field(default_factory=lambda: Rate(None))  # as fast as DynamoDB takes them
    reads: Rate = field(default_factory=lambda: Rate(None))
    threads: int = THREADS
    patience_seconds: float = 600.0


@dataclass
class Running:
    """One call that executes a plan, or goes on with it."""

    aws: Aws
    plan: Plan
    keeper: Keeper
    state: State
    lines: Lines
    pace: Pace
    done: list[Batch] = field(default_factory=list)  # of the plan, also by calls before this one

    def __post_init__(self) -> None:
        self.lines.note = self._note
        self.began = time.monotonic()
        self.changed = False  # whether this call has written
        self.log_location = ""
        self.progress = (0, 0)  # items of how many, in this phase
        table = self.plan.table
        self.writing = Writing(
            ItemClient(self.aws.own("dynamodb", once(self.pace.threads)), table.name),
            table.name,
            Rules(tuple(each.name for each in table.keys), self.plan.version_attribute, table.time_to_live),
            self.pace.writes,
            self.pace.reads,
            self.pace.threads,
            self.pace.patience_seconds,
            self._look,
        )

    def run(self) -> None:
        """Do what is left to do."""
        self.done = self.keeper.read_done()
        phases: tuple[tuple[str, Callable[[], None]], ...] = (
            (state.WRITE, self._write),
            (state.VERIFY, self._verify),
            (state.LOG, self._log),
        )
        for phase, do in phases:
            if not self.state.has_passed(phase):
                with self._phase(phase):
                    do()

    @contextmanager
    def _phase(self, name: str) -> Iterator[None]:
        """Note the phase before it begins, and how long it took."""
        self.state.phase = name
        self.save()
        began = time.monotonic()
        try:
            yield
        finally:
            before = self.state.seconds.get(name, 0.0)
            self.state.seconds[name] = round(before + time.monotonic() - began, 1)

    def save(self) -> None:
        """Keep the state, with who is at work."""
        self.state.at_work = at_work.mark(self.aws.time())
        self.keeper.write_state(self.state)

    def _note(self) -> None:
        """Keep that this process is still at work. If that fails once, nothing is lost."""
        with contextlib.suppress(ClientError, BotoCoreError):
            self.save()

    def _write(self) -> None:
        self.lines.say(f"write: {self.plan.work.items:,} items, as plan {self.plan.id} says")
        before, intended = {each.number: each for each in self.done}, self.keeper.names_intended()
        self.done = []
        files = gather_planned.by_file(self.aws, self.keeper.bucket, self.plan, PLAN)
        for number, batch in enumerate(chain.from_iterable(map(log.batches, files))):
            done = before.get(number)
            if done is None:
                is_intended = log.intents_key(number) in intended
                done = self._write_batch(number, batch, is_intended=is_intended)
            elif (done.first, done.items) != (self._end(), len(batch)):
                raise log.LogError(f"{self.keeper.location(log.done_key(number))}: it is of another plan")
            self.done.append(done)
            self._tell(self._end(), self.plan.work.items)
        counts = log.total(self.done)
        told = ", ".join(f"{count:,} {result}" for result, count in sorted(counts.items())) or "nothing to do"
        self.lines.say(f"write: {told}; {self._units():,.0f} write units")

    def _end(self) -> int:
        """The line of the plan that comes after what is done."""
        return self.done[-1].end if self.done else 0

    def _write_batch(self, number: int, batch: list[Planned], *, is_intended: bool) -> Batch:
        keys = self.writing.rules.keys
        intended = self.keeper.read_intended(number, keys) if is_intended else set()
        units = self.writing.units

        def intend(steps: list[Step]) -> None:
            self.keeper.intend(number, steps)
            self.changed = True

        outcomes = self.writing.run(batch, self.aws.time().timestamp(), intend, intended)
        return self.keeper.end(number, self._end(), outcomes, self.writing.units - units)

    def _verify(self) -> None:
        """Read all that was written again: what differs now somebody else has written since."""
        counts = log.total(self.done)
        self.lines.say("verify: reading again what was written")
        as_before, since = 0, 0
        samples: list[Any] = []
        for file in (file for batch in self.done for file in batch.data):
            written = list(self.keeper.read_written(file))
            for (key, image), now in zip(
                written, self.writing.read(key for key, _image in written), strict=True
            ):
                if digest_of(now) == digest_of(image):
                    as_before += 1
                    continue
                since += 1
                if len(samples) < MOST_SAMPLES:
                    samples.append({name: next(iter(value.values())) for name, value in key.items()})
            self._tell(as_before + since, counts[PUT] + counts[DELETE])
        self.state.verified = {"as_before": as_before, "changed_since": since, "samples": samples}
        self.lines.say(f"verify: {as_before:,} items are as they were before, {since:,} were changed since")

    def _log(self) -> None:
        end = self.aws.time().isoformat()
        location = self.keeper.manifests(self.done, self.plan.table, self.plan.id, (self.state.begun, end))
        self.log_location = location
        self.lines.say(f"log: what was replaced and written can be read from {location}")

    def _units(self) -> float:
        return sum(batch.units for batch in self.done)

    def _tell(self, items: int, total: int) -> None:
        self.progress = (items, total)
        self._look()

    def _look(self) -> None:
        """Show how far it is, if that is a while ago."""
        items, total = self.progress
        seconds = time.monotonic() - self.began
        self.lines.progress(Progress(self.state.phase, items, 0, total, None, seconds))
