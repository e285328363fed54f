# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A look at the objects of an export: are they all there, and are they what its manifest says?

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
What that page tells otherwise than AWS does is in tests/recorded.
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from typing import TYPE_CHECKING, Any

from ..._aws import dynamodb, s3
from ..._base.streams import Md5Stream, md5_base64
from ..._model.evidence import Flaw, Point
from ..._model.partial_exports import described_part, manifest_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..._aws.client import Aws

MISSING, INCOMPLETE, CORRUPT = "point_missing", "point_incomplete", "point_corrupt"
FILTERED = "point_filtered"
# What AWS writes, and the name that its documentation draws.
CHECKSUMS = ("md5", "checksum")
CHUNK = 1 << 20


class _BrokenError(Exception):
    """Nothing further can be looked at."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.flaw = Flaw(code, detail)


def object_flaws(aws: Aws, point: Point, *, content: bool) -> tuple[Flaw, ...]:
    """What is wrong with a point's objects, reading the data files only if asked for their content."""
    client = aws("s3")
    try:
        summary, files = _manifests(client, point)
        flaws = [*_summary_flaws(summary, files, point), *_file_flaws(client, files, point)]
        if content and not flaws:
            flaws = [flaw for file in files for flaw in _content_flaws(client, file, point)]
    except _BrokenError as broken:
        return (broken.flaw,)
    return tuple(flaws)


def export_flaws(aws: Aws, point: Point) -> tuple[Flaw, ...]:
    """What DynamoDB itself says against the export."""
    export = dynamodb.describe_export(aws("dynamodb"), point.export_arn)
    if export is None:
        return (Flaw("export_expired", "DynamoDB tells of an export for 90 days"),)
    if partial := described_part(export):
        return (Flaw(FILTERED, partial),)
    status = export["ExportStatus"]
    if status == "FAILED":
        return (Flaw(CORRUPT, f"DynamoDB says the export failed: {export.get('FailureMessage', '')}"),)
    if status == "IN_PROGRESS":
        return (Flaw(INCOMPLETE, "DynamoDB says the export is still in progress"),)
    if status != "COMPLETED":
        return (Flaw("export_state_unknown", f"DynamoDB says the export is {status}"),)
    if export.get("ItemCount") != point.items:
        counts = f"DynamoDB tells of {export.get('ItemCount')} items, its run of {point.items}"
        return (Flaw(CORRUPT, counts),)
    return ()


def _folder(point: Point) -> str:
    return f"{point.prefix}/AWSDynamoDB/{point.export_arn.rsplit('/', 1)[-1]}"


def _manifests(client: Any, point: Point) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Both manifests, after a look at their checksums."""
    texts = []
    for name in ("manifest-summary", "manifest-files"):
        text = _read(client, point, f"{name}.json")
        checksum = _read(client, point, *(f"{name}.{end}" for end in CHECKSUMS))
        if checksum.decode(errors="replace").strip() != md5_base64(text):
            raise _BrokenError(CORRUPT, f"{name}.json does not match its checksum")
        texts.append(text)
    try:
        summary = json.loads(texts[0])
        files = [json.loads(line) for line in texts[1].splitlines() if line]
        for file in files:
            file["key"], file["items"], file["tag"], file["md5"] = (
                file["dataFileS3Key"], int(file["itemCount"]), file["etag"].strip('"'), file["md5Checksum"],
            )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _BrokenError(CORRUPT, f"a manifest cannot be read ({error})") from error
    return summary, files


def _read(client: Any, point: Point, *names: str) -> bytes:
    """The object that has the first of these names."""
    for name in names:
        if body := s3.get_object(client, point.bucket, f"{_folder(point)}/{name}"):
            text: bytes = body.read()
            return text
    raise _BrokenError(MISSING, f"there is no {_folder(point)}/{names[0]}")


def _summary_flaws(summary: dict[str, Any], files: list[dict[str, Any]], point: Point) -> Iterator[Flaw]:
    if summary.get("exportArn") != point.export_arn:
        yield Flaw(CORRUPT, f"its manifest is of another export, {summary.get('exportArn')}")
    if partial := manifest_part(summary):
        yield Flaw(FILTERED, partial)
    counts = {
        "its files": sum(file["items"] for file in files),
        "its manifest": summary.get("itemCount"),
        "its run": point.items,
    }
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{who} {count}" for who, count in counts.items())
        yield Flaw(CORRUPT, f"the item counts differ: {told}")


def _file_flaws(client: Any, files: list[dict[str, Any]], point: Point) -> Iterator[Flaw]:
    """One listing instead of a question for each file."""
    found = {item["Key"]: item for item in s3.list_objects(client, point.bucket, f"{_folder(point)}/data/")}
    for file in files:
        item = found.get(file["key"])
        if item is None:
            yield Flaw(INCOMPLETE, f"the data file {file['key']} is gone")
        elif file["items"] and not item["Size"]:
            yield Flaw(INCOMPLETE, f"the data file {file['key']} is empty")
        elif item["ETag"].strip('"') != file["tag"]:
            yield Flaw(CORRUPT, f"the data file {file['key']} is not the one that was exported (etag)")


def _content_flaws(client: Any, file: dict[str, Any], point: Point) -> Iterator[Flaw]:
    body = s3.get_object(client, point.bucket, file["key"])
    if body is None:
        yield Flaw(INCOMPLETE, f"the data file {file['key']} is gone")
        return
    stream = Md5Stream(body)
    try:
        with gzip.GzipFile(fileobj=io.BufferedReader(stream, CHUNK)) as lines:
            items = sum(1 for line in lines if _is_item(line))
    except (ValueError, EOFError, OSError, zlib.error) as error:
        yield Flaw(CORRUPT, f"the data file {file['key']} cannot be read ({error})")
        return
    if stream.base64 != file["md5"]:
        yield Flaw(CORRUPT, f"the data file {file['key']} does not match its checksum")
    if items != file["items"]:
        yield Flaw(CORRUPT, f"the data file {file['key']} holds {items} items, not {file['items']}")


def _is_item(line: bytes) -> bool:
    value = json.loads(line)
    if not isinstance(value, dict) or not isinstance(value.get("Item"), dict):
        raise ValueError("a line is not an item")
    return True
