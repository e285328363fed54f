# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The same question has the same token and the same folder, any other has others; and what it costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.validate import validate_parameters

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports import failures, filters, rights
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.price import cost
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.request import (
    KMS,
    Place,
    Request,
    Table,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.windows import Window

TABLE = Table("arn:aws:dynamodb:eu-west-1:123456789012:table/orders", "t-1")
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234"
WINDOW = Window(datetime(2026, 11, 29, 9, tzinfo=UTC), datetime(2026, 11, 29, 10, tzinfo=UTC))
MOMENT = datetime(2026, 11, 29, 10, 42, tzinfo=UTC)
PLACE = Place("backups")
CHANGES, THEN, NOW = Request(TABLE, window=WINDOW), Request(TABLE, moment=MOMENT), Request(TABLE, seed="one")
ONE = filters.by_keys(["pk", "sk"], [{"pk": {"S": "a"}, "sk": {"B": "AAE="}}], ["v", "pk"])


def test_a_window_is_asked_for_with_both_images() -> None:
    asked = CHANGES.parameters(PLACE)
    assert asked.pop("ClientToken")
    assert asked == {
        "TableArn": TABLE.arn,
        "S3Bucket": "backups",
        "S3Prefix": CHANGES.folder(PLACE),
        "S3SseAlgorithm": "AES256",
        "ExportFormat": "DYNAMODB_JSON",
        "ExportType": "INCREMENTAL_EXPORT",
        "IncrementalExportSpecification": {
            "ExportFromTime": WINDOW.begin,
            "ExportToTime": WINDOW.end,
            "ExportViewType": "NEW_AND_OLD_IMAGES",
        },
    }
    assert CHANGES.folder(PLACE).startswith("exports/orders/")


def test_the_store_s_key_and_another_account_s_bucket_are_told() -> None:
    asked = THEN.parameters(Place("backups", "210987654321", KMS, KEY))
    assert asked["S3BucketOwner"] == "210987654321"
    assert (asked["S3SseAlgorithm"], asked["S3SseKmsKeyId"]) == ("KMS", KEY)
    assert asked["ExportTime"] == MOMENT
    assert "ExportType" not in asked


@pytest.mark.parametrize("request_", [CHANGES, THEN, NOW, replace(THEN, filter=ONE)])
def test_boto3_takes_what_is_asked(request_: Request) -> None:
    client = boto3.client("dynamodb", region_name="eu-west-1")
    shape: Any = client.meta.service_model.operation_model("ExportTableToPointInTime").input_shape
    validate_parameters(request_.parameters(Place("backups", "210987654321", KMS, KEY)), shape)


def test_the_same_question_has_the_same_token_and_folder_and_no_other_has() -> None:
    others = [
        CHANGES,
        replace(CHANGES, window=replace(WINDOW, end=MOMENT)),
        replace(CHANGES, filter=ONE),
        replace(CHANGES, table=replace(TABLE, id="t-2")),
        replace(CHANGES, table=replace(TABLE, arn=f"{TABLE.arn}s")),
        THEN,
        NOW,
        replace(NOW, seed="two"),
    ]
    assert len({each.parameters(PLACE)["ClientToken"] for each in others}) == len(others)
    assert len({each.folder(PLACE) for each in others}) == len(others)
    for each in others:
        assert replace(each).parameters(PLACE) == each.parameters(PLACE)


def test_another_attempt_or_bucket_has_another_token() -> None:
    asked = [
        CHANGES.parameters(PLACE),
        CHANGES.parameters(PLACE, 1),
        CHANGES.parameters(Place("other")),
        CHANGES.parameters(Place("backups", kms_key_arn=KEY)),
        CHANGES.parameters(Place("backups", encryption="")),
    ]
    assert len({each["ClientToken"] for each in asked}) == 5
    assert [each.get("S3SseAlgorithm") for each in asked[2:]] == ["AES256", "KMS", None]
    assert len({each["S3Prefix"] for each in asked}) == 1


def test_questions_read_as_sentences() -> None:
    assert str(CHANGES) == "what 2026-11-29T09:00:00Z to 2026-11-29T10:00:00Z has changed in orders"
    assert str(replace(THEN, filter=ONE)) == "orders as it was at 2026-11-29T10:42:00Z with a filter"
    assert str(NOW) == "orders as it is now"


def test_one_key_is_a_condition_and_what_is_wanted_of_the_item_a_projection() -> None:
    assert ONE is not None
    assert ONE.specification() == {
        "KeyConditionExpression": "#k0 = :k0v0 AND #k1 = :k1v0",
        "ProjectionExpression": "#k0, #k1, #a0",
        "ExpressionAttributeNames": {"#k0": "pk", "#k1": "sk", "#a0": "v"},
        "ExpressionAttributeValues": {":k0v0": {"S": "a"}, ":k1v0": {"B": b"\0\1"}},
    }


def test_several_keys_are_a_filter_and_a_partition_key_may_stand_alone() -> None:
    found = filters.by_keys(["pk", "sk"], [{"pk": {"S": "a"}}, {"pk": {"S": "b"}, "sk": {"N": "1"}}])
    assert found is not None
    assert found.specification() == {
        "FilterExpression": "(#k0 = :k0v0) OR (#k0 = :k0v1 AND #k1 = :k1v1)",
        "ExpressionAttributeNames": {"#k0": "pk", "#k1": "sk"},
        "ExpressionAttributeValues": {":k0v0": {"S": "a"}, ":k0v1": {"S": "b"}, ":k1v1": {"N": "1"}},
    }


@pytest.mark.parametrize(("names", "most"), [(["pk"], 150), (["pk", "sk"], 75)])
def test_more_keys_than_a_filter_can_name(names: list[str], most: int) -> None:
    keys = [{name: {"N": str(number)} for name in names} for number in range(most + 1)]
    assert filters.by_keys(names, keys) is None
    found = filters.by_keys(names, keys[:most])
    assert found is not None
    assert (
        found.filter.count("=") + found.filter.count("AND") + found.filter.count(" OR ")
        == 2 * most * len(names) - 1
    )
    assert len(found.filter) < filters.MOST_BYTES


def test_a_boto3_that_knows_no_filters_is_told_from_one_that_does() -> None:
    assert filters.too_old("1.43.106", known=True) == ""
    assert "needs botocore 1.43.106 or newer, and this is 1.35.0" in filters.too_old("1.35.0", known=False)


@pytest.mark.parametrize(
    ("requests", "size", "least", "most", "text"),
    [
        (
            [CHANGES, CHANGES],
            1,
            0.002,
            None,
            "2 exports of changes at $0.10 per GB that has changed, 10 MB at least",
        ),
        ([THEN], 50_000_000_000, 5.0, 5.0, "$5.00 at $0.10 per GB exported in us-east-1"),
        ([THEN], None, 0.0, None, "nobody knows how large the table is"),
        (
            [replace(THEN, filter=ONE)],
            50_000_000_000,
            0.0,
            5.0,
            "$5.00, or as much less as its filter leaves out, at $0.10",
        ),
        ([THEN, CHANGES], 50_000_000_000, 5.001, None, "1 export of changes at $0.10"),
    ],
)
def test_what_exports_cost(
    requests: list[Request], size: int | None, least: float, most: float | None, text: str
) -> None:
    found = cost(requests, size)
    assert (found.least, found.most) == (pytest.approx(least), most if most is None else pytest.approx(most))
    assert text in found.text


@pytest.mark.parametrize(
    ("code", "place", "advice"),
    [
        (
            "S3AccessDenied",
            PLACE,
            "s3:PutObject, s3:PutObjectAcl and s3:AbortMultipartUpload on backups/exports/*",
        ),
        ("S3AccessDenied", PLACE, "that the bucket is one of this account, as the store's is"),
        ("S3AccessDenied", Place("backups", "210987654321"), "that account 210987654321 owns it"),
        ("S3NoSuchBucket", PLACE, "There is no bucket backups"),
        ("KmsNotFoundException", Place("backups", kms_key_arn=KEY), f"See that {KEY} is enabled"),
        ("KmsDisabledException", PLACE, "See that the key that the bucket backups encrypts with is enabled"),
        ("Unheard", PLACE, "See what its console says of it."),
    ],
)
def test_why_an_export_failed_and_what_to_do(code: str, place: Place, advice: str) -> None:
    said = failures.failed(CHANGES, {"FailureCode": code, "FailureMessage": "No."}, place)
    assert said.startswith(f"The export of {CHANGES} failed ({code}: No.). ")
    assert advice in said
    assert said.endswith("Run this again afterwards: it asks for a new export.")


def test_rights_of_a_key_are_needed_with_a_key_only() -> None:
    plain, encrypted = rights.needed(encrypted=False), rights.needed(encrypted=True)
    assert set(encrypted) - set(plain) == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert {"dynamodb:ExportTableToPointInTime", "dynamodb:DescribeExport", "s3:AbortMultipartUpload"} < set(
        plain
    )
