# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which writes a table's stream, its Kinesis destinations and its replicas hear of, and who wrote.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html: "If you perform a PutItem or
UpdateItem operation that does not change any data in an item, then DynamoDB Streams does not write a stream
record for that operation". A set in another order is the same data.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html: who deleted an
item that had expired

ministack's PartiQL told nobody of what it wrote.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from ministack.services import dynamodb

from . import journal

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.server.answers import Answer

Json = dict[str, Any]
Item = dict[str, Any]
EXPIRY = {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}


class Written(NamedTuple):
    """An item that was written, for those who are told when all of a call's writes are done."""

    table: str
    before: Item | None
    after: Item | None


class _State(threading.local):
    writes: list[Written] | None = None  # of a call of PartiQL's
    expiring: bool = False


_state = _State()


def install() -> None:
    """After the journal, whose functions are wrapped once more."""
    dynamodb._set_item = _collecting(dynamodb._set_item)
    dynamodb._remove_item = _collecting(dynamodb._remove_item)
    for name in ("_partiql_insert", "_partiql_update", "_partiql_delete", "_execute_transaction"):
        setattr(dynamodb, name, _telling(getattr(dynamodb, name)))
    dynamodb._emit_stream_event = _of_changes(dynamodb._emit_stream_event)
    dynamodb._build_change_record = _with_identity(dynamodb._build_change_record)


def expired(table: str, item: Item) -> None:
    """Tell that an item is gone because it had expired."""
    _state.expiring = True
    try:
        dynamodb._emit_stream_event(table, "REMOVE", item, None)
    finally:
        _state.expiring = False


def _collecting(change: Callable[..., Item | None]) -> Callable[..., Item | None]:
    def changed(table: Json, partition: Any, sort: Any, *item: Item) -> Item | None:
        before = change(table, partition, sort, *item)
        if _state.writes is not None:
            _state.writes.append(Written(table["TableName"], before, item[0] if item else None))
        return before

    return changed


def _telling(call: Callable[..., Answer]) -> Callable[..., Answer]:
    """Tell of what a call has written, when it is over and nothing of it was undone."""

    def called(*arguments: Any) -> Answer:
        if _state.writes is not None:  # a statement of a transaction
            return call(*arguments)
        writes: list[Written] = []
        _state.writes = writes
        try:
            answer = call(*arguments)
        finally:
            _state.writes = None
        if answer[0] == 200:
            for write in writes:
                _emit(write)
        return answer

    return called


def _emit(write: Written) -> None:
    event = "REMOVE" if write.after is None else "MODIFY" if write.before is not None else "INSERT"
    if write.before is not None or write.after is not None:
        dynamodb._emit_stream_event(write.table, event, write.before, write.after)


def _of_changes(emit: Callable[..., None]) -> Callable[..., None]:
    def emitted(table: str, event: str, old: Item | None, new: Item | None, **more: Any) -> None:
        emit(table, event, old, old if event == "MODIFY" and journal.same(old, new) else new, **more)

    return emitted


def _with_identity(build: Callable[..., Json]) -> Callable[..., Json]:
    def built(*arguments: Any) -> Json:
        record = build(*arguments)
        return record | ({"userIdentity": EXPIRY} if _state.expiring else {})

    return built
