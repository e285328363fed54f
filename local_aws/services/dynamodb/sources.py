# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a table can be restored from: the settings that a backup holds, and items of one moment.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SourceTableDetails.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SourceTableFeatureDetails.html

Tags, the table's class, its policy, point-in-time recovery, deletion protection and auto scaling are not
among them. Of a stream and of expiry a backup knows, and a restore leaves them off.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ministack.services import dynamodb

if TYPE_CHECKING:
    from .journal import Items

Json = dict[str, Any]
_INDEX = ("IndexName", "KeySchema", "Projection")


@dataclass(frozen=True)
class Source:
    """A table as it was."""

    details: Json  # SourceTableDetails
    features: Json  # SourceTableFeatureDetails
    attributes: list[Json]
    items: Items

    @property
    def billing(self) -> str:
        return str(self.details["BillingMode"])

    def indexes(self, kind: str) -> list[Json]:
        return copy.deepcopy(self.features.get(kind, []))


def source(table: Json, items: Items) -> Source:
    """The table with these of its items, which nobody changes: a write replaces an item."""
    rows = [item for partition in items.values() for item in partition.values()]
    details = {
        "TableName": table["TableName"],
        "TableId": table["TableId"],
        "TableArn": table["TableArn"],
        "TableSizeBytes": sum(dynamodb._item_size_bytes(item) for item in rows),
        "KeySchema": table["KeySchema"],
        "TableCreationDateTime": table["CreationDateTime"],
        "ProvisionedThroughput": _units(table["ProvisionedThroughput"]),
        "ItemCount": len(rows),
        "BillingMode": (table.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED"),
    }
    if table.get("OnDemandThroughput"):
        details["OnDemandThroughput"] = table["OnDemandThroughput"]
    settings = copy.deepcopy((details, _features(table), table["AttributeDefinitions"]))
    return Source(*settings, {partition: dict(rows) for partition, rows in items.items()})


def _features(table: Json) -> Json:
    """Only what the table has: of a plain one nothing is told."""
    expiry = dynamodb._ttl_settings.get(table["TableName"]) or {}
    stream, encryption = table.get("StreamSpecification") or {}, table.get("SSEDescription") or {}
    found = {
        "LocalSecondaryIndexes": [_picked(each, _INDEX) for each in table.get("LocalSecondaryIndexes", ())],
        "GlobalSecondaryIndexes": [
            _picked(each, _INDEX) | {"ProvisionedThroughput": _units(each["ProvisionedThroughput"])}
            for each in table.get("GlobalSecondaryIndexes", ())
        ],
        "VectorIndexes": [dynamodb._vector_index_info(each) for each in table.get("VectorIndexes") or ()],
        "StreamDescription": stream if stream.get("StreamEnabled") else None,
        "TimeToLiveDescription": expiry if expiry.get("TimeToLiveStatus") == "ENABLED" else None,
        "SSEDescription": encryption if encryption.get("Status") == "ENABLED" else None,
    }
    return {name: value for name, value in found.items() if value}


def _units(throughput: Json) -> Json:
    return _picked(throughput, ("ReadCapacityUnits", "WriteCapacityUnits"))


def _picked(value: Json, names: tuple[str, ...]) -> Json:
    return {name: value[name] for name in names if name in value}
