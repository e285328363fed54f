# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an undo begins with: the right account, the live table, and the store's bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._aws import dynamodb, sts, table_settings
from .._aws.client import ask
from .._base.times import told
from .._model.refusal import Refusal
from .._points import gather_store
from .asked import NotUndoableError
from .plan_document import Key, Table
from .work import Indexes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from .._aws.client import Aws
    from .._points.gather_store import Store
    from .asked import Asked

# In other states DynamoDB takes no writes. INACCESSIBLE_ENCRYPTION_CREDENTIALS tells of a lost key.
WRITABLE = ("ACTIVE", "UPDATING")
EXPIRING = ("ENABLED", "ENABLING")


@dataclass(frozen=True)
class Live:
    """The table as it is now."""

    table: Table
    created: datetime
    read_units: int  # that it may give a second; 0: as many as are asked for
    indexes: Indexes
    items: int  # as DynamoDB counted them within the last six hours
    description: Mapping[str, Any]  # the answer of DescribeTable

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the key's attributes, the partition key first."""
        return tuple(each.name for each in self.table.keys)

    @property
    def keys(self) -> dict[str, str]:
        """The same with their types."""
        return {each.name: each.type for each in self.table.keys}

    def require_older(self, moment: datetime, what: str) -> None:
        """Refuse what was before the table was made: that was another table."""
        if self.created > moment:
            raise NotUndoableError(
                f"{what} is {told(moment)}, and the table {self.table.name} was made at {self.table.created}:"
                " before that there was another table of this name, or none. Give a later time, or bring the "
                "earlier table back beside this one with the playbook restore"
            )


@dataclass(frozen=True)
class Place:
    """Where an undo takes place."""

    account: str
    region: str
    store: Store
    live: Live

    @property
    def bucket(self) -> str:
        """Where exports, plans and logs are."""
        return self.store.bucket


def place(aws: Aws, region: str, params: Mapping[str, Any], asked: Asked) -> Place:
    """Find it all; NotUndoableError and WrongAccountError say why there is nothing to begin with."""
    _partition, account = sts.right_caller(aws("sts"), dict(params))
    live = table(aws, asked.table, f"account {account}, {region}", asked.ttl_attribute)
    try:
        store = gather_store.store(aws, asked.bucket, params["prefix"], account, region)
    except gather_store.NoStoreError as error:
        raise NotUndoableError(str(error)) from error
    return Place(account, region, store, live)


def table(aws: Aws, name: str, where: str, ttl_attribute: str = "") -> Live:
    """A table that items can be written to. Without an attribute it tells by which its items expire."""
    client = aws("dynamodb")
    found = dynamodb.describe_table(client, name)
    if found is None:
        raise NotUndoableError(
            f"There is no table {name} in {where}. Items are put back into a table that exists: correct the "
            "name, the account or the region, or bring the whole table back with the playbook restore"
        )
    if found["TableStatus"] not in WRITABLE:
        raise NotUndoableError(
            f"The table {name} is {found['TableStatus']}, and nothing can be written to it: see to that first"
        )
    on_demand = (found.get("BillingModeSummary") or {}).get("BillingMode") == "PAY_PER_REQUEST"
    indexes = found.get("GlobalSecondaryIndexes") or []
    return Live(
        table=Table(
            name=name,
            arn=found["TableArn"],
            id=found["TableId"],
            created=told(found["CreationDateTime"]) or "",
            keys=_keys(found),
            time_to_live=ttl_attribute or _time_to_live(client, name),
            on_demand=on_demand,
            write_units=_least([found, *indexes], "Write", on_demand=on_demand),
        ),
        created=found["CreationDateTime"],
        read_units=_least([found], "Read", on_demand=on_demand),
        indexes=Indexes(len(indexes), len(found.get("LocalSecondaryIndexes") or ())),
        items=int(found.get("ItemCount", 0)),
        description=found,
    )


def _least(described: Iterable[Mapping[str, Any]], kind: str, *, on_demand: bool) -> int:
    """The fewest units a second that a table, or an index that every write goes to, may take; 0: no limit.

    An index that is throttled has the writes of all to its table throttled.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
    """
    member, unit = (
        ("OnDemandThroughput", f"Max{kind}RequestUnits")
        if on_demand
        else ("ProvisionedThroughput", f"{kind}CapacityUnits")
    )
    units = [int((each.get(member) or {}).get(unit) or 0) for each in described]
    return min((each for each in units if each > 0), default=0)  # -1 takes a maximum away


def _keys(described: Mapping[str, Any]) -> tuple[Key, ...]:
    types = {each["AttributeName"]: each["AttributeType"] for each in described["AttributeDefinitions"]}
    ordered = sorted(described["KeySchema"], key=lambda each: str(each["KeyType"]))  # HASH, RANGE
    return tuple(Key(each["AttributeName"], types[each["AttributeName"]]) for each in ordered)


def _time_to_live(client: Any, name: str) -> str:
    found = ask("dynamodb", lambda: table_settings.time_to_live(client, name))
    if isinstance(found, Refusal):
        raise NotUndoableError(
            f"Whether items of {name} expire could not be looked up ({found.call}: "
            f"{found.message or found.code}): allow it, or name the attribute with O(ttl_attribute)"
        )
    return str(found["AttributeName"]) if found.get("TimeToLiveStatus") in EXPIRING else ""
