# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Exporting from the embedded DynamoDB."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


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
    with pytest.raises(ClientError) as caught:
        call(**request)
    return str(caught.value.response["Error"]["Code"])
