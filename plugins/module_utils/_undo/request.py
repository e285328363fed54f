# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The bodies of PutItem, DeleteItem and GetItem, with values spelled as they were read.

boto3 wants binary values decoded and encodes them again; here nothing is taken apart.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html

This file is also shipped with the job that does the same on many machines: it imports only _items.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._items.strict_json import dumps_sorted

if TYPE_CHECKING:
    from .._items.size import Item
    from .condition import Condition

GET, PUT, DELETE = "GetItem", "PutItem", "DeleteItem"
OPERATIONS = (GET, PUT, DELETE)


def write(table: str, key: Item, image: Item | None, guard: Condition) -> tuple[str, bytes]:
    """The operation that makes an item this image (None: deletes it) if the condition holds, and its body."""
    what: dict[str, Any] = {"Key": key} if image is None else {"Item": image}
    body = {
        "TableName": table,
        **what,
        "ConditionExpression": guard.expression,
        "ExpressionAttributeNames": guard.names,
        # What was replaced, or what is there: neither is billed.
        "ReturnValues": "ALL_OLD",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        "ReturnConsumedCapacity": "TOTAL",
    }
    if guard.values:  # DynamoDB refuses an empty map
        body["ExpressionAttributeValues"] = guard.values
    return DELETE if image is None else PUT, dumps_sorted(body)


def read(table: str, key: Item) -> tuple[str, bytes]:
    """The operation that reads an item as it is now, and its body."""
    body = {"TableName": table, "Key": key, "ConsistentRead": True, "ReturnConsumedCapacity": "TOTAL"}
    return GET, dumps_sorted(body)
