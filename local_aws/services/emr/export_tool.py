# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DynamoDBExport: a table scanned into files of JSON lines, and a manifest that names them.

https://github.com/awslabs/emr-dynamodb-connector (DynamoDBExport, ExportMapper, ExportManifestRecordWriter)
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBPipeline.html

Each mapper scans a segment and begins a file with its first item: an empty segment leaves no file, an empty
table a manifest without entries. As EMR's file system does, a job makes its output directory before it scans,
as an object ``<directory>_$folder$``, and does not take it away when it fails: a second attempt finds it.
Before that it asks for each directory above as if that were an object, as mkdirs of NativeS3FileSystem
(Hadoop's, from which EMR's file system comes) does: not to be found is fine, to be denied ends the job.
"""

from __future__ import annotations

import json
import uuid
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from .tools import Order, Place, ToolError, Work, order, table_of, told, written

if TYPE_CHECKING:
    from collections.abc import Iterator

MAPPERS = 3
ITEMS_PER_FILE = 100_000


def run(work: Work) -> None:
    wanted = order(work)
    description = table_of(work, wanted, "Read")
    s3 = work.client("s3")
    try:
        _make_directory(s3, wanted.place)
        work.log(f"Item count: {description['ItemCount']}")
        work.pause(wanted.table)
        names = [name for segment in range(_mappers(wanted)) for name in _segment(work, wanted, segment)]
        # The reducer sorts by the reversed name.
        names.sort(key=lambda name: name[::-1])
        _put(s3, wanted.place, "manifest", _manifest(wanted.place, names))
        _put(s3, wanted.place, "_SUCCESS", b"")
    except ClientError as error:
        raise ToolError(
            f'Exception in thread "main" java.io.IOException: Job failed! {told(error)}'
        ) from error
    work.log(f"Output path: {wanted.place}")


def _mappers(wanted: Order) -> int:
    return wanted.segments or MAPPERS


def _make_directory(s3: Any, place: Place) -> None:
    found = s3.list_objects_v2(Bucket=place.bucket, Prefix=f"{place.path}/", MaxKeys=1)["KeyCount"]
    marker = f"{place.path}_$folder$"
    found += s3.list_objects_v2(Bucket=place.bucket, Prefix=marker, MaxKeys=1)["KeyCount"]
    if found:
        raise ToolError(
            'Exception in thread "main" org.apache.hadoop.mapred.FileAlreadyExistsException: '
            f"Output directory {place} already exists"
        )
    for parent in PurePosixPath(place.path).parents[:-1]:
        _look_at(s3, place.bucket, str(parent))
    s3.put_object(Bucket=place.bucket, Key=marker, Body=b"")


def _look_at(s3: Any, bucket: str, key: str) -> None:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise


def _segment(work: Work, wanted: Order, segment: int) -> Iterator[str]:
    """Write the files of a segment; their names."""
    pages = (
        work.client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=wanted.table, Segment=segment, TotalSegments=_mappers(wanted))
    )
    lines = [_line(item, work.generation) for page in pages for item in page["Items"]]
    for begin in range(0, len(lines), ITEMS_PER_FILE):
        name = str(uuid.uuid4())
        _put(work.client("s3"), wanted.place, name, b"".join(lines[begin : begin + ITEMS_PER_FILE]))
        yield name


def _line(item: dict[str, Any], generation: int) -> bytes:
    shown = {name: written(value, generation) for name, value in item.items()}
    return json.dumps(shown, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def _manifest(place: Place, names: list[str]) -> bytes:
    entries = ",\n".join(
        json.dumps({"url": f"{place.url}/{name}", "mandatory": True}, separators=(",", ":")) for name in names
    )
    return f'{{"name":"DynamoDB-export","version":3,\n"entries": [\n{entries}\n]}}'.encode()


def _put(s3: Any, place: Place, name: str, content: bytes) -> None:
    s3.put_object(Bucket=place.bucket, Key=f"{place.path}/{name}", Body=content)
