# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What reading a table takes, told before."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.estimate import (
    Described,
    estimate,
)

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
TOLD: dict[str, Any] = {
    "TableName": "orders",
    "TableArn": ARN,
    "TableStatus": "ACTIVE",
    "TableId": "1-2",
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": "sk", "AttributeType": "N"},
        {"AttributeName": "other", "AttributeType": "S"},
        {"AttributeName": "pk", "AttributeType": "S"},
    ],
    "ItemCount": 1_000_000,
    "TableSizeBytes": 450_000_000,
    "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
    "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
}
PROVISIONED = {**TOLD, "BillingModeSummary": {}, "ProvisionedThroughput": {"ReadCapacityUnits": 40}}
LIMITED = {**TOLD, "OnDemandThroughput": {"MaxReadRequestUnits": 1000, "MaxWriteRequestUnits": -1}}
UNLIMITED = {**TOLD, "OnDemandThroughput": {"MaxReadRequestUnits": -1}}


def test_what_counts_of_a_table() -> None:
    found = Described.of(TOLD)
    assert list(found.keys.items()) == [("pk", "S"), ("sk", "N")]
    assert (found.items, found.bytes, found.capacity, found.limit) == (1_000_000, 450_000_000, 0, 0)


@pytest.mark.parametrize(
    ("told", "asked", "rate"),
    [
        (TOLD, None, 3000),
        (UNLIMITED, None, 3000),
        (LIMITED, None, 250),
        (PROVISIONED, None, 10),
        ({**PROVISIONED, "ProvisionedThroughput": {"ReadCapacityUnits": 1}}, None, 1),
        (TOLD, 70, 70),
        (PROVISIONED, 0, None),
    ],
)
def test_the_rate(told: dict[str, Any], asked: int | None, rate: float | None) -> None:
    assert Described.of(told).rate(asked) == rate


def test_on_demand() -> None:
    """Half a unit for 4 KiB that need not be read consistently, and one at least for an item alone."""
    found = estimate([Described.of(TOLD)], 8, None)
    assert found.calls == {"GetObject": 8, "Scan": 430, "BatchGetItem": 40_000}
    assert (found.units, found.units_again) == (54_932, 1_000_000)
    assert found.dollars == pytest.approx(0.00687, rel=0.01)
    assert found.dollars_again == pytest.approx(0.125)
    assert found.time == "about 18 seconds, at 3,000 read units a second: it takes about 54,932"
    assert found.price.startswith(
        "less than $0.01, or up to $0.13 if everything differs and is read again, at $0.125"
    )


def test_with_capacity_of_its_own() -> None:
    found = estimate([Described.of(PROVISIONED)], 1, None)
    assert (found.dollars, found.dollars_again) == (0, 0)
    assert found.price == "nothing beside the capacity that the table has anyway"
    assert found.time.startswith("about 92 minutes, at 10 read units a second")


def test_large_items_and_an_empty_table() -> None:
    large = Described.of({**TOLD, "ItemCount": 10, "TableSizeBytes": 10 * 300 * 1024})
    assert estimate([large], 0, None).units_again == 10 * 75
    empty = Described.of({**TOLD, "ItemCount": 0, "TableSizeBytes": 0})
    found = estimate([empty], 0, 0)
    assert (found.calls, found.units, found.units_again) == ({"Scan": 1, "BatchGetItem": 0}, 1, 0)
    assert "without a limit" in found.time


def test_two_points() -> None:
    found = estimate([], 9, None)
    assert (found.calls, found.price) == ({"GetObject": 9}, "nothing but the requests to S3")
