# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes a file of a plan within a task of the job, batch by batch, under the conditions of one machine.

The log has the same objects with the same numbers, so that a run that was cut off here can be gone on with
there, and the other way round. A task that Spark does again finds what the first try has logged.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from .._base.rate import Rate
from .._undo import log
from .._undo.apply_client import ItemClient, once
from .._undo.apply_writes import Writing
from .._undo.change import digest_of
from .._undo.plan_files import planned_of
from .._undo.steps import Rules
from .gather_files import client, stored
from .gather_live import share

try:
    import boto3
except ImportError:  # the job brings it: it is not run without
    HAS_BOTO3 = False
else:
    HAS_BOTO3 = True

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .._undo.change import Planned
    from .._undo.log import Batch, File
    from .._undo.plan_files import PartFile
    from .._undo.steps import Step
    from .document import Request

# All tasks together ask with so many times as many threads.
THREADS = 4
MOST_SAMPLES = 10


def sizes(request: Request, file: PartFile) -> list[int]:
    """How many items each batch of a file has."""
    return [len(batch) for batch in _batches(request, file)]


def put_back(
    request: Request, file: PartFile, number: int, first: int, done: Callable[[int], None]
) -> Iterator[Batch]:
    """Write what a file says, but for the batches that are done; its first one has this number.

    `first` is the line of the plan that the file begins with, from 0. NotWrittenError if it cannot be.
    """
    writing = _writing(request)
    for batch in _batches(request, file):
        there = stored(request.bucket, f"{request.output}{log.done_key(number)}", request.region)
        ended = log.of_json(there) if there else _written(request, writing, batch, number, first)
        if ended.items != len(batch) or ended.first != first:
            raise log.LogError(f"{request.output}{log.done_key(number)}: it is of another plan")
        done(ended.items)
        yield ended
        number, first = number + 1, ended.end


def verified(request: Request, files: Iterable[File]) -> dict[str, Any]:
    """What was written, read again: what differs now somebody else has written since."""
    writing = _writing(request)
    found: dict[str, Any] = {"as_before": 0, "changed_since": 0, "samples": []}
    for file in files:
        content = stored(request.bucket, request.output + file.key, request.region)
        if content is None:
            raise log.LogError(f"{request.output}{file.key} is gone")
        written = list(log.written(log.checked(file, content)))
        for (key, image), now in zip(written, writing.read(key for key, _image in written), strict=True):
            if digest_of(now) == digest_of(image):
                found["as_before"] += 1
                continue
            found["changed_since"] += 1
            if len(found["samples"]) < MOST_SAMPLES:
                found["samples"].append({name: next(iter(held.values())) for name, held in key.items()})
    return found


def _batches(request: Request, file: PartFile) -> Iterator[list[Planned]]:
    content = stored(request.bucket, file.key, request.region)
    if content is None:
        raise log.LogError(f"{file.key} is gone: have the plan made anew")
    return log.batches(planned_of(file, content))


def _written(request: Request, writing: Writing, batch: list[Planned], number: int, first: int) -> Batch:
    """One batch: its intents are kept before its first write, and what became of it after its last."""
    intents = f"{request.output}{log.intents_key(number)}"
    before = stored(request.bucket, intents, request.region)
    intended = log.intended(before, writing.rules.keys) if before else set()
    units = writing.units

    def intend(steps: list[Step]) -> None:
        _put(request, intents, log.intents(steps))

    outcomes = writing.run(batch, time.time(), intend, intended)
    if stored(request.bucket, f"{request.output}{log.done_key(number)}", request.region):
        # What another has replaced stands in no other place. Of a task begun twice, the next try sees it.
        raise log.LogError(f"{request.output}{log.done_key(number)}: another call has kept it meanwhile")
    ended, contents = log.ended(number, first, outcomes, writing.units - units, time.time_ns() // 1000)
    for name, content in contents.items():
        _put(request, request.output + name, content)
    _put(request, request.output + log.done_key(number), log.to_json(ended))
    return ended


def _writing(request: Request) -> Writing:
    """Writes with this task's part of the rate, counted on what DynamoDB says that it took."""
    own = boto3.client("dynamodb", region_name=request.region, config=once(THREADS))
    names = tuple(key.name for key in request.keys)
    return Writing(
        ItemClient(own, request.table),
        request.table,
        Rules(names, request.version_attribute, request.time_to_live),
        Rate(share(request.write_units_per_second, request.slots)),
        Rate(share(request.read_units_per_second, request.slots)),
        THREADS,
    )


def _put(request: Request, key: str, content: bytes) -> None:
    client("s3", request.region).put_object(
        Bucket=request.bucket, Key=key, Body=content, ChecksumAlgorithm="SHA256"
    )
