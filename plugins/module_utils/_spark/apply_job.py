# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The job on many machines: reads exports, makes a plan of an undo, and writes what a plan says.

It runs on Spark as AWS Glue has it, and on any other: nothing of Glue's own is asked for. Its one argument is
where its request lies (document.py). What it makes of an item is decided by the same functions as on one
machine, which are shipped with it (code.py).

Spark lays items side by side and keeps on its disks what is too much for its memory; files are read and
written with boto3 by the tasks themselves, so that each export's file is held to its manifest, and so that
all of this runs without Hadoop's own way to S3.
"""

from __future__ import annotations

import argparse
import json
import threading
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from .._points.formats.source import UnreadableError
from .._undo.apply_writes import NotWrittenError
from .._undo.log import LogError
from .._undo.plan_files import PartError
from . import apply_put_back, gather_files, merge
from .apply_differing import DifferingWriter
from .apply_parts import PlanWriter
from .document import COMPARE, DONE, FAILURE, PLAN, PROGRESS, PUT_BACK, READ, RESULT, Request, of_json
from .merge import BEFORE, INCIDENT, NOW
from .places import part_of

try:
    from pyspark.sql import SparkSession
except ImportError:  # only where the job runs
    HAS_SPARK = False
else:
    HAS_SPARK = True

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .._undo.log import Batch
    from .._undo.log import File as Logged
    from .._undo.plan_files import PartFile
    from .document import File
    from .merge import Digested, Stated
    from .places import Place

# What says itself what is wrong.
REASONS = (UnreadableError, PartError, LogError, NotWrittenError)
# Between two notes of how far it is, each a PUT to S3.
NOTE_SECONDS = 5.0
Result = dict[str, Any]
Counters = dict[str, Any]  # Spark's accumulators: read (items of exports), done (items planned, or written)


def main(arguments: list[str]) -> None:
    """Do what a request asks: --request s3://bucket/key --region eu-west-1."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--request", required=True)
    parser.add_argument("--region", required=True)
    asked = parser.parse_known_args(arguments)[0]  # Glue adds arguments of its own
    bucket, _slash, key = asked.request.removeprefix("s3://").partition("/")
    s3 = gather_files.client("s3", asked.region)
    request = of_json(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    context = SparkSession.builder.appName(f"{request.work} {request.table}").getOrCreate().sparkContext
    for name in (RESULT, FAILURE):  # of a run before this
        _put(request, name, {})
    counters = {name: context.accumulator(0) for name in (READ, DONE)}
    try:
        with _noting(request, counters):
            result = WORKS[request.work](context, request, counters)
    except Exception as error:
        raise SystemExit(_failure(request, error)) from error
    _put(request, RESULT, {"request": request.folder, **result})


def plan(context: Any, request: Request, counters: Counters) -> Result:
    """Make the files of a plan; what their parts tell is added up."""
    of = _changes_of_windows if request.images.windows else _changes_of_points
    parts = of(context, request, counters).mapPartitionsWithIndex(partial(_planned, request, counters))
    return _added(parts.collect())


def compare(context: Any, request: Request, counters: Counters) -> Result:
    """Write what differs between the images before and the others; what the parts tell is added up."""
    differ = _changes_of_points(context, request, counters)
    return _added(differ.mapPartitionsWithIndex(partial(_compared, request, counters)).collect())


def put_back(context: Any, request: Request, counters: Counters) -> Result:
    """Write what the files of a plan say, each by one task, and read all that was written again.

    Each task has its part of the rate: as many are at work at once as there are slots, at most.
    """
    files = list(request.plan)

    def sizes(found: Iterable[PartFile]) -> Iterator[list[int]]:
        return (apply_put_back.sizes(request, file) for file in found)

    def written(found: Iterable[tuple[PartFile, int, int]]) -> Iterator[Batch]:
        for file, number, first in found:
            yield from apply_put_back.put_back(request, file, number, first, counters[DONE].add)

    def verified(found: Iterable[Logged]) -> Iterator[Result]:
        yield apply_put_back.verified(request, found)

    spread = context.parallelize(files, max(1, len(files)))
    batches = spread.mapPartitions(partial(_guarded, request, sizes)).collect()
    begins, number, first = [], 0, 0
    for file, of_file in zip(files, batches, strict=True):
        begins.append((file, number, first))
        number, first = number + len(of_file), first + sum(of_file)
    at_work = context.parallelize(begins, max(1, len(begins)))
    done = at_work.mapPartitions(partial(_guarded, request, written)).collect()
    data = [file for batch in done for file in batch.data]
    again = context.parallelize(data, max(1, min(len(data), request.parts)))
    parts = again.mapPartitions(partial(_guarded, request, verified)).collect()
    found = _added(parts)
    found["samples"] = found["samples"][: apply_put_back.MOST_SAMPLES]
    return {"done": [asdict(each) for each in done], "verified": found}


def _changes_of_windows(context: Any, request: Request, counters: Counters) -> Any:
    """An RDD of Stated, from incremental exports: all their lines are changes."""
    files = [(window.at, file) for window in request.images.windows for file in window.files]
    keys = {key.name: key.type for key in request.keys}
    spread = context.parallelize(files, max(1, len(files)))

    def lines(found: Iterable[tuple[int, File]]) -> Iterator[Any]:
        for at, file in found:
            records = gather_files.changes(file, keys, request.region, at)
            yield from _counted(records, counters, READ)

    placed = _laid(spread.mapPartitions(partial(_guarded, request, lines)), request)
    return placed.mapPartitions(partial(_guarded, request, merge.of_windows))


def _changes_of_points(context: Any, request: Request, counters: Counters) -> Any:
    """An RDD of Stated, from full exports: the digests of all items tell which images are worth reading."""
    images, region, keys = request.images, request.region, names_of(request)
    sides = [(BEFORE, images.before), (INCIDENT, images.incident), (NOW, images.now)]
    files = [(side, file) for side, found in sides for file in found]
    names = [file.key for _side, file in files]
    states = states_of(request)

    def digests(found: Iterable[tuple[int, tuple[int, File]]]) -> Iterator[tuple[bytes, Digested]]:
        for number, (side, file) in found:
            records = gather_files.digests(file, keys, region, side, number)
            yield from _counted(records, counters, READ)

    def images_of(found: Iterable[tuple[int, Iterable[int]]]) -> Iterator[tuple[Place, bytes]]:
        for number, lines in found:
            side, file = files[number]
            yield from gather_files.items(file, keys, region, side, frozenset(lines))

    spread = context.parallelize(list(enumerate(files)), max(1, len(files)))
    told = _laid(spread.mapPartitions(partial(_guarded, request, digests)), request)
    differ = told.mapPartitions(
        partial(_guarded, request, partial(merge.differing, files=names, states=states))
    )
    wanted = differ.map(lambda each: (each.file, each.line)).groupByKey(
        max(1, min(len(files), request.parts))
    )
    placed = _laid(wanted.mapPartitions(partial(_guarded, request, images_of)), request)
    return placed.mapPartitions(
        partial(_guarded, request, partial(merge.of_points, keys=keys, states=states))
    )


def names_of(request: Request) -> tuple[str, ...]:
    """The names of the table's keys."""
    return tuple(key.name for key in request.keys)


def states_of(request: Request) -> tuple[int, ...]:
    """The sides of which a plan knows every item."""
    images = request.images
    known = [BEFORE] if images.two_states else [BEFORE, INCIDENT]
    return tuple([*known, NOW] if images.now_is_exported else known)


def _laid(records: Any, request: Request) -> Any:
    """Records side by side in the order of their keys, in so many parts."""
    return records.repartitionAndSortWithinPartitions(
        request.parts, partial(part_of, parts=request.parts), keyfunc=_as_it_is
    )


def _as_it_is(key: Any) -> Any:
    return key


def _planned(request: Request, counters: Counters, number: int, found: Iterable[Stated]) -> Iterator[Result]:
    writer = PlanWriter(request, number, states_of(request))
    for each in _guarded(request, writer.results_of, found):
        counters[DONE].add(each)
    yield writer.end()


def _compared(request: Request, counters: Counters, number: int, found: Iterable[Stated]) -> Iterator[Result]:
    writer = DifferingWriter(request, number)
    for each in _guarded(request, writer.written, found):
        counters[DONE].add(each)
    yield writer.end()


def _counted(records: Iterable[Any], counters: Counters, name: str) -> Iterator[Any]:
    count = 0
    for record in records:
        count += 1
        yield record
    counters[name].add(count)


def _guarded(request: Request, work: Callable[[Any], Iterator[Any]], found: Any) -> Iterator[Any]:
    """Have the reason of a failure said where the driver finds it, whole: Spark wraps it into its own."""
    try:
        yield from work(found)
    except REASONS as error:
        _put(request, FAILURE, {"failed": str(error)})
        raise


def _added(parts: list[Result]) -> Result:
    """What all parts tell together: numbers are added, lists are joined."""
    total: Result = {}
    for part in parts:
        for name, value in part.items():
            if isinstance(value, dict):
                total[name] = _added([total.get(name, {}), value])
            else:
                total[name] = total[name] + value if name in total else value
    return total


@contextmanager
def _noting(request: Request, counters: Counters) -> Iterator[None]:
    """Note now and then how far it is, for whoever follows."""
    ended = threading.Event()

    def note() -> None:
        while not ended.wait(NOTE_SECONDS):
            _put(request, PROGRESS, {name: counter.value for name, counter in counters.items()})

    noter = threading.Thread(target=note, daemon=True)
    noter.start()
    try:
        yield
    finally:
        ended.set()
        noter.join()


def _failure(request: Request, error: Exception) -> str:
    """The reason in a sentence, which is also kept as the result."""
    told = json.loads(gather_files.stored(request.bucket, request.folder + FAILURE, request.region) or b"{}")
    reason = str(told["failed"]) if told else f"an error that was not expected, {error!r:.1000}"
    _put(request, RESULT, {"failed": reason})
    return reason


def _put(request: Request, name: str, content: Result) -> None:
    text = json.dumps(content).encode()
    gather_files.client("s3", request.region).put_object(
        Bucket=request.bucket, Key=request.folder + name, Body=text, ChecksumAlgorithm="SHA256"
    )


WORKS: dict[str, Callable[[Any, Request, Counters], Result]] = {
    PLAN: plan,
    PUT_BACK: put_back,
    COMPARE: compare,
}
