# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables are backed up and brought back in every way: each item is read from AWS before, and after."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items.size import item_size
from ansible_collections.tablekeeper.dynamodb.plugins.modules import restore
from tests.unit.support import loading, restorable

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account
    from tests.unit.support.items import Item

    Play = Callable[..., dict[str, Any]]

NAME = "places-again"
PLACE, RANK = ("tenant", "country", "city"), ("day", "rank")
TYPES = {"pk": "S", "sk": "N", "tenant": "S", "country": "S", "city": "B", "day": "S", "rank": "N"}
# An index whose keys have several attributes.
BY_PLACE = {
    "IndexName": "by-place",
    "KeySchema": [
        *({"AttributeName": name, "KeyType": "HASH"} for name in PLACE),
        *({"AttributeName": name, "KeyType": "RANGE"} for name in RANK),
    ],
    "Projection": {"ProjectionType": "ALL"},
}
BY_RANK = {
    "IndexName": "by-rank",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "rank", "KeyType": "RANGE"}],
    "Projection": {"ProjectionType": "KEYS_ONLY"},
}
LARGEST = 400 * 1024


def items(count: int) -> list[Item]:
    """Of every type; every 13th is in no index, and the 20th is as large as an item may be."""
    found: list[Item] = []
    for number in range(count):
        item = {"pk": {"S": f"A#{number % 3}"}, "sk": {"N": f"{number}"}, **loading.EVERY_TYPE}
        if number % 13:
            item |= {"tenant": {"S": "t"}, "country": {"S": "é"}, "city": {"B": "AAH/"}}
            item |= {"day": {"S": f"{number}"}, "rank": {"N": f"-{number}.5"}}
        if number == 20:
            item = {"pk": {"S": "large"}, "sk": {"N": "20"}}
            # The number takes 2 bytes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
            held = bytes(LARGEST - len("pklargeskb") - 2)
            item["b"] = {"B": base64.b64encode(held).decode()}
        found.append(item)
    return found


def test_what_is_as_large_as_may_be() -> None:
    assert item_size(items(21)[20]) == LARGEST


def make(account: Account, wanted: list[Item], *, local: bool) -> None:
    """The table, with a local index too if that is wanted."""
    client = account.client("dynamodb")
    client.create_table(
        TableName="places",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in TYPES.items()],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[BY_PLACE],
        **({"LocalSecondaryIndexes": [BY_RANK]} if local else {}),
    )
    client.get_waiter("table_exists").wait(TableName="places", WaiterConfig={"Delay": 1})
    client.update_continuous_backups(
        TableName="places", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    for item in wanted:
        client.put_item(TableName="places", Item=loading.decoded(item))


def lost(account: Account, way: str) -> str:
    """Have the table be gone, except for point-in-time recovery; returns the point."""
    client = account.client("dynamodb")
    if way == "pitr":
        return "pitr"
    if way == "backup":
        made = client.create_backup(TableName="places", BackupName="before")
        client.delete_table(TableName="places")
        return str(made["BackupDetails"]["BackupArn"])
    point = restorable.point(account, "places", "20261123T140003Z-1a2b3c4d")
    point.delete_table()
    return point.run


def texts(client: Any, table: str) -> list[str]:
    """Items as AWS spells them, apart from the order of names and sets."""
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return sorted(_text(item) for page in pages for item in page["Items"])


def _text(value: Any) -> str:
    if isinstance(value, dict):
        parts = ((name, sorted(held) if name in ("SS", "NS", "BS") else held) for name, held in value.items())
        return f"{{{','.join(f'{name!r}:{_text(held)}' for name, held in sorted(parts))}}}"
    return f"[{','.join(map(_text, value))}]" if isinstance(value, list) else repr(value)


def indexes(client: Any, table: str) -> list[tuple[Any, ...]]:
    told = client.describe_table(TableName=table)["Table"]
    found = (*told.get("GlobalSecondaryIndexes", ()), *told.get("LocalSecondaryIndexes", ()))
    return [(each["IndexName"], each["KeySchema"], each["Projection"]) for each in found]


@pytest.mark.newest
@pytest.mark.parametrize(
    ("way", "count"),
    [
        *(("load", count) for count in (0, 1, 25, 26)),
        *(("import", count) for count in (1, 26)),
        *(("convert", count) for count in (1, 26)),
        *(("pitr", count) for count in (0, 26)),
        *(("backup", count) for count in (0, 26)),
    ],
)
def test_every_item_comes_back(account: Account, play: Play, way: str, count: int) -> None:
    make(account, items(count), local=way not in ("import", "convert"))
    account.aws.advance(minutes=10)
    client = account.client("dynamodb")
    before, had = texts(client, "places"), indexes(client, "places")
    assert loading.content(client, "places") == loading.spelled(items(count))
    options = {"point": lost(account, way), "way": way, "bucket": restorable.bucket(account)}
    answer = play(restore, table="places", to=NAME, wait_sleep=0.05, **options)
    assert answer.get("succeeded"), answer["msg"]
    assert (answer["way"], answer["item_count"]) == (way, count)
    assert loading.content(client, NAME) == loading.spelled(items(count))
    assert texts(client, NAME) == before
    assert indexes(client, NAME) == had
