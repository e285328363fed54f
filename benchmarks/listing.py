# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A bucket with many points, as the runs of some weeks leave them, without the runs."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.target import Target

POINTS = 35
THREADS = 16
# What an export leaves beside its manifest, of a table that has one file.
BESIDE = ("_started", "data/x.json.gz", "manifest-files.json", "manifest-files.md5", "manifest-summary.md5")
NEWEST = datetime(2026, 11, 28, 2, tzinfo=UTC)


def fill(target: Target, points: int) -> None:
    """Put points of every day beside what is there, for each table."""
    client = target.client("s3")

    def put(key: str, body: bytes) -> None:
        client.put_object(Bucket=target.bucket, Key=key, Body=body)

    with ThreadPoolExecutor(THREADS) as pool:
        for table in target.tables:
            objects = dict(each for number in range(points) for each in _point(target, table, number))
            list(pool.map(put, objects, objects.values()))


def _point(target: Target, table: str, number: int) -> Iterator[tuple[str, bytes]]:
    """The objects of a point, by their keys."""
    taken = NEWEST - timedelta(days=number)
    folder = f"retain-35d/{table}/{taken:%Y%m%dT%H%M%SZ}-1a2b3c4d/"
    name = f"0{int(taken.timestamp())}000-1a2b3c4d"
    export = f"{folder}AWSDynamoDB/{name}/"
    place = f"arn:aws:dynamodb:{target.aws.region}:{target.account}"
    summary: dict[str, Any] = {
        "exportArn": f"{place}:table/{table}/export/{name}",
        "exportTime": taken.isoformat(),
        "endTime": taken.isoformat(),
        "itemCount": 5,
        "billedSizeBytes": 500,
        "outputFormat": "DYNAMODB_JSON",
        "manifestFilesS3Key": f"{export}manifest-files.json",
    }
    yield f"{folder}settings.json", b"{}"
    yield f"{export}manifest-summary.json", json.dumps(summary).encode()
    yield from ((f"{export}{each}", b"x") for each in BESIDE)
