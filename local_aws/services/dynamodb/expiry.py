# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Items that have expired are there for a while, and then they are deleted.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html: "within a few days of their
expiration time"
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html: a
number of seconds, and no more than five years ago

Here it is two days by the clock of the embedded AWS after it was first seen to have expired, and it looks
every hour, unless an account is told otherwise (``tables``, ``expire``): an item that had expired before it
was written stays as long. ministack's own reaper goes by real time, and what it removes stays.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from ministack.core.responses import request_scope
from ministack.services import dynamodb

from local_aws.server import clock

from . import pace, streams

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = dict[str, Any]
REAPER = "dynamodb-ttl-reaper"  # a thread of ministack's
LOOK_SECONDS = 3600
OLDEST_SECONDS = 5 * 365 * 86400

_next = {"look": 0.0}
_seen: dict[str, dict[tuple[Any, Any], float]] = {}  # by the id of a table: since when an item has expired


def install() -> None:
    """After the journal and the streams."""
    dynamodb._remove_item = _not_by_the_reaper(dynamodb._remove_item)
    clock.on_tick(_look)


def _not_by_the_reaper(remove: Callable[..., Any]) -> Callable[..., Any]:
    def removed(*arguments: Any) -> Any:
        return None if threading.current_thread().name == REAPER else remove(*arguments)

    return removed


def _look() -> None:
    now = time.time()
    if now < _next["look"]:
        return
    _next["look"] = now + LOOK_SECONDS
    for (account, region, name), setting in list(dynamodb._ttl_settings.all_items()):
        table = dynamodb._tables.get_scoped(account, region, name)
        if table is not None and setting.get("TimeToLiveStatus") == "ENABLED":
            with request_scope(account, region):
                _expire(table, str(setting["AttributeName"]), now)


def _expire(table: Json, attribute: str, now: float) -> None:
    with dynamodb._lock:
        found = list(_expired(table, attribute, now))
    before = _seen.get(table["TableId"], {})
    since = {(partition, sort): before.get((partition, sort), now) for partition, sort, _item in found}
    for partition, sort, item in found:
        # Not what was written meanwhile.
        due = now - since[partition, sort] >= pace.seconds("expire")
        if due and table["items"].get(partition, {}).get(sort) is item:
            dynamodb._remove_item(table, partition, sort)
            streams.expired(table["TableName"], item)
            del since[partition, sort]
    _seen[table["TableId"]] = since


def _expired(table: Json, attribute: str, now: float) -> Iterator[tuple[Any, Any, Json]]:
    for partition, rows in list(table["items"].items()):
        for sort, item in list(rows.items()):
            number = item.get(attribute, {}).get("N")
            if number is not None and now - OLDEST_SECONDS < float(number) <= now:
                yield partition, sort, item
