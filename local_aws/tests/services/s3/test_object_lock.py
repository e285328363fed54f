# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Buckets of the embedded AWS that nobody can delete backups from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

QUIET = Config(request_checksum_calculation="when_required", retries={"total_max_attempts": 1})


@pytest.fixture(name="locked")
def fixture_locked(account: Account) -> str:
    """A bucket whose objects are kept for a day."""
    s3, name = account.client("s3"), f"locked-{account.id}"
    region = {"LocationConstraint": account.region}
    s3.create_bucket(Bucket=name, CreateBucketConfiguration=region, ObjectLockEnabledForBucket=True)
    retention = {"Mode": "GOVERNANCE", "Days": 1}
    rule = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}}
    s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=rule)
    return name


def in_parts(s3: Any, bucket: str) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="a")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="a", UploadId=upload, PartNumber=1, Body=b"x")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="a", UploadId=upload, MultipartUpload=parts)


@pytest.mark.parametrize("parts", [False, True])
def test_an_object_is_kept_however_it_was_put(account: Account, locked: str, parts: bool) -> None:
    s3 = account.client("s3")
    if parts:
        in_parts(s3, locked)
    else:
        s3.put_object(Bucket=locked, Key="a", Body=b"x")
    version = s3.head_object(Bucket=locked, Key="a")["VersionId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=locked, Key="a", VersionId=version)


def test_an_object_without_a_checksum_is_refused(account: Account, locked: str) -> None:
    s3 = account.client("s3", config=QUIET)
    with pytest.raises(ClientError, match="HTTP header is required"):
        s3.put_object(Bucket=locked, Key="a", Body=b"x")
    s3.put_object(Bucket=locked, Key="a", Body=b"x", ContentMD5="ndTkYSaMgDT1yFZOFVxnpg==")
