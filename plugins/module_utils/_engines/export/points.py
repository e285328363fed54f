# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The exports in the folder of a run: which of them are whole backups of their table."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..._aws import dynamodb, s3
from ..._model.evidence import Point
from ..._model.history import Listed
from ..._model.partial_exports import described_part, manifest_part
from .planner import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..._aws.client import Aws

SUMMARY = "manifest-summary.json"
# Incremental exports of one place share a folder for their data.
_BULK = re.compile(r".*?/AWSDynamoDB/(?:[^/]+/)?data/")
_EXPORT = re.compile(r".*?/AWSDynamoDB/(?!data/)[^/]+/")
UNFINISHED = "its export failed, or has not come to its end"
DAMAGED = f"its {SUMMARY} cannot be read"


def retention_days(prefix: str) -> int:
    """Of a point, from the retention class that its prefix begins with."""
    match = re.match(r"retain-(\d+)d/", prefix)
    if not match:
        raise ValueError(f"{prefix} is in no retention class.")
    return int(match[1])


def read_point(aws: Aws, bucket: str, folder: str, *, empty: bool = False) -> Point | None:
    """The point in a folder, None if there is none that holds a whole table.

    An empty one is none unless asked for: only its run knows whether it may be.
    """
    client = aws("s3")
    for export in s3.list_folders(client, bucket, f"{folder}AWSDynamoDB/"):
        summary = _summary(s3.get_object(client, bucket, f"{export}{SUMMARY}"))
        if (summary.get("itemCount") or (empty and summary)) and not _part(aws, summary, asked=True):
            return _point(summary, bucket, folder)
    return None


def bulk(key: str) -> str:
    """The folder of a key whose objects need not all be listed: a large table has thousands of files."""
    found = _BULK.match(key)
    return found[0] if found else ""


def listed_points(
    aws: Aws, bucket: str, folder: str, objects: Mapping[str, Mapping[str, Any]]
) -> Iterator[Listed]:
    """What is in a folder whose objects are listed, with a call for each export.

    A run makes one export without a filter. What lies there otherwise somebody else has put there: DynamoDB
    is asked whether it is whole, which its manifest need not tell.
    """
    exports = sorted({found[0] for key in objects if (found := _EXPORT.match(key))})
    ours = len(exports) == 1 and f"{folder}settings.json" in objects
    if not exports:
        yield Listed(None, why_not="its run failed before the export began")
    for export in exports:
        key = f"{export}{SUMMARY}"
        if key not in objects:
            yield Listed(None, why_not=UNFINISHED)
            continue
        summary = _summary(s3.get_object(aws("s3"), bucket, key))
        try:
            point = _point(summary, bucket, folder)
        except (KeyError, TypeError, ValueError):
            yield Listed(None, why_not=DAMAGED)
            continue
        if part := _part(aws, summary, asked=not ours):
            yield Listed(None, why_not=part)
            continue
        lost = point.items and not any(each.startswith(f"{export}data/") for each in objects)
        why_not = "Its data files are gone." if lost else ""
        yield Listed(point, "ion" if summary.get("outputFormat") == "ION" else "dynamodb_json", why_not)


def _point(summary: Mapping[str, Any], bucket: str, folder: str) -> Point:
    return Point(
        bucket=bucket,
        prefix=folder.rstrip("/"),
        export_arn=summary["exportArn"],
        items=summary["itemCount"],
        bytes=summary["billedSizeBytes"],
        finished=datetime.fromisoformat(summary["endTime"]),
        retention_days=retention_days(folder),
        engine=NAME,
        taken=datetime.fromisoformat(summary["exportTime"]),
    )


def _summary(body: Any) -> dict[str, Any]:
    """Empty if there is none that can be read: a damaged point must not hide the good one before."""
    try:
        summary = json.loads(body.read()) if body else {}
    except ValueError:
        return {}
    return summary if isinstance(summary, dict) else {}


def _part(aws: Aws, summary: Mapping[str, Any], *, asked: bool) -> str:
    """Why an export is of less than a whole table, as its summary says or, if asked, DynamoDB still knows."""
    if part := manifest_part(summary):
        return part
    described = dynamodb.describe_export(aws("dynamodb"), summary["exportArn"]) if asked else None
    return described_part(described or {})
