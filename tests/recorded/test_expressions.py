# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Conditional writes of items: the embedded AWS answers as DynamoDB Local does, which is AWS's own code."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local_aws.client.fixtures import account, local_aws
from tests.unit.support.dynamodb_local import dynamodb_local, dynamodb_local_url

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account
    from tests.unit.support.dynamodb_local import DynamoDbLocal

__all__ = ["account", "dynamodb_local", "dynamodb_local_url", "local_aws"]

# No Ansible is in it; where there is no Java, there is no DynamoDB Local.
pytestmark = [pytest.mark.aws, pytest.mark.newest]

Request = tuple[str, dict[str, Any]]
# Before some texts AWS has this, and DynamoDB Local does not; one it ends with a number.
ENVELOPE = "1 validation error detected: "
KEY = {"pk": {"S": "a"}}
AS_GIVEN = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
TYPES: dict[str, Any] = {
    "n": {"N": "1.0"}, "z": {"N": "0"}, "e": {"S": ""}, "b": {"B": b"\x00\xff"}, "be": {"B": b""},
    "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2.50"]}, "bs": {"BS": [b"a", b"b"]},
    "l": {"L": [{"N": "1.0"}, {"SS": ["x", "y"]}]}, "el": {"L": []}, "em": {"M": {}},
    "m": {"M": {"k": {"N": "1E2"}, "s": {"NS": ["3", "1"]}, "b": {"B": b"\x01"}}},
    "t": {"BOOL": True}, "nu": {"NULL": True}, "tiny": {"N": "1E-130"},
    "big": {"N": "12345678901234567890123456789012345678"},
}  # fmt: skip
SAME: dict[str, Any] = {
    "n": {"N": "1"}, "z": {"N": "-0"}, "ss": {"SS": ["b", "a"]}, "ns": {"NS": ["2.5", "1.00"]},
    "bs": {"BS": [b"b", b"a"]}, "l": {"L": [{"N": "1"}, {"SS": ["y", "x"]}]}, "tiny": {"N": "0.1E-129"},
    "m": {"M": {"s": {"NS": ["1", "3"]}, "b": {"B": b"\x01"}, "k": {"N": "100"}}},
}  # fmt: skip
OTHER: dict[str, Any] = {
    "n": {"S": "1"}, "ss": {"SS": ["a"]}, "l": {"L": [{"N": "1"}]}, "t": {"BOOL": False}, "b": {"S": "AP8="},
    "big": {"N": "12345678901234567890123456789012345679"}, "el": {"M": {}}, "missing": {"N": "1"},
}  # fmt: skip


def put(**asked: Any) -> Request:
    return "put_item", {"TableName": "tab", "Item": KEY | TYPES, **asked}


def equal(name: str, value: Any, sign: str = "=") -> dict[str, Any]:
    return {
        "ConditionExpression": f"#k {sign} :v",
        "ExpressionAttributeNames": {"#k": name},
        "ExpressionAttributeValues": {":v": value},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def equalities(count: int) -> dict[str, Any]:
    """As many equalities with AND between them, of attributes that are not there."""
    return {
        "ConditionExpression": " AND ".join(f"#n{number}=:v{number}" for number in range(count)),
        "ExpressionAttributeNames": {f"#n{number}": f"other-{number}" for number in range(count)},
        "ExpressionAttributeValues": {f":v{number}": {"N": str(number)} for number in range(count)},
    }


def one(expression: str, **values: Any) -> dict[str, Any]:
    named = {f":{name}": value for name, value in values.items()}
    return {"ConditionExpression": expression} | ({"ExpressionAttributeValues": named} if named else {})


def operands(count: int) -> dict[str, Any]:
    names = [f"v{number}" for number in range(count)]
    return one(f"n IN ({', '.join(f':{name}' for name in names)})", **{name: {"S": name} for name in names})


def text(size: int) -> dict[str, str]:
    return {"S": "x" * size}


ELSEWHERE = {"TableName": "tab", "Key": {"pk": {"S": "nobody"}}}
TOLD = {"ReturnValues": "ALL_OLD", "ReturnConsumedCapacity": "TOTAL"}
GONE: Request = ("delete_item", {"TableName": "tab", "Key": {"pk": {"S": "gone"}}, **TOLD})
CASES: dict[str, list[Request]] = {
    "150 equalities": [put(**equalities(150)), ("delete_item", ELSEWHERE | equalities(150))],
    "151 equalities": [put(**equalities(151)), ("delete_item", ELSEWHERE | equalities(151))],
    "151 equalities of an update": [
        ("update_item", ELSEWHERE | equalities(151) | {"UpdateExpression": "SET x = :v0"})
    ],
    "functions": [put(**one(" OR ".join(["attribute_exists(n)"] * count))) for count in (150, 151)],
    "not": [put(**one(" OR ".join(["NOT attribute_exists(n)"] * count))) for count in (100, 101)],
    "between": [
        put(**one(" OR ".join(["n BETWEEN :a AND :b"] * count), a={"N": "1"}, b={"N": "2"}))
        for count in (150, 151)
    ],
    "size": [put(**one(" OR ".join(["size(n) = :a"] * count), a={"N": "1"})) for count in (100, 101)],
    "operands": [put(**operands(100)), put(**operands(101))],
    "filter": [
        ("scan", {"TableName": "tab", "Limit": 1, "FilterExpression": " OR ".join(["n <> n.a"] * count)})
        for count in (150, 151)
    ],
    "bytes of a condition": [put(**one(f"attribute_exists({'x' * size})")) for size in (4078, 4079)],
    "bytes of its values": [put(**one("n=:v", v=text(2**20 - 4 + more))) for more in (0, 1)],
    "a value twice": [put(**one("n=:v OR e=:v", v=text(2**19 - 6 + more))) for more in (0, 1)],
    "bytes of all values": [
        put(**one("n=:a OR n=:b OR n=:c", a=text(700_000), b=text(700_000), c=text(700_000)))
    ],
    "a long name": [put(**equal("x" * 65536, {"N": "1"})), put(**equal("x" * 65535, {"N": "1"}))],
    "an empty name": [put(**equal("", {"N": "1"}))],
    "a long placeholder": [
        put(**one(f"#{'n' * more} = :v", v={"N": "1"}), ExpressionAttributeNames={f"#{'n' * more}": "x"})
        for more in (254, 255)
    ],
    "a placeholder that another begins with": [
        put(**one("#n1 = :v", v={"N": "1"}), ExpressionAttributeNames={"#n1": "x", "#n": "y"})
    ],
    "a value that is not there": [put(**one("n = :2"))],
    "a value that nobody asks for": [put(**one("n = :v10", v10={"N": "2"}, v1={"N": "1"}))],
    "an unknown answer to a failure": [put(ReturnValuesOnConditionCheckFailure="ALL_NEW")],
    "the old item": [
        ("put_item", {"TableName": "tab", "Item": KEY, "ReturnValues": "ALL_OLD"}),
        put(**TOLD),
    ],
    "an item that is absent": [
        put(Item={"pk": {"S": "gone"}}, **one("attribute_not_exists(pk)"), **TOLD),
        GONE, GONE, ("delete_item", GONE[1] | one("attribute_exists(pk)")),
        put(**one("attribute_not_exists(pk)"), ReturnValuesOnConditionCheckFailure="ALL_OLD"),
    ],
    "an item of several units": [put(Item=KEY | {"x": text(size)}, **TOLD) for size in (5000, 10)],
    "equal": [put(**equal(name, value)) for name, value in (TYPES | SAME).items()],
    "not equal": [put(**equal(name, value, "<>")) for name, value in (TYPES | SAME).items()],
    "otherwise": [put(**equal(name, value)) for name, value in OTHER.items()],
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_both_answer_alike(account: Account, dynamodb_local: DynamoDbLocal, case: str) -> None:
    own, other = (client.client("dynamodb", config=AS_GIVEN) for client in (account, dynamodb_local))
    for client in (own, other):
        client.create_table(
            TableName="tab",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        client.put_item(TableName="tab", Item=KEY | TYPES)
    for operation, asked in CASES[case]:
        assert answer(own, operation, asked) == answer(other, operation, asked)


def answer(client: Any, operation: str, asked: dict[str, Any]) -> Any:
    """What it answers, or the code and the text of its refusal with the item that it tells of."""
    try:
        told = dict(getattr(client, operation)(**asked))
    except ClientError as refusal:
        error = refusal.response["Error"]
        text = error["Message"].removeprefix(ENVELOPE).partition(" expression size: ")[0]
        return error["Code"], text, plain(refusal.response.get("Item"))
    return {name: plain(value) for name, value in told.items() if name != "ResponseMetadata"}


def plain(value: Any) -> Any:
    """Numbers by value, and sets as sets: DynamoDB Local leaves numbers at depth as they were written."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"N"} and isinstance(value["N"], str):
        return Decimal(value["N"])
    if value.keys() == {"NS"}:
        return {Decimal(each) for each in value["NS"]}
    return {
        name: set(each) if name in {"SS", "BS"} and isinstance(each, list) else plain(each)
        for name, each in value.items()
    }
