# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Exporting from the embedded DynamoDB."""

from __future__ import annotations

import gzip
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from local_aws.client.fixtures import Account


@pytest.fixture
def quick_bucket(account: Account) -> Iterator[str]:
    """A bucket, and exports that hardly take any time."""
    account.aws.control("POST", "exports", real_seconds=0.05)
    yield new_bucket(account)
    account.aws.control("POST", "exports", real_seconds=1.5)


def new_bucket(account: Account) -> str:
    name = f"exports-of-{account.id}"
    account.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": account.region}
    )
    return name


def arn(account: Account, table: str) -> str:
    return f"arn:aws:dynamodb:{account.region}:{account.id}:table/{table}"


def export(account: Account, table: str, bucket: str, **options: Any) -> dict[str, Any]:
    """Start an export and wait for its end."""
    dynamodb = account.client("dynamodb")
    started = dynamodb.export_table_to_point_in_time(TableArn=arn(account, table), S3Bucket=bucket, **options)
    description: dict[str, Any] = started["ExportDescription"]
    assert description["ExportStatus"] == "IN_PROGRESS"
    while description["ExportStatus"] == "IN_PROGRESS":
        time.sleep(0.1)
        description = dynamodb.describe_export(ExportArn=description["ExportArn"])["ExportDescription"]
    return description


def objects(account: Account, bucket: str) -> dict[str, dict[str, Any]]:
    s3 = account.client("s3")
    listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {o["Key"]: o | {"Body": s3.get_object(Bucket=bucket, Key=o["Key"])["Body"].read()} for o in listed}


def refusal(call: Any, **request: Any) -> str:
    return refused(call, **request)[0]


def lines(account: Account, done: dict[str, Any]) -> list[dict[str, Any]]:
    """What stands in the data files of an export, as its manifest names them."""
    s3, bucket = account.client("s3"), done["S3Bucket"]

    def read(key: str) -> bytes:
        content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    summary = json.loads(read(done["ExportManifest"]))
    entries = [json.loads(line) for line in read(summary["manifestFilesS3Key"]).splitlines()]
    packed = [read(each["dataFileS3Key"]) for each in entries]
    return [json.loads(line) for each in packed for line in gzip.decompress(each).splitlines()]


def window(begin: datetime | float, end: datetime | float | None = None, **more: Any) -> dict[str, Any]:
    """The members of an incremental export."""
    period: dict[str, Any] = {"ExportFromTime": begin} | ({"ExportToTime": end} if end else {})
    return {"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": period | more}


def refused(call: Any, **request: Any) -> tuple[str, str]:
    """The code and the text of a refusal."""
    with pytest.raises(ClientError) as caught:
        call(**request)
    error = caught.value.response["Error"]
    return str(error["Code"]), str(error["Message"])
