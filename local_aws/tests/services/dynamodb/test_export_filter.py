# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Exports of the embedded DynamoDB that a filter makes smaller."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.client.samples import create, samples, simple

from .exporting import arn, export, lines, objects, quick_bucket, refused, window

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

__all__ = ["quick_bucket"]


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
def test_a_filter_exports_a_part(account: Account, quick_bucket: str, case: str) -> None:
    create(account.client("dynamodb"))
    specification, count = ORDERS[case]
    whole = export(account, "orders", quick_bucket)
    done = export(account, "orders", quick_bucket, FilterSpecification=specification)
    assert done["ItemCount"] == count
    assert done.get("FilterSpecification", {}) == specification
    less = "KeyConditionExpression" in specification
    assert (done["BilledSizeBytes"] < whole["BilledSizeBytes"]) == less


def test_a_projection_exports_some_attributes(account: Account, quick_bucket: str) -> None:
    create(account.client("dynamodb"), (simple("tab"),))
    done = export(account, "tab", quick_bucket, FilterSpecification={"ProjectionExpression": "id"})
    root = done["ExportManifest"].rsplit("/", 1)[0]
    packed = [
        o["Body"] for key, o in objects(account, quick_bucket).items() if key.startswith(f"{root}/data/")
    ]
    lines = [json.loads(line) for each in packed for line in gzip.decompress(each).splitlines()]
    assert sorted(line["Item"]["id"]["S"] for line in lines) == ["tab-0", "tab-1", "tab-2"]
    assert {key for line in lines for key in line["Item"]} == {"id"}


def one(expression: str, member: str = "FilterExpression", **values: Any) -> dict[str, Any]:
    named = {f":{name}": value for name, value in values.items()}
    return {member: expression} | ({"ExpressionAttributeValues": named} if named else {})


CUSTOMER = one("customer = :c", "KeyConditionExpression", c={"S": "x"})
OPEN = {"N": "1"}
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no partition key": (
        one("placed = :c", "KeyConditionExpression", c={"S": "x"}),
        "missed key schema element: customer",
    ),
    "another attribute": (
        one("customer = :c AND amount = :c", "KeyConditionExpression", c={"S": "x"}),
        "missed key schema element: amount",
    ),
    "two partition keys": (
        one("customer = :c OR customer = :d", "KeyConditionExpression", c={"S": "x"}, d={"S": "y"}),
        "Invalid operator used in KeyConditionExpression: OR",
    ),
    "a type that is not the key's": (
        one("customer = :c", "KeyConditionExpression", c={"N": "1"}),
        "does not match schema type",
    ),
    "an unknown value": (one("amount = :unknown"), "is not defined"),
    "half an expression": (one("amount ="), "Syntax error"),
    "a key in the filter": (
        CUSTOMER | {"FilterExpression": "placed = :c"},
        "can only contain non-primary key attributes: placed",
    ),
    "301 operators": (one(" OR ".join(["amount = :v"] * 151), v=OPEN), "too many operators"),
    "more than 4 KB": (one(f"attribute_exists({'x' * 4079})"), "between 1 and 4096 bytes"),
    "more than 2 MB": (
        one("amount = :a OR amount = :b", a={"S": "x" * 1_100_000}, b={"S": "x" * 1_100_000}),
        "exceeds max size",
    ),
    "a reserved word": ({"ProjectionExpression": "status"}, "reserved keyword"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_filter_is_refused(account: Account, quick_bucket: str, case: str) -> None:
    """Also where nothing is there that it could be asked of."""
    dynamodb = account.client("dynamodb")
    (orders,) = (each for each in samples() if each.name == "orders")
    create(dynamodb, (replace(orders, items=()),))
    specification, text = WRONG[case]
    request = {
        "TableArn": arn(account, "orders"),
        "S3Bucket": quick_bucket,
        "FilterSpecification": specification,
    }
    code, told = refused(dynamodb.export_table_to_point_in_time, **request)
    assert code == "ValidationException"
    assert text in told


def test_three_hundred_operators_are_taken(account: Account, quick_bucket: str) -> None:
    create(account.client("dynamodb"), (simple("tab"),))
    specification = one(" OR ".join(["#n = :v"] * 150), v={"N": "1"})
    specification["ExpressionAttributeNames"] = {"#n": "number"}
    assert export(account, "tab", quick_bucket, FilterSpecification=specification)["ItemCount"] == 1


def test_a_filter_sees_the_newest_image_of_what_a_window_changed(account: Account, quick_bucket: str) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab", 0),))

    def put(name: str, state: str) -> None:
        dynamodb.put_item(TableName="tab", Item={"id": {"S": name}, "state": {"S": state}, "n": {"N": "1"}})

    for name, state in (("to-bad", "good"), ("to-good", "bad"), ("deleted-bad", "bad"), ("deleted", "good")):
        put(name, state)
    account.aws.advance(seconds=2)
    begin = account.aws.now().replace(microsecond=0)
    put("to-bad", "bad")
    put("to-good", "good")
    put("new", "bad")
    for name in ("deleted-bad", "deleted"):
        dynamodb.delete_item(TableName="tab", Key={"id": {"S": name}})
    account.aws.advance(minutes=25)
    names = {"ExpressionAttributeNames": {"#s": "state"}}
    bad = one("#s = :s", s={"S": "bad"}) | names
    done = export(account, "tab", quick_bucket, FilterSpecification=bad, **window(begin))
    assert {line["Keys"]["id"]["S"] for line in lines(account, done)} == {"to-bad", "new", "deleted-bad"}
    assert done["FilterSpecification"] == bad
    key = one("id = :i", "KeyConditionExpression", i={"S": "to-bad"})
    done = export(account, "tab", quick_bucket, FilterSpecification=key, **window(begin))
    (line,) = lines(account, done)
    assert (line["OldImage"]["state"], line["NewImage"]["state"]) == ({"S": "good"}, {"S": "bad"})
    parts = {"ProjectionExpression": "#s", **names}
    done = export(account, "tab", quick_bucket, FilterSpecification=parts, **window(begin))
    images = [
        line[image] for line in lines(account, done) for image in line.keys() & {"OldImage", "NewImage"}
    ]
    assert {tuple(each) for each in images} == {("state",)}
    assert all(line["Keys"].keys() == {"id"} for line in lines(account, done))
