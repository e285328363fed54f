# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which moments and windows the embedded DynamoDB exports."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.client.samples import create, simple

from .exporting import arn, new_bucket, refused, window

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

MINUTE = timedelta(minutes=1)


@pytest.fixture
def bucket(account: Account) -> str:
    return new_bucket(account)


LESS = "Difference between export period from time and export period to time is less than 15 minutes"
LONGER = "Difference between export period from time and export period to time is greater than 24 hours"
BEFORE = "Incremental export period from time cannot be less than the table creation time : {begin}"
FUTURE = "Incremental export period to time cannot be greater than the current time : {end}"
OUTSIDE = "Point in Time Recovery is not available for specified export time"


@pytest.mark.parametrize(
    ("begin", "end", "text"),
    [
        (-40, -26, LESS),
        (-20, -30, LESS),
        (-25 * 60 - 10, -10, LONGER),
        (-3 * 24 * 60, -10, BEFORE),
        (-20, 1, FUTURE),
        (-30, -1, OUTSIDE),
        (-46 * 60, -45 * 60, OUTSIDE),
    ],
)
def test_windows_that_are_refused(account: Account, bucket: str, begin: int, end: int, text: str) -> None:
    """Minutes from now on: the table is 47 hours old, and has had recovery for two hours less."""
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),), pitr=False)
    account.aws.advance(hours=2, leap=True)
    on = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName="tab", PointInTimeRecoverySpecification=on)
    account.aws.advance(hours=45, leap=True)
    now = account.aws.now().replace(microsecond=0)
    asked = now + begin * MINUTE, now + end * MINUTE
    told = {name: f"{when:%Y-%m-%dT%H:%M:%SZ}" for name, when in zip(("begin", "end"), asked, strict=True)}
    request = {"TableArn": arn(account, "tab"), "S3Bucket": bucket} | window(*asked)
    assert refused(dynamodb.export_table_to_point_in_time, **request) == (
        "InvalidExportTimeException",
        text.format(**told),
    )


def test_a_window_without_recovery(account: Account, bucket: str) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),), pitr=False)
    account.aws.advance(hours=1)
    now = account.aws.now().replace(microsecond=0)
    request = {"TableArn": arn(account, "tab"), "S3Bucket": bucket}
    code, _text = refused(
        dynamodb.export_table_to_point_in_time, **request, **window(now - 30 * MINUTE, now - 10 * MINUTE)
    )
    assert code == "PointInTimeRecoveryUnavailableException"


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (
            {"IncrementalExportSpecification": {"ExportFromTime": 1}},
            "Export Type expected to be Incremental Export when incremental export specification is provided",
        ),
        (
            {"ExportType": "FULL_EXPORT", "IncrementalExportSpecification": {"ExportFromTime": 1}},
            "When Export Type is Full Export , Incremental Export Specification should not be provided",
        ),
        (
            {"ExportType": "INCREMENTAL_EXPORT"},
            "Incremental Export Specification expected when export type is set as Incremental Export",
        ),
        (
            {"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": {}},
            "ExportFromTime must be provided in IncrementalExportSpecification",
        ),
        (
            {
                "ExportType": "INCREMENTAL_EXPORT",
                "IncrementalExportSpecification": {"ExportFromTime": 1},
                "ExportTime": 1,
            },
            "When Export Type is Incremental Export, Export Time should not be provided",
        ),
    ],
)
def test_members_that_do_not_go_together(account: Account, asked: dict[str, Any], text: str) -> None:
    request = {"TableArn": arn(account, "tab"), "S3Bucket": "any-bucket"} | asked
    answer = refused(account.client("dynamodb").export_table_to_point_in_time, **request)
    assert answer == ("ValidationException", f"Invalid Request: {text}")


def test_a_full_export_of_what_cannot_be_restored_yet(account: Account, bucket: str) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),))
    account.aws.advance(hours=1)
    request = {"TableArn": arn(account, "tab"), "S3Bucket": bucket}
    for minutes, text in ((-1, OUTSIDE), (1, "Export Time is invalid"), (-61, "Export Time is invalid")):
        asked = account.aws.now() + minutes * MINUTE
        answer = refused(dynamodb.export_table_to_point_in_time, **request, ExportTime=asked)
        assert answer == ("InvalidExportTimeException", text)
