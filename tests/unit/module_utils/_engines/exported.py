# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An export in the bucket, to be damaged."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines._export_verify import object_flaws

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._evidence import Point
    from tests.unit.modules.backup_info.machinery import Machinery


def md5(body: bytes) -> str:
    return base64.b64encode(hashlib.md5(body).digest()).decode()


@dataclass
class Export:
    """The objects of an export, to be read and changed."""

    target: Machinery
    point: Point

    def __post_init__(self) -> None:
        self.s3 = self.target.client("s3")
        self.folder = f"{self.point.prefix}/AWSDynamoDB/{self.point.export_arn.rsplit('/', 1)[1]}"

    def flaws(self, *, content: bool = False) -> list[tuple[str, str]]:
        """What is found wrong with it."""
        found = object_flaws(Aws(self.target.client), self.point, content=content)
        return [(flaw.code, flaw.detail) for flaw in found]

    def listed(self) -> list[str]:
        listed = self.s3.list_objects_v2(Bucket=self.target.bucket).get("Contents", [])
        return [item["Key"] for item in listed]

    def read(self, name: str) -> bytes:
        body: bytes = self.s3.get_object(Bucket=self.target.bucket, Key=f"{self.folder}/{name}")[
            "Body"
        ].read()
        return body

    def write(self, name: str, body: bytes) -> str:
        answer = self.s3.put_object(Bucket=self.target.bucket, Key=f"{self.folder}/{name}", Body=body)
        return str(answer["ETag"])

    def delete(self, name: str) -> None:
        self.s3.delete_object(Bucket=self.target.bucket, Key=f"{self.folder}/{name}")

    def write_manifest(self, name: str, body: bytes) -> None:
        """With a checksum that fits."""
        self.write(f"{name}.json", body)
        self.write(f"{name}.checksum", md5(body).encode())

    def files(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.read("manifest-files.json").splitlines()]

    def write_files(self, files: list[dict[str, Any]]) -> None:
        self.write_manifest("manifest-files", "\n".join(json.dumps(file) for file in files).encode())

    def change_summary(self, **changes: Any) -> None:
        summary = json.loads(self.read("manifest-summary.json")) | changes
        self.write_manifest("manifest-summary", json.dumps(summary).encode())

    def full_file(self) -> tuple[str, dict[str, Any]]:
        """Name and manifest line of a data file that holds items."""
        file = next(file for file in self.files() if file["itemCount"])
        return "data/" + file["dataFileS3Key"].rsplit("/", 1)[1], file

    def replace_data(self, body: bytes, **changes: Any) -> None:
        """Another data file, whose size, etag and md5 the manifest tells truly."""
        name, old = self.full_file()
        etag = self.write(name, body)
        files = self.files()
        for file in files:
            if file["dataFileS3Key"] == old["dataFileS3Key"]:
                file.update(etag=etag.strip('"'), md5Checksum=md5(body), **changes)
        self.write_files(files)
