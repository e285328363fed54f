# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an undo has done on many machines instead of on one: the files of its plan made, and written.

Everything around that is the same (_undo): which images are meant, the plan's document, the reasons against
it, the state, the manifests of the log, the report.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._base.naming import undo_job
from .._exports.apply import exported
from .._exports.gather import place as destination
from .._exports.request import Request as Export
from .._exports.request import Table as Exported
from .._items.strict_json import dumps_sorted
from .._points.formats.parts import Lines as FileLines
from .._undo import apply_images, gather_points, work
from .._undo.apply_plan import Made, on_this_machine
from .._undo.apply_run import Running
from .._undo.apply_writes import NotWrittenError
from .._undo.asked import NotUndoableError
from .._undo.log import Batch, total
from .._undo.noted import Noted
from .._undo.options import GLUE, LOCAL
from .._undo.plan_document import POINT
from .._undo.plan_files import PLAN, PartFile
from .._undo.records import read
from . import document
from .apply_deployed import Job, require
from .apply_run import Follow, JobError
from .apply_run import run as run_job
from .choose_engine import to_plan, to_put_back
from .code import code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._aws.client import Aws
    from .._model.lines import Lines
    from .._points.formats.parts import Part
    from .._undo.gather_points import Asking, Sources
    from .choose_engine import Way

# Of items, and of changes, that one part holds: some of them fit into the memory of a task.
PART_ITEMS = 50_000
FEWEST_PARTS, MOST_PARTS = 8, 4_000


class ForeignFileError(NotUndoableError):
    """A file of a point that the job cannot read."""


@dataclass(frozen=True)
class Many:
    """An undo whose work may be done by AWS Glue, as O(engine) says it."""

    prefix: str  # of the store
    engine: str
    wait_sleep: float
    stack: dict[str, Any] = field(default_factory=dict)  # of the job that has worked, if one has

    def make(self, asking: Asking, folder: str) -> Made:
        """The files of a plan; JobNeededError if the job has to be deployed before."""
        if self.engine == LOCAL:
            return on_this_machine(asking, folder)
        # Of a point alone it is known before the table is exported, which takes time and money.
        try:
            with apply_images.readable():
                asking = apply_images.known(asking)
            found = None if asking.asked.kind == POINT else _images(asking)
        except ForeignFileError:
            if self.engine == GLUE:
                raise
            return on_this_machine(asking, folder)
        count = sum(file.items for file in _files(found[0])) if found else 2 * asking.live.items
        choice = to_plan(self.engine, count)
        asking.lines.say(f"plan: {choice.told}")
        if choice.way.engine == LOCAL:
            return on_this_machine(asking, folder)
        job = self._job(asking.aws, asking.live.table.name, asking.place.bucket, choice.way)
        images, sources = found or _images(asking)
        return _made(asking, _request(asking, images, folder, job), sources, job, self._follow(asking.lines))

    def running(self, *given: Any) -> Running:
        """What executes a plan: here, or on many machines."""
        here = Running(*given)
        if self.engine == LOCAL:
            return here
        pace, planned = here.pace.writes.per_second or 0.0, here.plan.work
        choice = to_put_back(self.engine, planned.items, planned.write_units, pace or 1e6)
        here.lines.say(f"write: {choice.told}")
        if choice.way.engine == LOCAL:
            return here
        there = OnMany(*given)
        there.job = self._job(here.aws, here.plan.table.name, here.keeper.bucket, choice.way)
        there.follow = self._follow(here.lines)
        return there

    def _job(self, aws: Aws, table: str, bucket: str, way: Way) -> Job:
        key = destination(aws, bucket).kms_key_arn
        job = Job(undo_job(self.prefix, table), table, bucket, "", way.workers, key)
        try:
            found = require(aws, job, code())
        except JobError as error:
            raise NotUndoableError(str(error)) from error
        self.stack.update(found.stack)
        return found

    def _follow(self, lines: Lines) -> Follow:
        return Follow(lines.progress, lines.at_work, self.wait_sleep)


def _images(asking: Asking) -> tuple[document.Images, Sources]:
    """The files that images are in. Of a point alone the table is exported as it is now."""
    with apply_images.readable():
        if recorded := asking.recorded:
            windows = tuple(document.Window(at, files_of(changes.parts)) for at, changes in recorded.exports)
            return document.Images(windows, (), (), (), False, False), recorded.sources
        points = gather_points.points_of(asking)
        before = files_of(points.before.reading.parts)
        if points.after:
            after = files_of(points.after.reading.parts)
            return document.Images((), before, after, (), False, False), points.sources
        return document.Images((), before, (), files_of(_now(asking)), True, True), points.sources


def _now(asking: Asking) -> Iterable[Part]:
    live = asking.live
    asked = Export(Exported(live.table.arn, live.table.id), seed=asking.aws.time().isoformat())
    where = destination(asking.aws, asking.place.bucket)
    (export,) = exported(asking.aws, [asked], where, asking.lines, seconds=asking.asked.wait_sleep)
    return export.reading.parts if export.reading else ()


def files_of(parts: Iterable[Part]) -> tuple[document.File, ...]:
    """The files of an export; ForeignFileError if there are others among them."""
    return tuple(map(_file, parts))


def _file(part: Part) -> document.File:
    """A file of an export of DynamoDB's; ForeignFileError of anything else."""
    if not isinstance(part, FileLines) or part.proof is None or not part.source.place.startswith("s3://"):
        raise ForeignFileError(
            f"{part.name} is no file of an export of DynamoDB's in DynamoDB JSON, and AWS Glue reads no "
            f"other: call it with O(engine)={LOCAL}"
        )
    bucket, _slash, prefix = part.source.place.removeprefix("s3://").partition("/")
    key = f"{prefix.strip('/')}/{part.name}".lstrip("/")
    return document.File(bucket, key, part.size, part.proof.items, part.proof.md5)


def _files(images: document.Images) -> list[document.File]:
    windows = [file for window in images.windows for file in window.files]
    return [*windows, *images.before, *images.incident, *images.now]


def _request(asking: Asking, images: document.Images, folder: str, job: Job) -> document.Request:
    live, asked, taking = asking.live, asking.asked, asking.taking
    items = sum(file.items for file in _files(images))
    only = taking.only.wanted if taking.only else ()
    return document.Request(
        version=document.VERSION,
        work=document.PLAN,
        region=asking.place.region,
        table=live.table.name,
        keys=live.table.keys,
        bucket=asking.place.bucket,
        folder=f"{folder}job/{document.PLAN}/",
        output=folder,
        images=images,
        plan=(),
        taken=document.Taken(tuple(dumps_sorted(key).decode() for key in only), asked.where, asked.choose),
        time_to_live=taking.ttl_attribute,
        moment=int(taking.now),
        version_attribute=taking.version_attribute,
        slots=job.slots,
        parts=parts_for(items),
        read_units_per_second=gather_points.read_rate(live, asked).per_second or 0.0,
        write_units_per_second=0.0,
    )


def parts_for(items: int) -> int:
    """Into how many parts so many items are divided."""
    return min(MOST_PARTS, max(FEWEST_PARTS, items // PART_ITEMS))


def _made(asking: Asking, request: document.Request, sources: Sources, job: Job, follow: Follow) -> Made:
    try:
        result = run_job(asking.aws, job.name, request, follow)
    except JobError as error:
        raise NotUndoableError(str(error)) from error
    noted = Noted(asking.asked, asking.taking)
    tally = work.Tally(
        bytes=result["bytes"], write_units=result["write_units"], read_units=result["read_units"]
    )
    tally.counts.update(result["counts"])
    noted.add_all(tally, result["why"])
    if where := asking.taking.where:
        where.unclear, where.why = result["unclear"], "".join(result["unclear_why"][:1])
    files = sorted((read(PartFile, each) for each in result["files"]), key=lambda each: each.key)
    return Made(sources, tally, tuple(files), tuple(noted.notes(sources.images)))


class OnMany(Running):
    """One call that has a plan executed by AWS Glue, or follows what does so already."""

    job: Job
    follow: Follow

    def _write(self) -> None:
        plan, table = self.plan, self.plan.table
        doing = f"{plan.work.items:,} items, as plan {plan.id} says, by the job {self.job.name}"
        self.lines.say(f"write: {doing}")
        request = document.Request(
            version=document.VERSION,
            work=document.PUT_BACK,
            region=table.region,
            table=table.name,
            keys=table.keys,
            bucket=self.keeper.bucket,
            folder=f"{plan.folder}job/{document.PUT_BACK}/",
            output=plan.folder,
            images=document.Images((), (), (), (), False, False),
            plan=plan.files_of(PLAN),
            taken=document.Taken((), "", ()),
            time_to_live=table.time_to_live,
            moment=int(self.aws.time().timestamp()),
            version_attribute=plan.version_attribute,
            slots=self.job.slots,
            parts=parts_for(plan.work.items),
            read_units_per_second=self.pace.reads.per_second or 0.0,
            write_units_per_second=self.pace.writes.per_second or 0.0,
        )
        try:
            result = run_job(self.aws, self.job.name, request, self.follow)
        except BaseException as error:
            self._done(self.keeper.read_done())  # so that it is told how far it came
            if isinstance(error, JobError):
                raise NotWrittenError(str(error)) from error
            raise
        self._done([read(Batch, each) for each in result["done"]])
        self.state.verified = result["verified"]
        counts = total(self.done)
        told = ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items())) or "nothing to do"
        self.lines.say(f"write: {told}; {sum(batch.units for batch in self.done):,.0f} write units")

    def _done(self, batches: list[Batch]) -> None:
        self.done, self.changed = batches, any(batch.data for batch in batches)

    def _verify(self) -> None:
        """The job has done it, unless a call before this one was ended in between."""
        if not self.state.verified:
            super()._verify()
