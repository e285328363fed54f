# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A look at the objects that EMR's export tool wrote: is every file there that the manifest names?

The format has no checksums and no item counts: only files and lines can be counted.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBPipeline.html
https://github.com/awslabs/emr-dynamodb-connector (ExportManifestRecordWriter, AttributeValueSerializer)
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ..._aws import s3
from ..._model.evidence import Findings, Flaw, Point
from ..._model.history import Listed
from .runs import ENGINE, SUFFIX, scheduled_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..._aws.client import Aws

MISSING, INCOMPLETE, CORRUPT = "point_missing", "point_incomplete", "point_corrupt"
NAME, VERSION = "DynamoDB-export", 3
_FOLDER = re.compile(r"retain-(\d+)d/[^/]+/(\d{8}T\d{6}" + re.escape(SUFFIX) + ")/")


class _BrokenError(Exception):
    """Nothing further can be looked at."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.flaw = Flaw(code, detail)


def findings(aws: Aws, point: Point, *, content: bool) -> Findings:
    """What is wrong with a point's objects, and what was counted, reading the data only if asked for it."""
    client = aws("s3")
    found = {item["Key"]: item for item in s3.list_objects(client, point.bucket, f"{point.prefix}/")}
    try:
        keys = _manifest(client, point)
        flaws = [*_beside(point, found), *_missing(keys, found)]
        items = _items(client, point, keys) if content and not flaws else None
    except _BrokenError as broken:
        return Findings((broken.flaw,))
    size = sum(found[key]["Size"] for key in keys if key in found)
    return Findings(tuple(flaws), items, size, len(keys))


def read_point(aws: Aws, bucket: str, folder: str, *, empty: bool = False) -> Point | None:
    """The point in a folder, None if there is none.

    An empty one is none unless asked for: only its run knows whether it may be.
    """
    client = aws("s3")
    found = {item["Key"]: item for item in s3.list_objects(client, bucket, f"{folder}data/")}
    return _point(bucket, folder, found, empty=empty)


def listed_points(
    aws: Aws, bucket: str, folder: str, objects: Mapping[str, Mapping[str, Any]]
) -> Iterator[Listed]:
    """What is in a folder whose objects are listed, with a call for its manifest."""
    data = {key: each for key, each in objects.items() if key.startswith(f"{folder}data/")}
    point = _point(bucket, folder, data, empty=True)
    if point is None:
        yield Listed(None, why_not="its run failed, or has not come to its end")
        return
    try:
        flaw = next(_missing(_manifest(aws("s3"), point), data), None)
    except _BrokenError as broken:
        flaw = broken.flaw
    yield Listed(point, "emr", f"{flaw.detail[0].upper()}{flaw.detail[1:]}." if flaw else "")


def _point(bucket: str, folder: str, data: Mapping[str, Mapping[str, Any]], *, empty: bool) -> Point | None:
    """The point that the objects of a folder's data are."""
    named = _FOLDER.fullmatch(folder)
    files = {
        key: each for key, each in data.items() if key.rpartition("/")[2] not in {"manifest", "_SUCCESS"}
    }
    manifest = data.get(f"{folder}data/manifest")
    if not named or manifest is None or f"{folder}data/_SUCCESS" not in data or not (files or empty):
        return None
    return Point(
        bucket=bucket, prefix=folder.rstrip("/"), export_arn="", items=None,
        bytes=sum(each["Size"] for each in files.values()), finished=manifest["LastModified"],
        retention_days=int(named[1]), engine=ENGINE, files=len(files), taken=scheduled_for(named[2]),
    )  # fmt: skip


def _manifest(client: Any, point: Point) -> list[str]:
    """The keys of the files that the manifest names."""
    key = f"{point.prefix}/data/manifest"
    body = s3.get_object(client, point.bucket, key)
    if body is None:
        raise _BrokenError(MISSING, f"there is no {key}")
    try:
        manifest = json.loads(body.read())
        kind = (manifest["name"], manifest["version"])
        urls = [str(entry["url"]) for entry in manifest["entries"]]
    except (ValueError, KeyError, TypeError) as error:
        raise _BrokenError(CORRUPT, f"its manifest cannot be read ({error})") from error
    if kind != (NAME, VERSION):
        raise _BrokenError(CORRUPT, f"its manifest is of another kind, {kind[0]} version {kind[1]}")
    start = f"s3://{point.bucket}/"
    for url in urls:
        if not url.startswith(f"{start}{point.prefix}/data/"):
            raise _BrokenError(CORRUPT, f"its manifest names {url}, which lies elsewhere")
    return [url.removeprefix(start) for url in urls]


def _beside(point: Point, found: dict[str, Any]) -> Iterator[Flaw]:
    if f"{point.prefix}/data/_SUCCESS" not in found:
        yield Flaw(INCOMPLETE, "there is no _SUCCESS beside its data, which the export writes at its end")
    if f"{point.prefix}/settings.json" not in found:
        yield Flaw(INCOMPLETE, f"the table's settings, {point.prefix}/settings.json, are gone")


def _missing(keys: list[str], found: Mapping[str, Mapping[str, Any]]) -> Iterator[Flaw]:
    for key in keys:
        if key not in found:
            yield Flaw(INCOMPLETE, f"the data file {key} is gone")
        elif not found[key]["Size"]:
            yield Flaw(INCOMPLETE, f"the data file {key} is empty")


def _items(client: Any, point: Point, keys: list[str]) -> int:
    """How many items the files hold; each line is one."""
    count = 0
    for key in keys:
        body = s3.get_object(client, point.bucket, key)
        if body is None:
            raise _BrokenError(INCOMPLETE, f"the data file {key} is gone")
        for line in body.iter_lines():
            if not _is_item(line):
                raise _BrokenError(CORRUPT, f"line {count + 1} of the backup, in {key}, is not an item")
            count += 1
    return count


def _is_item(line: bytes) -> bool:
    try:
        item = json.loads(line)
    except ValueError:
        return False
    values = item.values() if isinstance(item, dict) else ()
    return bool(values) and all(isinstance(each, dict) and len(each) == 1 for each in values)
