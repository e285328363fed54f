# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The bodies of PutItem, DeleteItem and BatchGetItem, with values spelled as they were read.

boto3 wants binary values decoded and encodes them again; here nothing is taken apart.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html

This file is also shipped with the job that does the same on many machines: it imports only _items.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._items.strict_json import dumps_sorted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._items.size import Item
    from .condition import Condition

READ, PUT, DELETE = "BatchGetItem", "PutItem", "DeleteItem"
# AWS takes 100, and answers with 16 MB at most: of the largest items these are 10 MB.
KEYS_A_CALL = 25


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


def read(table: str, keys: Sequence[Item]) -> tuple[str, bytes]:
    """The operation that reads some items as they are now, and its body."""
    asked = {table: {"Keys": keys, "ConsistentRead": True}}
    return READ, dumps_sorted({"RequestItems": asked, "ReturnConsumedCapacity": "TOTAL"})
