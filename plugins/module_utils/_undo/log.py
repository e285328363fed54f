# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The log of an undo: what its writes replaced and wrote, as an incremental export of DynamoDB's has it.

Below log/ in the undo's folder, for each batch of the plan's lines, one after another:

- intents/NNNNN.jsonl.gz, before the first write of the batch: planned lines (change.py) of what is to be
  written, whose image Now was read a moment before;
- AWSDynamoDB/data/NNNNN.json.gz, after the last one: what was replaced as OldImage, what was written as
  NewImage; and conflicts/NNNNN-run.jsonl.gz in the undo's folder, if there are any;
- done/NNNNN.json, at last: the counts and the files of the batch.

A batch without the latter was cut off: whether a write that was intended was done, the item itself tells. At
the end the manifests are written, and whoever reads incremental exports reads the log.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from .._base.streams import md5_base64
from .._items.canonical import key_digest
from .._items.strict_json import dumps_sorted, loads_trusted
from .change import Planned, of_planned_line, planned_line
from .records import NotReadableError, read, write
from .rule import CONFLICT, WRITES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .._items.size import Item
    from .plan_document import Table
    from .steps import Outcome, Step

LOG = "log/"
INTENTS, DONE = f"{LOG}intents/", f"{LOG}done/"
# As an export with this prefix would lie.
EXPORT = f"{LOG}AWSDynamoDB/"
FROM_INCREMENTAL = "2023-08-01"  # the version of its manifest
# Of a batch. What was read of an item is so old at most as its batch takes.
MOST_ITEMS, MOST_BYTES = 500, 8 << 20
_LEVEL = 3


class LogError(ValueError):
    """An object of the log that is none."""


@dataclass(frozen=True)
class File:
    """A file of the log."""

    key: str  # from the undo's folder on
    items: int
    md5: str  # of the packed bytes, as base64


@dataclass(frozen=True)
class Batch:
    """A batch that is done."""

    number: int
    first: int  # line of the plan, from 0
    items: int
    counts: dict[str, int]  # of steps.RESULTS
    refused: int  # of the conflicts
    units: float
    data: tuple[File, ...]  # one, or none where nothing was written
    conflicts: tuple[File, ...]

    @property
    def end(self) -> int:
        """The line after its last."""
        return self.first + self.items


def batches(planned: Iterable[Planned]) -> Iterator[list[Planned]]:
    """The lines of a file of a plan in batches: the same ones whenever it is asked."""
    batch: list[Planned] = []
    size = 0
    for each in planned:
        length = sum(len(dumps_sorted(image)) for image in (each.change.before, each.now) if image)
        if len(batch) == MOST_ITEMS or (batch and size + length > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += length
    if batch:
        yield batch


def intents_key(number: int) -> str:
    """Where the intents of a batch lie."""
    return f"{INTENTS}{number:05d}.jsonl.gz"


def done_key(number: int) -> str:
    """Where it is told that a batch is done."""
    return f"{DONE}{number:05d}.json"


def intents(steps: Iterable[Step]) -> bytes:
    """What is about to be written, as a file."""
    return _packed(planned_line(each.planned._replace(now=each.seen)) for each in steps)


def intended(content: bytes, keys: Sequence[str]) -> set[bytes]:
    """The key digests of what was about to be written."""
    try:
        return {key_digest(of_planned_line(line).change.key, keys) for line in lines(content)}
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise LogError(f"it cannot be read ({error!r})") from error


def ended(
    number: int, first: int, outcomes: Sequence[Outcome], units: float, micros: int
) -> tuple[Batch, dict[str, bytes]]:
    """A batch that is done, and its files by their keys. `micros` are microseconds since 1970."""
    contents: dict[str, bytes] = {}

    def file(key: str, held: list[bytes]) -> tuple[File, ...]:
        if not held:
            return ()
        contents[key] = _packed(held)
        return (File(key, len(held), md5_base64(contents[key])),)

    data = [_change(each, micros) for each in outcomes if each.result in WRITES]
    conflicts = [conflict_line(each) for each in outcomes if each.result == CONFLICT]
    batch = Batch(
        number,
        first,
        len(outcomes),
        dict(Counter(each.result for each in outcomes)),
        sum(each.refused for each in outcomes),
        units,
        file(f"{EXPORT}data/{number:05d}.json.gz", data),
        file(f"conflicts/{number:05d}-run.jsonl.gz", conflicts),
    )
    return batch, contents


def _change(outcome: Outcome, micros: int) -> bytes:
    """A line of an incremental export."""
    images = {"OldImage": outcome.image, "NewImage": outcome.planned.change.before}
    return (
        dumps_sorted(
            {
                "Metadata": {"WriteTimestampMicros": {"N": str(micros)}},
                "Keys": outcome.planned.change.key,
                **{name: image for name, image in images.items() if image is not None},
            }
        )
        + b"\n"
    )


def conflict_line(outcome: Outcome) -> bytes:
    """A line of the list of conflicts."""
    line = planned_line(Planned(outcome.planned.change, CONFLICT, outcome.image, outcome.why))
    if outcome.replaced is None:
        return line
    return dumps_sorted(loads_trusted(line) | {"Replaced": outcome.replaced}) + b"\n"


def checked(file: File, content: bytes) -> bytes:
    """The content of a file; LogError if it is not the one that was written."""
    if md5_base64(content) != file.md5:
        raise LogError(f"{file.key} is not the file that was written: its MD5 is another")
    return content


def written(content: bytes) -> Iterator[tuple[Item, Item | None]]:
    """The keys of a file of changes, and what was written."""
    found = map(loads_trusted, lines(content))
    return ((line["Keys"], line.get("NewImage")) for line in found)


def conflicts(content: bytes) -> Iterator[Planned]:
    """The conflicts of a file."""
    return map(of_planned_line, lines(content))


def to_json(batch: Batch) -> bytes:
    """The content of done/NNNNN.json."""
    return json.dumps(write(batch)).encode() + b"\n"


def of_json(text: bytes) -> Batch:
    """What to_json() wrote; LogError if it is something else."""
    try:
        return read(Batch, json.loads(text))
    except (ValueError, NotReadableError) as error:
        raise LogError(f"it is no part of a log ({error})") from error


def manifests(
    done: Sequence[Batch], table: Table, undo_id: str, where: tuple[str, str], times: tuple[str, str]
) -> tuple[str, dict[str, bytes]]:
    """The folder of the log's manifests, and they with their checksums, by keys from the undo's folder on.

    `where` are bucket and folder; `times` the begin and the end of the undo.
    """
    bucket, folder = where
    files = [file for batch in done for file in batch.data]
    export = f"{EXPORT}{undo_id.replace('T', '').replace('Z', '').replace('-', '')[:14]}-"
    export += sha256(undo_id.encode()).hexdigest()[:8]
    listed = b"".join(
        dumps_sorted({"itemCount": each.items, "md5Checksum": each.md5, "dataFileS3Key": folder + each.key})
        + b"\n"
        for each in files
    )
    summary = {
        "version": FROM_INCREMENTAL,
        "exportArn": f"{table.arn}/undo/{undo_id}",  # DynamoDB knows no such export
        "startTime": times[0],
        "endTime": times[1],
        "tableArn": table.arn,
        "tableId": table.id,
        "exportFromTime": times[0],
        "exportToTime": times[1],
        "s3Bucket": bucket,
        "s3Prefix": f"{folder}{LOG}".rstrip("/"),
        "manifestFilesS3Key": f"{folder}{export}/manifest-files.json",
        "billedSizeBytes": 0,
        "itemCount": sum(each.items for each in files),
        "outputFormat": "DYNAMODB_JSON",
        "outputView": "NEW_AND_OLD_IMAGES",
        "exportType": "INCREMENTAL_EXPORT",
    }
    contents = {"manifest-files": listed, "manifest-summary": json.dumps(summary, indent=2).encode()}
    found = {}
    for name, content in contents.items():
        found[f"{export}/{name}.json"] = content
        found[f"{export}/{name}.md5"] = md5_base64(content).encode()
    return export, found


def total(done: Iterable[Batch]) -> Counter[str]:
    """How many items each result has."""
    counts: Counter[str] = Counter()
    for each in done:
        counts.update(each.counts)
    return counts


def _packed(held: Iterable[bytes]) -> bytes:
    return gzip.compress(b"".join(held), _LEVEL, mtime=0)


def lines(content: bytes) -> Iterator[bytes]:
    """The lines of a file, each with its end."""
    return (line + b"\n" for line in gzip.decompress(content).split(b"\n") if line)
