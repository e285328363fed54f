# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What DescribeTable tells of a table, less what changes by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .document import ON_DEMAND, PROVISIONED, STANDARD, Encryption, Index, Key, Units, Unknown, VectorIndex

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_TOLD = "who saved the settings was not told of it, and may be older than it is"


def table(description: Mapping[str, Any], manager: str) -> dict[str, Any]:
    """The fields of Settings that DescribeTable tells, and who manages the key, if that is known."""
    types = {each["AttributeName"]: each["AttributeType"] for each in description["AttributeDefinitions"]}
    # Old tables that always had provisioned capacity have no summary.
    billing = (description.get("BillingModeSummary") or {}).get("BillingMode") or PROVISIONED
    stream = description.get("StreamSpecification") or {}
    return {
        "arn": str(description["TableArn"]),
        "id": str(description.get("TableId") or ""),
        "keys": _keys(description["KeySchema"], types),
        "billing": billing,
        "throughput": _throughput(description, billing),
        "maximum": _maximum(description),
        "warm_throughput": _warm(description) or Unknown(NOT_TOLD),
        "local_indexes": _indexes(description, "LocalSecondaryIndexes", types, billing),
        "global_indexes": _indexes(description, "GlobalSecondaryIndexes", types, billing),
        "vector_indexes": _vector_indexes(description, types),
        "table_class": (description.get("TableClassSummary") or {}).get("TableClass") or STANDARD,
        "encryption": _encryption(description, manager),
        "stream": str(stream.get("StreamViewType") or "") if stream.get("StreamEnabled") else "",
        # A stream that was disabled has its ARN for a day.
        "stream_arn": str(description.get("LatestStreamArn") or "") if stream.get("StreamEnabled") else "",
        "deletion_protection": bool(description.get("DeletionProtectionEnabled")),
        "replicas": _regions(description, "Replicas"),
        "witnesses": _regions(description, "GlobalTableWitnesses"),
        "consistency": str(description.get("MultiRegionConsistency") or ""),
    }


def _keys(schema: list[Mapping[str, Any]], types: Mapping[str, str]) -> tuple[Key, ...]:
    return tuple(Key(each["AttributeName"], each["KeyType"], types[each["AttributeName"]]) for each in schema)


def _indexes(
    description: Mapping[str, Any], member: str, types: Mapping[str, str], billing: str
) -> tuple[Index, ...]:
    return tuple(
        Index(
            name=each["IndexName"],
            keys=_keys(each["KeySchema"], types),
            projection=each["Projection"]["ProjectionType"],
            attributes=_projected(each),
            throughput=_throughput(each, billing),
            maximum=_maximum(each),
            warm=_warm(each),
        )
        for each in sorted(description.get(member) or (), key=_name)
    )


def _name(index: Mapping[str, Any]) -> str:
    return str(index["IndexName"])


def _projected(index: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(index["Projection"].get("NonKeyAttributes") or ()))


def _vector_indexes(
    description: Mapping[str, Any], types: Mapping[str, str]
) -> tuple[VectorIndex, ...] | Unknown:
    if description.get("VectorIndexes") is None:
        return Unknown(NOT_TOLD)
    return tuple(
        VectorIndex(
            name=each["IndexName"],
            attribute=each["VectorAttribute"]["AttributeName"],
            dimensions=int(each["Dimensions"]),
            distance=each["DistanceFunction"],
            projection=each["Projection"]["ProjectionType"],
            attributes=_projected(each),
            search=tuple(
                (one["AttributeName"], one["SearchSchemaElementType"], types.get(one["AttributeName"], ""))
                for one in each.get("SearchSchema") or ()
            ),
        )
        for each in sorted(description["VectorIndexes"], key=_name)
    )


def _throughput(description: Mapping[str, Any], billing: str) -> Units | None:
    """Provisioned capacity. AWS shows 0 and 0 for what is on demand, and takes nothing below 1."""
    found = description.get("ProvisionedThroughput") or {}
    if billing == ON_DEMAND or not found:
        return None
    return Units(int(found["ReadCapacityUnits"]), int(found["WriteCapacityUnits"]))


def _maximum(description: Mapping[str, Any]) -> Units | None:
    found = description.get("OnDemandThroughput") or {}
    read, write = int(found.get("MaxReadRequestUnits") or -1), int(found.get("MaxWriteRequestUnits") or -1)
    return Units(read, write) if (read, write) != (-1, -1) else None


def _warm(description: Mapping[str, Any]) -> Units | None:
    found = description.get("WarmThroughput") or {}
    return Units(int(found["ReadUnitsPerSecond"]), int(found["WriteUnitsPerSecond"])) if found else None


def _encryption(description: Mapping[str, Any], manager: str) -> Encryption | None:
    """Step Functions hands on what the SDK for Java calls it: SseDescription, SseType, KmsMasterKeyArn."""
    found = description.get("SSEDescription") or description.get("SseDescription") or {}
    kind = found.get("SSEType") or found.get("SseType")
    if kind != "KMS" or found.get("Status") in ("DISABLED", "DISABLING"):
        return None
    return Encryption(str(found.get("KMSMasterKeyArn") or found.get("KmsMasterKeyArn") or ""), manager)


def _regions(description: Mapping[str, Any], member: str) -> tuple[str, ...]:
    return tuple(sorted(each["RegionName"] for each in description.get(member) or ()))
