# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How often a table may be changed: TTL, policies, deletion protection, the class, and less throughput.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html: "for the duration of
one hour"; AWS was seen to take it again after 31 minutes, here it is the hour
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html: "15 seconds"
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html: decreases
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.tableclasses.html: two
updates of the class "in a 30-day trailing period"

The codes, the texts and what comes first are from docs/api-quirks of aws-controllers-k8s/dynamodb-controller,
which measured them (DDB-TABLE-143, 147, 206, 326, 443, 445). What changes nothing is not refused, and counts
for nothing; a table that is made anew begins anew.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ministack.services import dynamodb

from local_aws.server.answers import RefusedError, answering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_aws.server.answers import Answer

Json = dict[str, Any]
Operation = Any
Check = Any  # of a request, raises RefusedError; returns what is to be noted when it was done

TTL_SECONDS = 3600
COOLING_SECONDS = 15
CLASS_CHANGES, CLASS_SECONDS = 2, 30 * 86400
DECREASES, DECREASE_SECONDS = 4, 3600
UNITS = ("ReadCapacityUnits", "WriteCapacityUnits")


def install() -> None:
    """Before the states of tables, which refuse what must wait at all."""
    dynamodb._update_ttl = _limited(dynamodb._update_ttl, _ttl)
    dynamodb._update_table = _limited(dynamodb._update_table, _update)
    dynamodb._put_resource_policy = _unless_same(_limited(dynamodb._put_resource_policy, _policy))
    dynamodb._delete_resource_policy = _limited(dynamodb._delete_resource_policy, _policy)


def _limited(operation: Operation, check: Check) -> Operation:
    """The operation, if it is not too early for it again."""

    def call(data: Json) -> Answer:
        table = dynamodb._tables.get(_name(data))
        if table is None:
            answer: Answer = operation(data)
            return answer
        notes: list[Callable[[], None]] = []

        def checked(_: Json) -> Json:
            notes.extend(check(data, table))
            return {}

        refusal = answering(checked)({})
        if refusal[0] != 200:
            return refusal
        answer = operation(data)
        if answer[0] == 200:
            for note in notes:
                note()
        return answer

    return call


def _name(data: Json) -> str:
    named = str(data.get("TableName") or data.get("ResourceArn") or "").partition("/stream/")[0]
    return str(dynamodb._table_name_from_arn(named) if named.startswith("arn:") else named)


def _times(table: Json, what: str) -> list[float]:
    """When this was changed, the oldest first."""
    times: list[float] = table.setdefault("_changed", {}).setdefault(what, [])
    return times


def _noting(table: Json, what: str) -> Callable[[], None]:
    return lambda: _times(table, what).append(time.time())


def _ttl(data: Json, table: Json) -> Iterator[Callable[[], None]]:
    now = dynamodb._ttl_settings.get(table["TableName"]) or {}
    asked, attribute = data["TimeToLiveSpecification"], now.get("AttributeName")
    enabled = now.get("TimeToLiveStatus") == "ENABLED"
    if enabled and asked["AttributeName"] != attribute:
        raise _invalid(
            f"TimeToLive is active on a different AttributeName: current AttributeName is {attribute}"
        )
    if bool(asked["Enabled"]) == enabled:
        raise _invalid(f"TimeToLive is already {'enabled' if enabled else 'disabled'}")
    if _within(table, "ttl", TTL_SECONDS):
        raise _invalid("Time to live has been modified multiple times within a fixed interval")
    yield _noting(table, "ttl")


def _within(table: Json, what: str, seconds: float) -> bool:
    times = _times(table, what)
    return bool(times) and time.time() - times[-1] < seconds


def _policy(data: Json, table: Json) -> Iterator[Callable[[], None]]:
    arn = data["ResourceArn"]
    there, asked = dynamodb._resource_policies.get(arn), data.get("ExpectedRevisionId")
    if _within(table, arn, COOLING_SECONDS):
        if asked is not None and there and there["RevisionId"] == asked:
            raise RefusedError(
                "ResourceInUseException",
                "Attempt to change a resource which is still in use: Table is pending previous "
                f"resource-based policy update: {table['TableName']}",
            )
        if asked is None:
            raise _cooling(f"Resource-based policy for {_slot(arn, table)}", table, arn, ".")
    yield _noting(table, arn)


def _slot(arn: str, table: Json) -> str:
    label = arn.partition("/stream/")[2]
    return f"stream {label}" if label else f"table {table['TableName']}"


def _cooling(what: str, table: Json, key: str, end: str = "") -> RefusedError:
    again = datetime.fromtimestamp(_times(table, key)[-1] + COOLING_SECONDS, UTC)
    text = again.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return RefusedError(
        "ThrottlingException",
        f"{what} modified within the previous {COOLING_SECONDS}000 milliseconds. Please try again after "
        f"{text}{end}",
    )


def _unless_same(put: Operation) -> Operation:
    """The policy that is there is not put again."""

    def call(data: Json) -> Answer:
        there = dynamodb._resource_policies.get(data["ResourceArn"])
        if there and "ExpectedRevisionId" not in data and _same(there["Policy"], data.get("Policy", "")):
            return answering(lambda _: {"RevisionId": there["RevisionId"]})({})
        answer: Answer = put(data)
        return answer

    return call


def _same(one: str, other: str) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def _update(data: Json, table: Json) -> Iterator[Callable[[], None]]:
    protected = data.get("DeletionProtectionEnabled")
    if protected is not None and protected != table.get("DeletionProtectionEnabled", False):
        if _within(table, "protection", COOLING_SECONDS):
            raise _cooling(f"Deletion protection setting for table {table['TableName']}", table, "protection")
        yield _noting(table, "protection")
    has = (table.get("TableClassSummary") or {}).get("TableClass", "STANDARD")
    if data.get("TableClass", has) != has:
        recent = [each for each in _times(table, "class") if time.time() - each < CLASS_SECONDS]
        if len(recent) >= CLASS_CHANGES:
            raise RefusedError(
                "LimitExceededException",
                f"Subscriber limit exceeded: Updates to TableClass are limited to {CLASS_CHANGES} times in "
                f"{CLASS_SECONDS // 86400} day(s).",
            )
        yield _noting(table, "class")
    for what in _decreased(data, table):
        _check_decrease(_times(table, what))
        yield _noting(table, what)


def _decreased(data: Json, table: Json) -> Iterator[str]:
    """The table, and each index, that would get less."""
    indexes = {each["IndexName"]: each for each in table.get("GlobalSecondaryIndexes", ())}
    asked = [("table", data.get("ProvisionedThroughput"), table)]
    for update in data.get("GlobalSecondaryIndexUpdates") or ():
        index = update.get("Update", {})
        if index.get("IndexName") in indexes:
            named = f"index {index['IndexName']}"
            asked.append((named, index.get("ProvisionedThroughput"), indexes[index["IndexName"]]))
    for what, units, now in asked:
        has = now.get("ProvisionedThroughput") or {}
        if units and any(int(units.get(unit, 0)) < int(has.get(unit, 0)) for unit in UNITS):
            yield what


def _check_decrease(times: list[float]) -> None:
    """Four in a day of UTC, and then one an hour after the one before."""
    now = datetime.now(UTC)
    today = [each for each in times if datetime.fromtimestamp(each, UTC).date() == now.date()]
    if len(today) < DECREASES or now.timestamp() - today[-1] >= DECREASE_SECONDS:
        return
    last = datetime.fromtimestamp(today[-1], UTC)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    again = min(last + timedelta(seconds=DECREASE_SECONDS), midnight)
    raise RefusedError(
        "LimitExceededException",
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. "
        f"After the first {DECREASES} decreases, each subsequent decrease in the same UTC day can be "
        f"performed at most once every {DECREASE_SECONDS} seconds. Number of decreases today: {len(today)}. "
        f"Last decrease at {_long(last)}. Next decrease can be made at {_long(again)}",
    )


def _long(moment: datetime) -> str:
    hour = moment.hour % 12 or 12
    return (
        f"{moment:%A, %B} {moment.day}, {moment.year} at {hour}:{moment:%M:%S %p} Coordinated Universal Time"
    )


def _invalid(message: str) -> RefusedError:
    return RefusedError("ValidationException", message)
