# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Exports of the embedded DynamoDB, seen through boto3."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import time
from typing import TYPE_CHECKING, Any
from unittest.mock import ANY

import pytest

from local_aws.client.samples import create, samples, simple

from .exporting import arn, export, objects, quick_bucket, refusal, refused

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

__all__ = ["quick_bucket"]


def test_an_export_holds_every_item_with_its_types(account: Account, quick_bucket: str) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb)
    sample = next(s for s in samples() if s.name == "customers")
    done = export(account, "customers", quick_bucket, S3Prefix="retain-35d/customers/run")
    assert done["ExportStatus"] == "COMPLETED"
    assert re.fullmatch(arn(account, "customers") + r"/export/0\d{13}-[0-9a-f]{8}", done["ExportArn"])

    found = objects(account, quick_bucket)
    root = f"retain-35d/customers/run/AWSDynamoDB/{done['ExportArn'].rsplit('/')[-1]}"
    fixed = {"_started", "manifest-summary.json", "manifest-files.json"}
    fixed |= {"manifest-summary.md5", "manifest-files.md5"}
    names = {key.removeprefix(f"{root}/") for key in found}
    assert {name for name in names if not name.startswith("data/")} == fixed
    assert found[f"{root}/_started"]["Body"] == b""

    summary = json.loads(found[f"{root}/manifest-summary.json"]["Body"])
    assert done["ExportManifest"] == f"{root}/manifest-summary.json"
    assert summary["itemCount"] == done["ItemCount"] == len(sample.items)
    assert summary["billedSizeBytes"] == done["BilledSizeBytes"] > 0
    entries = [json.loads(line) for line in found[summary["manifestFilesS3Key"]]["Body"].splitlines()]
    assert {e["dataFileS3Key"] for e in entries} == {f"{root}/{n}" for n in names if n.startswith("data/")}
    assert len(entries) >= 4
    exported = []
    for entry in entries:
        packed = found[entry["dataFileS3Key"]]
        assert base64.b64encode(hashlib.md5(packed["Body"]).digest()).decode() == entry["md5Checksum"]
        assert packed["ETag"].strip('"') == entry["etag"]
        assert entry["etag"].endswith("-1")
        lines = gzip.decompress(packed["Body"]).splitlines()
        assert len(lines) == entry["itemCount"]
        exported += [json.loads(line)["Item"] for line in lines]

    scanned = dynamodb.scan(TableName="customers")["Items"]
    assert sorted(map(comparable, exported)) == sorted(map(comparable, scanned))
    one = next(item for item in exported if item["number"] == {"N": "1"})
    assert one["photo"] == {"B": base64.b64encode(bytes(range(256))).decode()}
    assert "12345678901234567890123456789012345678" in one["scores"]["NS"]
    assert one["signature"] == {"B": ""}
    assert one["nickname"] == {"S": ""}


def comparable(value: Any) -> str:
    """JSON with bytes as the wire has them and sets in order."""

    def plain(part: Any) -> Any:
        if isinstance(part, bytes):
            return base64.b64encode(part).decode()
        if isinstance(part, dict):
            return {
                k: sorted(map(plain, v)) if k in {"SS", "NS", "BS"} else plain(v) for k, v in part.items()
            }
        return [plain(element) for element in part] if isinstance(part, list) else part

    return json.dumps(plain(value), sort_keys=True)


@pytest.mark.parametrize("name", ["manifest-summary", "manifest-files"])
def test_checksums_belong_to_their_manifests(account: Account, quick_bucket: str, name: str) -> None:
    create(account.client("dynamodb"), (simple("tab"),))
    root = export(account, "tab", quick_bucket)["ExportManifest"].rsplit("/", 1)[0]
    found = objects(account, quick_bucket)
    digest = hashlib.md5(found[f"{root}/{name}.json"]["Body"]).digest()
    checksum = found[f"{root}/{name}.md5"]["Body"]
    assert len(checksum) == 24
    assert base64.b64decode(checksum) == digest


def test_an_export_is_the_table_as_it_was_when_asked(account: Account, quick_bucket: str) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab", 2),))
    started = dynamodb.export_table_to_point_in_time(TableArn=arn(account, "tab"), S3Bucket=quick_bucket)
    dynamodb.put_item(TableName="tab", Item={"id": {"S": "late"}})
    first = started["ExportDescription"]["ExportArn"]
    assert export(account, "tab", quick_bucket)["ItemCount"] == 3
    assert dynamodb.describe_export(ExportArn=first)["ExportDescription"]["ItemCount"] == 2


def test_moving_the_clock_finishes_an_export(account: Account, quick_bucket: str) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),))
    account.aws.control("POST", "exports", real_seconds=60)
    try:
        started = dynamodb.export_table_to_point_in_time(TableArn=arn(account, "tab"), S3Bucket=quick_bucket)
        one = started["ExportDescription"]["ExportArn"]
        time.sleep(0.3)
        assert dynamodb.describe_export(ExportArn=one)["ExportDescription"]["ExportStatus"] == "IN_PROGRESS"
        account.aws.advance(minutes=11)
        assert dynamodb.describe_export(ExportArn=one)["ExportDescription"]["ExportStatus"] == "COMPLETED"
    finally:
        account.aws.control("POST", "exports", real_seconds=1.5)


def test_s3_errors_show_only_afterwards(account: Account, quick_bucket: str) -> None:
    create(account.client("dynamodb"), (simple("tab"),))
    missing = export(account, "tab", "no-such-bucket-anywhere")
    assert (missing["ExportStatus"], missing["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    foreign = export(account, "tab", quick_bucket, S3BucketOwner="999999999999")
    assert foreign["FailureCode"] == "S3AccessDenied"
    key = "arn:aws:kms:eu-west-1:000000000000:key/00000000-0000-0000-0000-000000000000"
    keyless = export(account, "tab", quick_bucket, S3SseAlgorithm="KMS", S3SseKmsKeyId=key)
    assert keyless["FailureCode"] == "KmsNotFoundException"
    assert objects(account, quick_bucket) == {}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"TableArn": "missing"}, "TableNotFoundException"),
        ({"ExportTime": 1_500_000_000}, "InvalidExportTimeException"),
        ({"ExportTime": 9_500_000_000}, "InvalidExportTimeException"),
        ({"ExportFormat": "ION"}, "NotImitatedException"),
    ],
)
def test_errors_of_the_request_come_at_once(
    account: Account, quick_bucket: str, options: dict[str, Any], code: str
) -> None:
    create(account.client("dynamodb"), (simple("tab"),))
    asked = {"S3Bucket": quick_bucket} | options | {"TableArn": arn(account, options.get("TableArn", "tab"))}
    assert refusal(account.client("dynamodb").export_table_to_point_in_time, **asked) == code


KEY = "arn:aws:kms:eu-west-1:000000000000:key/00000000-0000-0000-0000-000000000000"
ANSWERS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a name": ({"TableArn": "tab"}, "ValidationException", "tableArn is not a valid ARN"),
    "an index": ({"TableArn": "{arn}/index/one"}, "ValidationException", "Table ARN is invalid"),
    "another account": (
        {"TableArn": "arn:aws:dynamodb:eu-west-1:999999999999:table/tab"},
        "AccessDeniedException",
        "Access is denied",
    ),
    "another region": (
        {"TableArn": "arn:aws:dynamodb:us-east-1:{id}:table/tab"},
        "TableNotFoundException",
        "Table not found: arn:aws:dynamodb:us-east-1:",
    ),
    "a key": ({"S3SseKmsKeyId": KEY}, "ValidationException", "KMS Key Id is not supported"),
    "a key of another kind": (
        {"S3SseKmsKeyId": KEY, "S3SseAlgorithm": "AES256"},
        "ValidationException",
        "KMS Key Id is not supported",
    ),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_what_aws_was_seen_to_answer(account: Account, quick_bucket: str, case: str) -> None:
    """DDB-EXPORT-001, 002 and 005 of aws-controllers-k8s."""
    create(account.client("dynamodb"), (simple("tab"),))
    options, code, text = ANSWERS[case]
    asked = {"TableArn": arn(account, "tab"), "S3Bucket": quick_bucket} | options
    asked["TableArn"] = asked["TableArn"].format(arn=arn(account, "tab"), id=account.id)
    answer = refused(account.client("dynamodb").export_table_to_point_in_time, **asked)
    assert answer[0] == code
    assert text in answer[1]


def test_a_table_without_recovery_cannot_be_exported(account: Account, quick_bucket: str) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),), pitr=False)
    code = refusal(
        dynamodb.export_table_to_point_in_time, TableArn=arn(account, "tab"), S3Bucket=quick_bucket
    )
    assert code == "PointInTimeRecoveryUnavailableException"


def test_a_client_token_starts_one_export(account: Account, quick_bucket: str) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),))
    request = {"TableArn": arn(account, "tab"), "S3Bucket": quick_bucket, "ClientToken": "once"}
    first = dynamodb.export_table_to_point_in_time(**request)["ExportDescription"]
    second = dynamodb.export_table_to_point_in_time(**request)["ExportDescription"]
    assert first["ExportArn"] == second["ExportArn"]
    create(dynamodb, (simple("other"),))
    for change in ({"S3Prefix": "other"}, {"TableArn": arn(account, "other")}):
        code = refusal(dynamodb.export_table_to_point_in_time, **request | change)
        assert code == "ExportConflictException"


def test_a_refused_request_leaves_its_token(account: Account, quick_bucket: str) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),))
    request = {"TableArn": arn(account, "tab"), "S3Bucket": quick_bucket, "ClientToken": "once"}
    refusal(dynamodb.export_table_to_point_in_time, **request, ExportTime=1_500_000_000)
    assert dynamodb.export_table_to_point_in_time(**request)["ExportDescription"]["ClientToken"] == "once"


def test_three_hundred_exports_run_at_once(account: Account, quick_bucket: str) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),))
    request = {"TableArn": arn(account, "tab"), "S3Bucket": quick_bucket}
    account.aws.control("POST", "exports", real_seconds=60)
    try:
        for _export in range(300):
            dynamodb.export_table_to_point_in_time(**request)
        assert refusal(dynamodb.export_table_to_point_in_time, **request) == "LimitExceededException"
    finally:
        account.aws.control("POST", "exports", real_seconds=1.5)
        account.aws.advance(minutes=11)


def test_exports_are_listed_in_pages_and_forgotten_after_90_days(account: Account, quick_bucket: str) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"), simple("two")))
    for table in ["tab"] * 26 + ["two"]:
        dynamodb.export_table_to_point_in_time(TableArn=arn(account, table), S3Bucket=quick_bucket)
    page = dynamodb.list_exports(TableArn=arn(account, "tab"))
    assert len(page["ExportSummaries"]) == 25
    rest = dynamodb.list_exports(TableArn=arn(account, "tab"), NextToken=page["NextToken"])
    assert len(rest["ExportSummaries"]) == 1
    assert "NextToken" not in rest
    assert len(dynamodb.list_exports(TableArn=arn(account, "two"))["ExportSummaries"]) == 1
    account.aws.advance(days=91, leap=True)
    assert dynamodb.list_exports() == {"ExportSummaries": [], "ResponseMetadata": ANY}
