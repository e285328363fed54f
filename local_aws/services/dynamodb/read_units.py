# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What reading consumes, and how much one BatchGetItem gives back.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html: a unit for each
4 KB that were read, of one item or of a page; half of it where the read is not consistent; also for an item
that is not there
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html: 100 items and 16 MB, the
rest is in UnprocessedKeys; each item is rounded up by itself

What was read counts, not what a filter or a projection left of it.
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

from ministack.services import dynamodb

from local_aws.server.answers import RefusedError, answering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_aws.server.answers import Answer

Json = dict[str, Any]
Item = dict[str, Any]

UNIT_BYTES = 4096
BATCH_ITEMS, BATCH_BYTES = 100, 16 * 2**20

_read = threading.local()  # the page that Query or Scan has evaluated last


def install() -> None:
    dynamodb._paginate_evaluated_items = _noting(dynamodb._paginate_evaluated_items)
    dynamodb._add_consumed_capacity = _by_size(dynamodb._add_consumed_capacity)
    dynamodb._batch_get_item = _batches(dynamodb._batch_get_item)


def _noting(paginate: Callable[..., Any]) -> Callable[..., Any]:
    def noted(items: list[Item], limit: Any, table: Json, index_name: str | None = None) -> Any:
        page, more = paginate(items, limit, table, index_name)
        _read.page = page
        return page, more

    return noted


def _by_size(add: Callable[..., None]) -> Callable[..., None]:
    """ministack knows one unit for any read."""

    def added(result: Json, data: Json, table_name: str, **more: Any) -> None:
        add(result, data, table_name, **more)
        if "ConsumedCapacity" in result and not more.get("write"):
            read = [_found(table_name, data["Key"])] if "Key" in data else _read.page
            _multiply(result["ConsumedCapacity"], _units(sum(map(_size, read))))

    return added


def _found(table_name: str, key: Json) -> Item:
    """The item of a key that was checked before; empty if there is none."""
    table = dynamodb._tables[dynamodb._normalize_table_name(table_name)]
    item: Item | None = dynamodb._get_item_by_key(table, key)
    return item or {}


def _size(item: Item) -> int:
    return int(dynamodb._item_size_bytes(item))


def _units(size: int) -> int:
    return max(1, -(-size // UNIT_BYTES))


def _multiply(consumed: Any, units: int) -> None:
    """Wherever CapacityUnits stand in it."""
    for name, value in consumed.items():
        if name == "CapacityUnits":
            consumed[name] = value * units
        elif isinstance(value, dict):
            _multiply(value, units)


def _batches(get: Callable[[Json], Answer]) -> Callable[[Json], Answer]:
    def got(data: Json) -> Answer:
        asked = data.get("RequestItems")
        if not isinstance(asked, dict):
            return get(data)
        if sum(1 for _each in _keys(asked)) > BATCH_ITEMS:
            return answering(_too_many)({})
        answer = get(data)
        if answer[0] != 200:
            return answer
        if left := _beyond(asked):
            asked = _without(asked, left)
            answer = get(data | {"RequestItems": asked})
        elif data.get("ReturnConsumedCapacity", "NONE") == "NONE":
            return answer
        return answering(lambda _: _completed(json.loads(answer[2]), data, asked, left))({})

    return got


def _too_many(_: Json) -> Json:
    raise RefusedError("ValidationException", "Too many items requested for the BatchGetItem call")


def _keys(asked: Json) -> Iterator[tuple[str, Json]]:
    for table, config in asked.items():
        for key in config.get("Keys") or ():
            yield table, key


def _beyond(asked: Json) -> dict[str, list[Json]]:
    """The keys whose items do not fit into one answer any more."""
    left: dict[str, list[Json]] = {}
    total = 0
    for table, key in _keys(asked):
        total += _size(_found(table, key))
        if total > BATCH_BYTES:
            left.setdefault(table, []).append(key)
    return left


def _without(asked: Json, left: dict[str, list[Json]]) -> Json:
    taken = {
        table: {**config, "Keys": [key for key in config["Keys"] if key not in left.get(table, ())]}
        for table, config in asked.items()
    }
    return {table: config for table, config in taken.items() if config["Keys"]}


def _completed(answer: Json, data: Json, asked: Json, left: dict[str, list[Json]]) -> Json:
    answer["UnprocessedKeys"] = {
        table: {**data["RequestItems"][table], "Keys": keys} for table, keys in left.items()
    }
    if data.get("ReturnConsumedCapacity", "NONE") != "NONE":
        answer["ConsumedCapacity"] = [_consumed(data, table, config) for table, config in asked.items()]
    return answer


def _consumed(data: Json, table: str, config: Json) -> Json:
    each = 1.0 if config.get("ConsistentRead") else 0.5
    units = each * sum(_units(_size(_found(table, key))) for key in config["Keys"])
    told: Json = {"TableName": table, "CapacityUnits": units}
    return told | ({"Table": {"CapacityUnits": units}} if data["ReturnConsumedCapacity"] == "INDEXES" else {})
