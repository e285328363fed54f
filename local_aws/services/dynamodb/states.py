# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables that are being made or changed: what DescribeTable tells of them, and which calls have to wait.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html

The pages say that such calls are refused and not always how. The codes here are those that AWS was seen to
give (tests/recorded/errors.json of the repository), and they are not the same after CreateTable, after a
restore and after an import.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from ministack.services import dynamodb

from local_aws.server.answers import RefusedError, answering

from . import pace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_aws.server.answers import Answer

Json = dict[str, Any]
Operation = Any
Refusal = tuple[str, str]

CREATE, RESTORE, IMPORT = "create", "restore", "import"
# "DynamoDB updates this value approximately every six hours", and so long it is 0.
STATISTICS_SECONDS = 6 * 3600
IN_USE = "Attempt to change a resource which is still in use: "

_NO_TABLE = ("ResourceNotFoundException", "Requested resource not found: Table: {name} not found")
_NO_ITEMS = ("ResourceNotFoundException", "Requested resource not found")
_NO_BACKUPS = ("TableNotFoundException", "Table not found: {name}")
_BEING_MADE = ("ResourceInUseException", f"{IN_USE}Table is being created: {{name}}")
_BEING_USED = ("ResourceInUseException", f"{IN_USE}Table is being used: {{name}}")
_TOO_EARLY = (
    "ContinuousBackupsUnavailableException",
    "Backups are being enabled for the table: {name}. Please retry later",
)
_NO_TTL = (
    "ValidationException",
    "Cannot describe time to live while table is in CREATING state: Current table state is CREATING",
)
_NOT_ACTIVE = (
    "Table or Index is not in a valid state to update Key Access Insights: TableStatus must be ACTIVE"
)
_NO_INSIGHTS = ("ValidationException", f"{_NOT_ACTIVE} to enable ContributorInsights.")

Refusals = dict[str, Refusal | None]


def _refusals(create: Refusal | None, restore: Refusal | None, by_import: Refusal | None) -> Refusals:
    return {CREATE: create, RESTORE: restore, IMPORT: by_import}


# By the function of ministack's: what it answers while CreateTable, a restore or an import makes the table.
_MAKING = {
    "_create_table": _refusals(_BEING_MADE, _BEING_USED, _BEING_MADE),
    "_update_table": _refusals(_BEING_MADE, _NO_TABLE, _BEING_MADE),
    "_delete_table": _refusals(_BEING_MADE, _BEING_MADE, _BEING_MADE),
    "_tag_resource": _refusals(_BEING_MADE, _NO_TABLE, _NO_TABLE),
    "_untag_resource": _refusals(_BEING_MADE, _NO_TABLE, _NO_TABLE),
    "_list_tags": _refusals(None, _NO_TABLE, _NO_TABLE),
    "_update_ttl": _refusals(_NO_TABLE, _NO_TABLE, _BEING_MADE),
    "_describe_ttl": _refusals(_NO_TTL, _NO_TABLE, _NO_TTL),
    "_update_continuous_backups": _refusals(_NO_BACKUPS, _NO_BACKUPS, _TOO_EARLY),
    "_describe_continuous_backups": _refusals(_NO_BACKUPS, _NO_BACKUPS, None),
    "_create_backup": _refusals(_NO_BACKUPS, _NO_BACKUPS, _TOO_EARLY),
    "_put_resource_policy": _refusals(_BEING_MADE, _NO_TABLE, _NO_TABLE),
    "_get_resource_policy": _refusals(None, _NO_TABLE, _NO_TABLE),
    "_update_contributor_insights": _refusals(_NO_INSIGHTS, _NO_TABLE, _NO_INSIGHTS),
    "_describe_contributor_insights": _refusals(None, _NO_TABLE, None),
    "_enable_kinesis_streaming_destination": _refusals(_BEING_MADE, _BEING_MADE, _BEING_MADE),
}
_ON_ITEMS = (
    "_put_item",
    "_get_item",
    "_delete_item",
    "_update_item",
    "_query",
    "_scan",
    "_batch_write_item",
    "_batch_get_item",
    "_transact_write_items",
    "_transact_get_items",
)


def install() -> None:
    """After all else that wraps ministack's DynamoDB, so that a call that must wait has done nothing."""
    dynamodb._table_description = _described(dynamodb._table_description)
    dynamodb._describe_table = answering(_after_a_while(dynamodb._describe_table))
    dynamodb._create_table = _then(dynamodb._create_table, _created)
    dynamodb._update_table = _then(_between_updates(dynamodb._update_table), _updated)
    dynamodb._delete_table = _unless_changing(dynamodb._delete_table)
    for name in ("_query", "_scan"):
        setattr(dynamodb, name, _of_ready_indexes(getattr(dynamodb, name)))
    on_items = dict.fromkeys(_ON_ITEMS, _refusals(_NO_ITEMS, _NO_ITEMS, _NO_ITEMS))
    for name, refusals in (_MAKING | on_items).items():
        setattr(dynamodb, name, _unless_being_made(getattr(dynamodb, name), refusals))


def begin(table: Json, how: str, seconds: float = math.inf, summary: Json | None = None) -> None:
    """The table is CREATING for so long, or until ``finish``."""
    table["_making"] = {"how": how, "until": time.time() + seconds, "summary": summary}
    if how != CREATE:
        table["_statistics_from"] = time.time() + STATISTICS_SECONDS


def finish(table: Json) -> None:
    """The table is ACTIVE."""
    table.pop("_making", None)


def made_by(table: Json) -> Json | None:
    """How the table is being made, None once it is there."""
    making: Json | None = table.get("_making")
    return making if making and time.time() < making["until"] else None


def _changing(table: Json) -> bool:
    return bool(time.time() < table.get("_changing_until", 0))


def _index_state(table: Json, index: str) -> Json:
    """What a description tells of an index's state."""
    making = made_by(table)
    if making:
        return {"IndexStatus": None if making["how"] == RESTORE else "CREATING"}
    allocated, until = table.get("_indexes", {}).get(index, (0, 0))
    if time.time() < until:
        return {"IndexStatus": "CREATING", "Backfilling": time.time() >= allocated}
    return {}


def _index_in_making(table: Json) -> bool:
    return any(time.time() < until for _allocated, until in table.get("_indexes", {}).values())


def _described(describe: Callable[[str], Json]) -> Callable[[str], Json]:
    def description(name: str) -> Json:
        table, found = dynamodb._tables[name], describe(name)
        making = made_by(table)
        if making or _changing(table):
            found["TableStatus"] = "CREATING" if making else "UPDATING"
        if making and making["summary"]:
            found["RestoreSummary"] = making["summary"]
        for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            if kind in found:
                found[kind] = [dict(index) for index in found[kind]]
        for index in found.get("GlobalSecondaryIndexes", ()):
            state = index | _index_state(table, index["IndexName"])
            index.update({member: value for member, value in state.items() if value is not None})
            if state["IndexStatus"] is None:
                del index["IndexStatus"]
        if time.time() < table.get("_statistics_from", 0):
            found |= {"ItemCount": 0, "TableSizeBytes": 0}
        return found

    return description


def _after_a_while(describe: Operation) -> Callable[[Json], Json]:
    def described(data: Json) -> Json:
        name = dynamodb._normalize_table_name(data["TableName"])
        table = dynamodb._tables.get(name)
        if table is None or time.time() < table.get("_appears_at", 0):
            raise RefusedError(_NO_TABLE[0], _NO_TABLE[1].format(name=name))
        return {"Table": dynamodb._table_description(name)}

    del describe  # ours tells the same
    return described


def _then(operation: Operation, note: Callable[[Json, Json], None]) -> Operation:
    """The operation, its effect noted, and told as it is then."""

    def call(data: Json) -> Answer:
        answer: Answer = operation(data)
        if answer[0] != 200:
            return answer
        name = dynamodb._normalize_table_name(data["TableName"])
        note(dynamodb._tables[name], data)
        return answering(lambda _: {"TableDescription": dynamodb._table_description(name)})({})

    return call


def _created(table: Json, data: Json) -> None:
    del data
    begin(table, CREATE, pace.seconds("create"))
    table["_appears_at"] = time.time() + pace.seconds("appear")


def _updated(table: Json, data: Json) -> None:
    now, changed = time.time(), set(data) - {"TableName", "DeletionProtectionEnabled"}
    if changed:
        table["_changing_until"] = now + pace.seconds("update")
    for update in data.get("GlobalSecondaryIndexUpdates") or ():
        if "Create" in update:
            allocated = now + pace.seconds("update")
            name = update["Create"]["IndexName"]
            table.setdefault("_indexes", {})[name] = (allocated, allocated + pace.seconds("index"))


def _between_updates(update: Operation) -> Operation:
    """One UpdateTable after the other, and one index."""

    def checked(data: Json) -> Answer:
        name = dynamodb._normalize_table_name(data["TableName"])
        table = dynamodb._tables.get(name) or {}
        if _changing(table) and "DeletionProtectionEnabled" in data:
            return _refuse(
                "ResourceInUseException",
                "Table needs to be in ACTIVE status to modify deletion protection setting.",
            )
        if _changing(table):
            return _refuse("ResourceInUseException", f"{IN_USE}Table is being updated: {name}")
        updates = data.get("GlobalSecondaryIndexUpdates") or ()
        wanted = [each for each in updates if "Create" in each or "Delete" in each]
        if len(wanted) > 1 or (wanted and _index_in_making(table)):
            return _refuse(
                "LimitExceededException",
                "Subscriber limit exceeded: Only 1 online index can be created or deleted "
                "simultaneously per table",
            )
        answer: Answer = update(data)
        return answer

    return checked


def _unless_changing(delete: Operation) -> Operation:
    def checked(data: Json) -> Answer:
        name = dynamodb._normalize_table_name(data["TableName"])
        table = dynamodb._tables.get(name) or {}
        if _changing(table):
            return _refuse(
                "ResourceInUseException", f"{IN_USE}Table: {name} is in the process of being updated."
            )
        if _index_in_making(table):
            return _refuse(
                "ResourceInUseException",
                f"{IN_USE}Cannot delete table while indexes are being created, updated, or deleted.",
            )
        answer: Answer = delete(data)
        return answer

    return checked


def _of_ready_indexes(read: Operation) -> Operation:
    def checked(data: Json) -> Answer:
        table = dynamodb._tables.get(dynamodb._normalize_table_name(data.get("TableName") or ""))
        index = data.get("IndexName")
        if table and index and _index_state(table, index):
            return _refuse(
                "ValidationException", f"Cannot read from backfilling global secondary index: {index}"
            )
        answer: Answer = read(data)
        return answer

    return checked


def _unless_being_made(operation: Operation, refusals: Refusals) -> Operation:
    def checked(data: Json) -> Answer:
        for name in _named(data):
            making = made_by(dynamodb._tables.get(name) or {})
            if making and (refusal := refusals[making["how"]]):
                return _refuse(refusal[0], refusal[1].format(name=name))
        answer: Answer = operation(data)
        return answer

    return checked


def _named(data: Json) -> Iterator[str]:
    """The tables that a request names."""
    if name := data.get("TableName") or data.get("ResourceArn"):
        yield dynamodb._table_name_from_arn(name) if str(name).startswith("arn:") else name
    yield from data.get("RequestItems") or ()
    for item in data.get("TransactItems") or ():
        yield from (action.get("TableName", "") for action in item.values() if isinstance(action, dict))


def _refuse(code: str, message: str) -> Answer:
    def refuse(_: Json) -> Json:
        raise RefusedError(code, message)

    return answering(refuse)({})
