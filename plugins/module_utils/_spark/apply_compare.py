# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two sides compared on many machines instead of on one, as far as both are exports of DynamoDB's."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._aws import s3
from .._base.naming import undo_job
from .._compare.apply import OnThisMachine
from .._compare.asked import GLUE, LOCAL
from .._compare.compared import CHANGED, EXPIRED, MISSING, UNEXPECTED, Tally, UncomparableError
from .._compare.gather_differences import Outcome
from .._compare.lines import of_line
from .._exports.gather import place as destination
from .._undo.plan_document import FOLDER, Key
from .._undo.plan_files import PartError, PartFile, lines_of
from .._undo.records import read
from . import document
from .apply_deployed import Job, require
from .apply_many import ForeignFileError, files_of, parts_for
from .apply_run import Follow, JobError
from .apply_run import run as run_job
from .choose_engine import to_compare
from .code import code

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from .._aws.client import Aws
    from .._compare.differing import Differing
    from .._compare.gather_beginning import Beginning, Named
    from .._compare.gather_differences import Wanted
    from .._model.lines import Lines

Files = tuple[document.File, ...]


@dataclass
class Comparing(OnThisMachine):
    """A comparison that may be done by AWS Glue, as O(engine) says it."""

    prefix: str  # of the store
    engine: str
    wait_sleep: float
    job: Job | None = None  # that compares; None: this machine does
    stack: dict[str, Any] = field(default_factory=dict)  # of the job, if there is one

    def prepare(self, aws: Aws, beginning: Beginning, lines: Lines) -> None:
        """Choose where it is done; JobNeededError if a job has to be deployed before."""
        items = self._items(beginning)
        if items is None:
            return
        choice = to_compare(self.engine, items)
        lines.say(f"compare: {choice.told}")
        if choice.way.engine == LOCAL:
            return
        table, bucket = beginning.asked.table, beginning.bucket
        key = destination(aws, bucket).kms_key_arn
        wanted = Job(undo_job(self.prefix, table), table, bucket, "", choice.way.workers, key)
        try:
            self.job = require(aws, wanted, code())
        except JobError as error:
            raise UncomparableError(str(error)) from error
        self.stack = self.job.stack

    def _items(self, beginning: Beginning) -> int | None:
        """About how many both sides have together; None if they are compared here."""
        if self.engine == LOCAL:
            return None
        try:
            expected, found = _files(beginning.expected), _files(beginning.found)
        except ForeignFileError as error:
            if self.engine == GLUE:
                raise UncomparableError(f"{error}.") from None
            return None
        if found is None and beginning.request and beginning.found.table:  # it is going to be exported
            of_table = beginning.found.table.items
        elif found is None:
            return None
        else:
            of_table = sum(file.items for file in found)
        return None if expected is None else of_table + sum(file.items for file in expected)

    def look(
        self, aws: Aws, beginning: Beginning, wanted: Wanted, lines: Lines
    ) -> AbstractContextManager[Outcome]:
        """What differs, for as long as it is open."""
        if self.job is None:
            return super().look(aws, beginning, wanted, lines)
        return self._on_many(aws, beginning, self.job, lines)

    @contextmanager
    def _on_many(self, aws: Aws, beginning: Beginning, job: Job, lines: Lines) -> Iterator[Outcome]:
        expected, found = _files(beginning.expected) or (), _files(beginning.found) or ()
        follow = Follow(lines.progress, lines.at_work, self.wait_sleep)
        try:
            result = run_job(aws, job.name, _request(beginning, (expected, found), job), follow)
        except JobError as error:
            raise UncomparableError(str(error)) from error
        files = sorted((read(PartFile, each) for each in result.get("files", ())), key=lambda each: each.key)
        bucket = beginning.bucket
        yield Outcome(_tally(expected, result.get("counts", {})), lambda: _differing(aws, bucket, files))


def _files(named: Named) -> Files | None:
    """None: it is a table that is scanned."""
    if named.export and named.export.reading:
        return files_of(named.export.reading.parts)
    return files_of(named.opened.reading.parts) if named.opened else None


def _request(beginning: Beginning, sides: tuple[Files, Files], job: Job) -> document.Request:
    expected, found = sides
    names = "\0".join(f"{file.key} {file.md5}" for side in sides for file in side)
    # The same comparison is found again by whoever comes after a kill.
    folder = f"{FOLDER}{beginning.asked.table}/compare-{hashlib.sha256(names.encode()).hexdigest()[:16]}/"
    return document.Request(
        version=document.VERSION,
        work=document.COMPARE,
        region=beginning.region,
        table=beginning.asked.table,
        keys=tuple(Key(name, kind) for name, kind in beginning.keys.items()),
        bucket=beginning.bucket,
        folder=folder,
        output=folder,
        images=document.Images((), expected, found, (), False, False),
        plan=(),
        taken=document.Taken((), "", ()),
        time_to_live=beginning.expiry.attribute,
        moment=int(beginning.expiry.now),
        version_attribute="",
        slots=job.slots,
        parts=parts_for(sum(file.items for side in sides for file in side)),
        read_units_per_second=0.0,
        write_units_per_second=0.0,
    )


def _tally(expected: Files, counts: dict[str, int]) -> Tally:
    """Whatever does not differ is the same: the job has held each file to its number of items."""
    differ = {kind: counts.get(kind, 0) for kind in (CHANGED, MISSING, UNEXPECTED, EXPIRED)}
    same = sum(file.items for file in expected) - differ[CHANGED] - differ[MISSING] - differ[EXPIRED]
    return Tally(same=same, **differ)


def _differing(aws: Aws, bucket: str, files: list[PartFile]) -> Iterator[Differing]:
    for file in files:
        body = s3.get_object(aws("s3"), bucket, file.key)
        if body is None:
            raise UncomparableError(f"s3://{bucket}/{file.key} is gone: compare again.")
        try:
            yield from map(of_line, lines_of(file, body.read()))
        except PartError as error:
            raise UncomparableError(f"s3://{bucket}/{error}: compare again.") from error
