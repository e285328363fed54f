# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables whose items are put back one by one, in the embedded AWS and in DynamoDB Local."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import request
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.answers import Done
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.apply_client import ItemClient, once

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
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
    found = client.ask(*request.read(TABLE, key))
    assert isinstance(found, Done), found
    return found.image
