# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables whose items are put back one by one, in the embedded AWS and in DynamoDB Local."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items.canonical import content_digest
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import request
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.answers import Read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.apply_client import ItemClient, once
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.apply_writes import Writing
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.change import Change, Planned
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.rule import DELETE, PUT
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.steps import Rules
from tests.unit.support.loading import decoded, spell

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable, Sequence

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.steps import Outcome, Step
    from tests.unit.support.items import Item

TABLE = "orders"
KEYS = ("pk", "sk")
KEY: Item = {"pk": {"S": "a"}, "sk": {"N": "1"}}


def make_table(client: Any, **more: Any) -> None:
    """An empty one, with a partition key and a sort key."""
    client.create_table(
        TableName=TABLE,
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        **{"BillingMode": "PAY_PER_REQUEST", **more},
    )


def item_client(aws: Aws, threads: int = 8) -> ItemClient:
    return ItemClient(aws.own("dynamodb", once(threads)), TABLE)


def image(client: ItemClient, key: Item) -> Item | None:
    """The item as it is now."""
    found = client.ask(*request.read(TABLE, [key]))
    assert isinstance(found, Read), found
    return found.items[0] if found.items else None


def item(number: int, **attributes: Any) -> Item:
    """One of a few partition keys, with a sort key."""
    return {"pk": {"S": f"p{number % 7}"}, "sk": {"N": str(number)}, **attributes}


def planned(before: Item | None, incident: Item | None) -> Planned:
    """What the incident did to an item, which still is so."""
    there = before or incident
    assert there is not None
    key = {name: there[name] for name in KEYS}
    return Planned(Change(key, before, incident), DELETE if before is None else PUT, incident)


def put(client: Any, items: Iterable[Item | None]) -> None:
    """Write items as others do."""
    for each in items:
        if each is not None:
            client.put_item(TableName=TABLE, Item=decoded(each))


def content(client: Any) -> dict[tuple[str, str], bytes]:
    """The digests of a table's items by their keys."""
    pages = client.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
    items = (spell({"M": each})["M"] for page in pages for each in page["Items"])
    return {(each["pk"]["S"], each["sk"]["N"]): content_digest(each) for each in items}


def digests(items: Iterable[Item | None]) -> dict[tuple[str, str], bytes]:
    """The same of items."""
    return {(each["pk"]["S"], each["sk"]["N"]): content_digest(each) for each in items if each}


def writing(aws: Aws, rules: Rules | None = None, **options: Any) -> Writing:
    return Writing(item_client(aws), TABLE, rules or Rules(KEYS), **options)


def write_all(
    writer: Writing,
    plan: Sequence[Planned],
    intended: Sequence[Planned] = (),
    then: Callable[[], object] = lambda: None,
) -> tuple[list[Outcome], list[Step]]:
    """The outcomes, and what was told before the first write; `then` comes between both."""
    told: list[Step] = []

    def intend(steps: list[Step]) -> None:
        told.extend(steps)
        then()

    outcomes = writer.run(plan, time.time(), intend, {writer.digest(each) for each in intended})
    assert [each.planned for each in outcomes] == list(plan)
    return outcomes, told


def incident(count: int, chance: random.Random) -> list[Planned]:
    """Items that were changed, deleted and inserted, of every kind there is."""
    found = []
    for number in range(count):
        before = item(
            number, v={"N": f"{number}.50"}, held={"M": {"b": {"B": "AAE="}, "s": {"SS": ["b", "a"]}}}
        )
        ruined = item(number, v={"N": "0"}, more={"S": "x" * chance.randrange(3000)})
        kind = chance.choice(["changed", "deleted", "inserted", "key alone"])
        found.append(
            {
                "changed": planned(before, ruined),
                "deleted": planned(before, None),
                "inserted": planned(None, ruined),
                "key alone": planned(item(number), ruined),
            }[kind]
        )
    return found
