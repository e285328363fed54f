# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The runs of many tables, and the points they left: from the newest executions, then from the bucket.

Two calls tell of the latest run of all tables with one schedule. Executions are read back until every table
has a run that succeeded, at most 60; only for tables that those do not know is the bucket asked, and then
whether an older execution has failed since the point there. To read the content of backups takes long anyway:
then all of those 60 that began within the retention are read.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .._aws.client import ask
from .._base.threads import thread_pool
from .._engines.registry import ENGINES
from .._model.evidence import refused
from .._model.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from .._aws.client import Aws
    from .._model.evidence import Evidence, Findings, Past, Point
    from .._model.stack import Stack
    from .gather_bucket import Bucket

EXECUTIONS = 60  # read of each machine before the bucket is asked
THREADS = 8
# Of a machine that is gone there is nothing to ask; that it is, is told with what stands.
GONE = "StateMachineDoesNotExist"


@dataclass(frozen=True)
class Runs:
    """Reads the past of the tables of one stack after another."""

    aws: Aws
    bucket: Bucket
    verify: str
    now: datetime | None
    max_age: int | None

    def of(self, stack: Stack, found: list[Evidence]) -> list[Evidence]:
        """Runs and points: from the newest executions, then the bucket, then from older executions."""
        found = self._with_runs(stack, found, found, last=EXECUTIONS)
        found = together(self._with_point, found)
        unseen = [each for each in found if not (each.points or each.refusals)]
        if now := self.now or self.aws.now:
            longest = max((each.record.max_age for each in unseen if each.record), default=0)
            since = now - timedelta(hours=longest)
            found = self._with_runs(stack, found, unseen, first=EXECUTIONS, since=since)
            found = self._with_failures(stack, found, now)
        if self.verify == "content":
            found = self._with_reported(stack, found)
        return found if self.verify == "none" else together(self._verified, found)

    def _with_reported(self, stack: Stack, found: list[Evidence]) -> list[Evidence]:
        """With the points that runs reported: some may be gone without a trace in the bucket."""
        engine, since = ENGINES[stack.engine], (self.now or self.aws.time()) - self.bucket.longest
        told = ask(
            engine.SERVICE,
            lambda: list(engine.reported_points(self.aws, stack, self.bucket.name, since, EXECUTIONS)),
        )
        if isinstance(told, Refusal):
            return [each if told.code == GONE else refused(each, told) for each in found]
        points: dict[str, list[Point]] = defaultdict(list)
        for table, point in told:
            points[table].append(point)
        return [replace(each, reported=tuple(points[each.table])) for each in found]

    def _with_runs(
        self, stack: Stack, found: list[Evidence], wanted: list[Evidence], **bounds: Any
    ) -> list[Evidence]:
        if not wanted:
            return found
        tables = {each.table for each in wanted}
        engine, young = ENGINES[stack.engine], self._young(wanted)
        past = ask(
            engine.SERVICE,
            lambda: engine.latest_runs(self.aws, stack, self.bucket.name, tables, young=young, **bounds),
        )
        return [_with(each, past) if each.table in tables else each for each in found]

    def _with_failures(self, stack: Stack, found: list[Evidence], now: datetime) -> list[Evidence]:
        """Of tables that only the bucket told of: whether a run has failed since their point."""
        since = {
            each.table: max(point.finished, now - timedelta(hours=each.record.max_age))
            for each in found
            if each.record and not each.runs and (point := each.point())
        }
        if not since:
            return found
        engine, known = ENGINES[stack.engine], {run.id for each in found for run in each.runs}
        past = ask(
            engine.SERVICE, lambda: engine.failed_runs(self.aws, stack, self.bucket.name, since, known)
        )
        if isinstance(past, Refusal):
            return [_with(each, past) if each.table in since else each for each in found]
        return [_with(each, past) if each.table in past else each for each in found]

    def _young(self, wanted: list[Evidence]) -> dict[str, datetime]:
        """Since when a run must have been scheduled for its exact end not to matter; it always does for a
        closer look at its objects."""
        now = self.now or self.aws.now
        if now is None or self.verify != "none":
            return {}
        return {
            each.table: now - timedelta(hours=self.max_age or each.record.max_age)
            for each in wanted
            if each.record
        }

    def _with_point(self, evidence: Evidence) -> Evidence:
        """From the bucket, of a table that no run is known to have backed up."""
        return evidence if evidence.points else self.bucket.with_newest_point(evidence)

    def _verified(self, evidence: Evidence) -> Evidence:
        point = evidence.point()
        if not (point and point.bucket):  # nobody told where it is
            return evidence
        looks = ENGINES[point.engine].looks(self.aws, point, content=self.verify == "content")
        answers = [ask(service, look) for service, look in looks.items()]
        found = [answer for answer in answers if not isinstance(answer, Refusal)]
        flaws = tuple(flaw for each in found for flaw in each.flaws)
        points = (_counted(point, found), *(each for each in evidence.points if each is not point))
        refusals = [answer for answer in answers if isinstance(answer, Refusal)]
        proven = not (flaws or refusals)
        return refused(replace(evidence, flaws=flaws, points=points, proven=proven), *refusals)


def together(work: Callable[[Evidence], Evidence], evidence: list[Evidence]) -> list[Evidence]:
    """Do the same for many tables, several at a time."""
    with thread_pool(THREADS) as pool:
        return list(pool.map(work, evidence))


def _counted(point: Point, found: list[Findings]) -> Point:
    """The point with what a closer look counted."""
    for each in found:
        point = replace(
            point,
            items=point.items if each.items is None else each.items,
            bytes=point.bytes if each.bytes is None else each.bytes,
            files=point.files if each.files is None else each.files,
        )
    return point


def _with(evidence: Evidence, pasts: dict[str, Past] | Refusal) -> Evidence:
    if isinstance(pasts, Refusal):
        return evidence if pasts.code == GONE else refused(evidence, pasts)
    past = pasts[evidence.table]
    found = (*evidence.runs, *past.runs)
    points = (*evidence.points, *(run.point for run in found if run.point))
    return replace(evidence, runs=found, points=points, starter=past.starter or evidence.starter)
