# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What reading items of the embedded DynamoDB consumes, and how many BatchGetItem gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local_aws.client.samples import create, simple

from .exporting import refused

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

TOTAL = {"ReturnConsumedCapacity": "TOTAL"}


def key(name: str) -> dict[str, Any]:
    return {"id": {"S": name}}


@pytest.fixture
def dynamodb(account: Account) -> Any:
    """A table of two items, of less than 4 KB and of a little more than 8 KB."""
    client = account.client("dynamodb")
    create(client, (simple("tab", 1),))
    client.put_item(TableName="tab", Item=key("large") | {"text": {"S": "x" * 8200}, "n": {"N": "1"}})
    return client


@pytest.mark.parametrize(("name", "units"), [("tab-0", 1), ("large", 3), ("nobody", 1)])
def test_an_item_consumes_a_unit_for_each_4_kb(dynamodb: Any, name: str, units: int) -> None:
    asked = {"TableName": "tab", "Key": key(name), "ProjectionExpression": "id", **TOTAL}
    consistent = dynamodb.get_item(**asked, ConsistentRead=True)["ConsumedCapacity"]
    assert consistent == {"TableName": "tab", "CapacityUnits": units}
    assert dynamodb.get_item(**asked)["ConsumedCapacity"]["CapacityUnits"] == units / 2


def test_a_page_is_rounded_up_as_a_whole(dynamodb: Any) -> None:
    for number in range(9):
        dynamodb.put_item(TableName="tab", Item=key(f"more-{number}") | {"text": {"S": "x" * 1000}})
    asked = {"TableName": "tab", "FilterExpression": "attribute_exists(#n)"}
    told = dynamodb.scan(**asked, ExpressionAttributeNames={"#n": "n"}, ConsistentRead=True, **TOTAL)
    assert (told["Count"], told["ScannedCount"]) == (1, 11)
    assert told["ConsumedCapacity"]["CapacityUnits"] == 5  # 8,200 and 9 times 1,000 bytes, with their names
    one = dynamodb.query(
        TableName="tab",
        KeyConditionExpression="id = :i",
        ExpressionAttributeValues={":i": {"S": "large"}},
        ReturnConsumedCapacity="INDEXES",
    )["ConsumedCapacity"]
    assert (one["CapacityUnits"], one["Table"]["CapacityUnits"]) == (1.5, 1.5)


def test_a_batch_rounds_each_item_up(dynamodb: Any) -> None:
    keys = [key(name) for name in ("tab-0", "large", "nobody")]
    asked = {"RequestItems": {"tab": {"Keys": keys, "ConsistentRead": True}}}
    told = dynamodb.batch_get_item(**asked, **TOTAL)
    assert told["ConsumedCapacity"] == [{"TableName": "tab", "CapacityUnits": 5}]
    assert told["UnprocessedKeys"] == {}
    assert "ConsumedCapacity" not in dynamodb.batch_get_item(**asked)


def test_a_batch_gives_16_mb_back_and_names_the_rest(dynamodb: Any) -> None:
    keys = [key(f"huge-{number:02}") for number in range(50)]
    for each in keys:
        dynamodb.put_item(TableName="tab", Item=each | {"text": {"S": "x" * 400_000}})
    told = dynamodb.batch_get_item(RequestItems={"tab": {"Keys": keys, "ConsistentRead": True}}, **TOTAL)
    assert len(told["Responses"]["tab"]) == 41
    assert told["UnprocessedKeys"] == {"tab": {"Keys": keys[41:], "ConsistentRead": True}}
    assert told["ConsumedCapacity"] == [{"TableName": "tab", "CapacityUnits": 41 * 98}]
    rest = dynamodb.batch_get_item(RequestItems=told["UnprocessedKeys"])
    assert (len(rest["Responses"]["tab"]), rest["UnprocessedKeys"]) == (9, {})


def test_a_batch_of_more_than_a_hundred(account: Account, dynamodb: Any) -> None:
    create(account.client("dynamodb"), (simple("two"),))
    keys = [key(f"{number}") for number in range(51)]
    asked = {"tab": {"Keys": keys}, "two": {"Keys": keys}}
    code, text = refused(dynamodb.batch_get_item, RequestItems=asked)
    assert (code, text) == ("ValidationException", "Too many items requested for the BatchGetItem call")
