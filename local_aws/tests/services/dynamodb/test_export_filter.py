# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Exports of the embedded DynamoDB that a filter makes smaller."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.client.samples import create, simple

from .exporting import arn, export, new_bucket, objects, refusal

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


@pytest.fixture
def bucket(account: Account) -> str:
    return new_bucket(account)


ORDERS: dict[str, tuple[dict[str, Any], int]] = {
    "nothing": ({}, 60),
    "key": (
        {"KeyConditionExpression": "customer = :c", "ExpressionAttributeValues": {":c": {"S": "c-1"}}},
        9,
    ),
    "keys": (
        {
            "KeyConditionExpression": "customer = :c AND placed > :p",
            "ExpressionAttributeValues": {":c": {"S": "c-1"}, ":p": {"S": "2026-11-10"}},
        },
        5,
    ),
    "filter": (
        {
            "FilterExpression": "#s = :s",
            "ExpressionAttributeNames": {"#s": "status"},
            "ExpressionAttributeValues": {":s": {"S": "open"}},
        },
        20,
    ),
}


@pytest.mark.parametrize("case", ORDERS)
def test_a_filter_exports_a_part(account: Account, bucket: str, case: str) -> None:
    create(account.client("dynamodb"))
    specification, count = ORDERS[case]
    whole = export(account, "orders", bucket)
    done = export(account, "orders", bucket, FilterSpecification=specification)
    assert done["ItemCount"] == count
    assert done.get("FilterSpecification", {}) == specification
    less = "KeyConditionExpression" in specification
    assert (done["BilledSizeBytes"] < whole["BilledSizeBytes"]) == less


def test_a_projection_exports_some_attributes(account: Account, bucket: str) -> None:
    create(account.client("dynamodb"), (simple("tab"),))
    done = export(account, "tab", bucket, FilterSpecification={"ProjectionExpression": "id"})
    root = done["ExportManifest"].rsplit("/", 1)[0]
    packed = [o["Body"] for key, o in objects(account, bucket).items() if key.startswith(f"{root}/data/")]
    lines = [json.loads(line) for each in packed for line in gzip.decompress(each).splitlines()]
    assert sorted(line["Item"]["id"]["S"] for line in lines) == ["tab-0", "tab-1", "tab-2"]
    assert {key for line in lines for key in line["Item"]} == {"id"}


@pytest.mark.parametrize(
    "specification",
    [
        {"KeyConditionExpression": "placed = :c", "ExpressionAttributeValues": {":c": {"S": "x"}}},
        {"FilterExpression": "total = :unknown"},
        {"FilterExpression": "total =", "ExpressionAttributeValues": {}},
        {
            "KeyConditionExpression": "customer = :c",
            "FilterExpression": "placed = :c",
            "ExpressionAttributeValues": {":c": {"S": "x"}},
        },
    ],
)
def test_a_wrong_filter_is_refused(account: Account, bucket: str, specification: dict[str, Any]) -> None:
    create(account.client("dynamodb"))
    request = {"TableArn": arn(account, "orders"), "S3Bucket": bucket, "FilterSpecification": specification}
    assert (
        refusal(account.client("dynamodb").export_table_to_point_in_time, **request) == "ValidationException"
    )
