# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An export in the bucket, to be damaged."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.export.verify import object_flaws
from local_aws.client.fixtures import new_account
from tests.unit.modules.status_info.machinery import Machinery
from tests.unit.support.evidence import point

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import Point
    from local_aws.client.process import LocalAws


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
        self.write(f"{name}.md5", md5(body).encode())

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


@pytest.fixture(name="made", scope="module")
def fixture_made(local_aws: LocalAws) -> Iterator[Export]:
    """The export of a table of 3 items."""
    with new_account(local_aws) as account:
        yield exported(Machinery(account))


def exported(target: Machinery) -> Export:
    target.deploy_store()
    entry = target.export("orders")
    arn = f"arn:aws:dynamodb:eu-west-1:{target.account.id}:table/orders/export/{entry['export']}"
    export = Export(target, point(1, bucket=target.bucket, prefix=entry["prefix"], export_arn=arn, items=3))
    # Put in one part, so that a file that is put again has the same etag.
    files = export.files()
    for file in files:
        name = "data/" + file["dataFileS3Key"].rsplit("/", 1)[1]
        file["etag"] = export.write(name, export.read(name)).strip('"')
    export.write_files(files)
    return export


@pytest.fixture(name="export")
def fixture_export(made: Export) -> Iterator[Export]:
    """The same, mended after the test."""
    bucket = made.target.bucket
    bodies = {key: made.s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in made.listed()}
    yield made
    if bucket not in [each["Name"] for each in made.s3.list_buckets()["Buckets"]]:
        made.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for key, body in bodies.items():
        made.s3.put_object(Bucket=bucket, Key=key, Body=body)
    for key in set(made.listed()) - set(bodies):
        made.s3.delete_object(Bucket=bucket, Key=key)


def incremental(export: Export) -> None:
    export.change_summary(exportType="INCREMENTAL_EXPORT")


def filtered(export: Export) -> None:
    export.change_summary(filterSpecification={"filterExpression": "a = :a"})
