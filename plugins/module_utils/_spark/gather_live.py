# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads items of the live table within a task of the job, with strong consistency and at a limited rate."""

from __future__ import annotations

import base64
import random
import time
from typing import TYPE_CHECKING, Any

from .._aws.dynamodb_items import as_parameter
from .._base.rate import Rate
from .._items.canonical import key_form
from .gather_files import client

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._items.size import Item
    from .document import Request

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
MOST_KEYS = 100
# What is left over of a call was throttled, or the answer was full.
_PAUSE_SECONDS, _LONGEST_PAUSE = 0.05, 5.0


class Live:
    """The table as it is now."""

    def __init__(self, request: Request) -> None:
        self._table, self._names = request.table, [key.name for key in request.keys]
        self._client = client("dynamodb", request.region)
        self._rate = Rate(share(request.read_units_per_second, request.slots))

    def items(self, keys: Sequence[Item]) -> list[Item | None]:
        """The items of some keys, in their order; at most MOST_KEYS."""
        found: dict[bytes, Item] = {}
        left, pause = [as_parameter(key) for key in keys], _PAUSE_SECONDS
        while left:
            while (seconds := self._rate.wait(len(left))) > 0:
                time.sleep(seconds)
            wanted = {self._table: {"Keys": left, "ConsistentRead": True}}
            answer = self._client.batch_get_item(RequestItems=wanted, ReturnConsumedCapacity="TOTAL")
            units = sum(each["CapacityUnits"] for each in answer.get("ConsumedCapacity", ()))
            for each in answer["Responses"].get(self._table, ()):
                item = as_json(each)
                found[key_form(item, self._names)] = item
            before, left = len(left), answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
            self._rate.pay(before, units)
            if left:
                time.sleep(random.uniform(0, pause))  # noqa: S311 - no secret
                pause = min(2 * pause, _LONGEST_PAUSE)
        return [found.get(key_form(key, self._names)) for key in keys]


def share(per_second: float, slots: int) -> float | None:
    """What one task may use of a rate that all share; None: as fast as it goes."""
    return per_second / slots if per_second else None


def as_json(value: Any) -> Any:
    """An item as boto3 has it, in DynamoDB JSON: what is binary becomes base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: as_json(held) for name, held in value.items()}
    return [as_json(held) for held in value] if isinstance(value, list) else value
