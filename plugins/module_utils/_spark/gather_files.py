# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads exports in S3 within a task of the job: line by line as text, each file held to its manifest.

A connection that breaks fails the task, and Spark does it again: four times, unless it is told otherwise.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO

from .._items.canonical import content_digest, key_digest
from .._items.key_order import key_order
from .._items.size import BadItemError
from .._items.strict_json import dumps_sorted, loads, loads_trusted
from .._points.formats import incremental
from .._points.formats.parts import Lines, Proof
from .._points.formats.source import Object, Source, UnreadableError
from .merge import Digested
from .places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .._items.size import Item
    from .document import File

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:  # the job brings it: it is not run without
    HAS_BOTO3 = False
else:
    HAS_BOTO3 = True


@cache
def client(service: str, region: str) -> Any:
    """One for all tasks of a process, which does them one after another."""
    return boto3.client(
        service, region_name=region, config=Config(retries={"mode": "standard", "total_max_attempts": 8})
    )


def stored(bucket: str, key: str, region: str) -> bytes | None:
    """What an object of the undo's own holds; None if it is not there.

    Without the right to list a bucket, S3 says of what is not there that it may not be read.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    try:
        content: bytes = client("s3", region).get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "AccessDenied"}:
            return None
        raise
    return content


def changes(
    file: File, keys: Mapping[str, str], region: str, at: int
) -> Iterator[tuple[Place, tuple[bytes | None, ...]]]:
    """What the lines of an incremental export's file tell: key, old image and new one.

    The keys are those of the table, by name and type, the partition key first.
    """
    names = tuple(keys)
    for number, line in _lines(file, region):
        try:
            told = incremental.changed(loads(line), incremental.BOTH_IMAGES, file.key, number)
            if {name: _type(value) for name, value in told.keys.items()} != keys:
                raise BadItemError(f"its keys are {', '.join(told.keys)}, and not those of the table")
            images = (None if each is None else dumps_sorted(each) for each in (told.old, told.new))
            yield Place(*key_order(told.keys, names), at), (dumps_sorted(told.keys), *images)
        except (ValueError, KeyError) as error:
            raise _unreadable(error, file, number) from None


def digests(
    file: File, keys: Sequence[str], region: str, side: int, number: int
) -> Iterator[tuple[bytes, Digested]]:
    """The items of a full export's file as digests: of the key, and what is known of the item."""
    for line_number, line in _lines(file, region):
        try:
            item = _item(line)
            yield key_digest(item, keys), Digested(side, content_digest(item), number, line_number)
        except (ValueError, KeyError) as error:
            raise _unreadable(error, file, line_number) from None


def items(
    file: File, keys: Sequence[str], region: str, side: int, wanted: frozenset[int]
) -> Iterator[tuple[Place, bytes]]:
    """Some lines of a full export's file, by their numbers."""
    left = len(wanted)
    for number, line in _lines(file, region):
        if number in wanted:
            yield Place(*key_order(_item(line), keys), side), line
            left -= 1
            if not left:  # the file was held to its manifest when it was read the first time
                return


def _lines(file: File, region: str) -> Iterator[tuple[int, bytes]]:
    def opened(_name: str) -> BinaryIO:
        body: BinaryIO = client("s3", region).get_object(Bucket=file.bucket, Key=file.key)["Body"]
        return body

    found = Object(file.key, file.size)
    source = Source(f"s3://{file.bucket}", (found,), opened)
    return Lines(source, found, _item, Proof(file.items, file.md5)).lines()


def _type(value: Mapping[str, Any]) -> str:
    """Of an attribute's value."""
    return next(iter(value))


def _item(line: bytes) -> Item:
    try:
        item: Item = loads_trusted(line)["Item"]
    except (KeyError, TypeError):
        raise BadItemError('it is not {"Item": {...}}') from None
    return item


def _unreadable(error: Exception, file: File, number: int) -> UnreadableError:
    why = f"its key {error} is not there" if isinstance(error, KeyError) else str(error)
    return UnreadableError(why, file.key, number)
