# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What runs leave in a bucket, put there without a run: manifests, and a file of data for each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.gather_history import history

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.history import (
        History,
        RestorePoint,
    )
    from local_aws.client.fixtures import Account

STAMP = "%Y%m%dT%H%M%SZ"


def at(day: int, hour: int = 2) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@dataclass
class Kept:
    """A bucket, and nothing that knows it."""

    account: Account
    bucket: str = "kept-backups"
    days: int = 35

    def __post_init__(self) -> None:
        self.s3 = self.account.client("s3")
        place = {"LocationConstraint": self.account.region}
        self.bucket = f"{self.bucket}-{self.account.id}"
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration=place)

    def put(self, key: str, body: object = b"", **options: Any) -> str:
        told = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=told, **options)
        return key

    def folder(self, table: str, taken: datetime, end: str = "-1a2b3c4d") -> str:
        return f"retain-{self.days}d/{table}/{taken.strftime(STAMP)}{end}/"

    def export(
        self,
        table: str,
        taken: datetime,
        *,
        items: int = 5,
        settings: bool = True,
        files: int = 1,
        **told: Any,
    ) -> str:
        """What the engine export leaves; returns the folder."""
        folder = self.folder(table, taken)
        name = f"0{int(taken.timestamp())}000-1a2b3c4d"
        there = f"{folder}AWSDynamoDB/{name}/"
        place = f"arn:aws:dynamodb:{self.account.region}:{self.account.id}"
        summary = {
            "exportArn": f"{place}:table/{table}/export/{name}",
            "exportTime": taken.isoformat(),
            "endTime": taken.isoformat(),
            "itemCount": items,
            "billedSizeBytes": 100 * items,
            "outputFormat": "DYNAMODB_JSON",
            "manifestFilesS3Key": f"{there}manifest-files.json",
            **told,
        }
        if settings:
            self.put(f"{folder}settings.json", {})
        for number in range(files):
            self.put(f"{there}data/{number:05}.json.gz", b"x")
        self.put(f"{there}manifest-files.json", b"")
        self.put(f"{there}manifest-summary.json", summary)
        return folder

    def emr(self, table: str, taken: datetime, *, files: int = 2) -> str:
        """What the engine data_pipeline leaves; returns the folder."""
        folder = self.folder(table, taken, "-dp")
        names = [self.put(f"{folder}data/{number:08}", b"0123456789") for number in range(files)]
        entries = [{"url": f"s3://{self.bucket}/{name}", "mandatory": True} for name in names]
        self.put(f"{folder}data/manifest", {"name": "DynamoDB-export", "version": 3, "entries": entries})
        self.put(f"{folder}data/_SUCCESS")
        self.put(f"{folder}settings.json", {})
        return folder

    def aws(self) -> Aws:
        return Aws(self.account.client)

    def history(self, *tables: str, **options: Any) -> History:
        return history(self.aws(), self.bucket, tables, **options)

    def points(self, table: str, **options: Any) -> list[RestorePoint]:
        return self.history(table, **options).points[table]
