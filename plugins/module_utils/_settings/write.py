# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings as JSON of version 2, in the names that AWS uses. Its schema is docs/schemas/settings-2.json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .document import ON_DEMAND, VERSION, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from .document import (
        Encryption,
        Index,
        Insight,
        Key,
        ScalableTarget,
        ScalingPolicy,
        ScheduledAction,
        Settings,
        Units,
        VectorIndex,
    )

Json = dict[str, Any]

OFF = {"PointInTimeRecoveryStatus": "DISABLED"}


def to_json(settings: Settings) -> str:
    """The settings as text."""
    return json.dumps(document(settings), indent=2) + "\n"


def document(settings: Settings) -> Json:
    """The settings as a document."""
    ttl, days = settings.ttl, settings.point_in_time_recovery
    on = {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": days}
    return {
        "Version": VERSION,
        "SavedAt": settings.saved_at,
        "Execution": settings.execution,
        "Table": table(settings),
        "TimeToLiveDescription": (
            {"TimeToLiveStatus": "ENABLED", "AttributeName": ttl} if ttl else {"TimeToLiveStatus": "DISABLED"}
        ),
        "Tags": [{"Key": key, "Value": value} for key, value in settings.tags.items()],
        "ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": on if days else OFF},
        "ResourcePolicy": _text(settings.policy),
        "StreamResourcePolicy": _text(settings.stream_policy),
        "KinesisDataStreamDestinations": _listed(
            settings.kinesis,
            lambda each: (
                {"StreamArn": each.arn, "DestinationStatus": "ACTIVE"}
                | _if("ApproximateCreationDateTimePrecision", each.precision)
            ),
        ),
        "ContributorInsights": _listed(settings.insights, _insight),
        "ScalableTargets": [_target(each) for each in settings.scalable_targets],
        "ScalingPolicies": [_policy(each) for each in settings.scaling_policies],
        "ScheduledActions": _listed(settings.scheduled_actions, _action),
        "ReplicaAutoScaling": _listed(settings.replica_scaling, dict),
        "Alarms": _listed(settings.alarms, str),
        "EventSourceMappings": _listed(
            settings.event_sources,
            lambda each: {"UUID": each.id, "FunctionArn": each.function} | _if("State", each.state),
        ),
        "Pipes": _listed(settings.pipes, lambda each: {"Name": each.name} | _if("Target", each.target)),
    } | _if("KeyManager", settings.encryption and settings.encryption.manager)


def table(settings: Settings) -> Json:
    """What of the settings DescribeTable tells."""
    stream = {"StreamEnabled": True, "StreamViewType": settings.stream}
    provisioned = settings.billing != ON_DEMAND
    return (
        {
            "TableName": settings.name,
            "TableArn": settings.arn,
            "TableId": settings.id,
            "AttributeDefinitions": attribute_definitions(settings),
            "KeySchema": key_schema(settings.keys),
            "BillingModeSummary": {"BillingMode": settings.billing},
            "TableClassSummary": {"TableClass": settings.table_class},
            "DeletionProtectionEnabled": settings.deletion_protection,
        }
        | _if("ProvisionedThroughput", provisioned and capacity(settings.throughput))
        | _if("OnDemandThroughput", limits(settings.maximum))
        | _if(
            "WarmThroughput",
            not isinstance(settings.warm_throughput, Unknown) and warm(settings.warm_throughput),
        )
        | _if("LocalSecondaryIndexes", [index(each) for each in settings.local_indexes])
        | _if("GlobalSecondaryIndexes", [index(each) for each in settings.global_indexes])
        | _vector_indexes(settings)
        | _if("SSEDescription", _encryption(settings.encryption))
        | (_if("StreamSpecification", settings.stream and stream))
        | _if("LatestStreamArn", settings.stream_arn)
        | _if("Replicas", [{"RegionName": each} for each in settings.replicas])
        | _if("GlobalTableWitnesses", [{"RegionName": each} for each in settings.witnesses])
        | _if("MultiRegionConsistency", settings.consistency)
    )


def attribute_definitions(settings: Settings) -> list[Json]:
    """Exactly the attributes that are keys of the table or of an index: AWS takes no others."""
    indexes = (*settings.local_indexes, *settings.global_indexes)
    keys = [*settings.keys, *(key for each in indexes for key in each.keys)]
    vectors = () if isinstance(settings.vector_indexes, Unknown) else settings.vector_indexes
    types = {key.name: key.type for key in keys}
    types |= {name: kind for each in vectors for name, _role, kind in each.search if kind}
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()]


def key_schema(keys: Iterable[Key]) -> list[Json]:
    """The attributes of a key, in their order."""
    return [{"AttributeName": each.name, "KeyType": each.role} for each in keys]


def index(found: Index) -> Json:
    """An index, as it is described and as it is made."""
    return (
        {
            "IndexName": found.name,
            "KeySchema": key_schema(found.keys),
            "Projection": projection(found),
        }
        | _if("ProvisionedThroughput", capacity(found.throughput))
        | _if("OnDemandThroughput", limits(found.maximum))
        | _if("WarmThroughput", warm(found.warm))
    )


def vector_index(found: VectorIndex) -> Json:
    """A vector index, as it is described and as it is made."""
    search = [{"AttributeName": name, "SearchSchemaElementType": role} for name, role, _type in found.search]
    return {
        "IndexName": found.name,
        "VectorAttribute": {"AttributeName": found.attribute},
        "Dimensions": found.dimensions,
        "DistanceFunction": found.distance,
        "Projection": projection(found),
    } | _if("SearchSchema", search)


def projection(found: Index | VectorIndex) -> Json:
    """The attributes that an index has beside its keys."""
    return {"ProjectionType": found.projection} | _if("NonKeyAttributes", list(found.attributes))


def capacity(units: Units | None) -> Json:
    """Provisioned capacity."""
    return {"ReadCapacityUnits": units.read, "WriteCapacityUnits": units.write} if units else {}


def limits(units: Units | None) -> Json:
    """The most that a table on demand may use."""
    return {"MaxReadRequestUnits": units.read, "MaxWriteRequestUnits": units.write} if units else {}


def warm(units: Units | None) -> Json:
    """What a table can serve at once."""
    return {"ReadUnitsPerSecond": units.read, "WriteUnitsPerSecond": units.write} if units else {}


def _vector_indexes(settings: Settings) -> Json:
    """An empty list says that there are none: where it is missing, nobody knows."""
    found = settings.vector_indexes
    return {} if isinstance(found, Unknown) else {"VectorIndexes": [vector_index(each) for each in found]}


def _encryption(found: Encryption | None) -> Json:
    if found is None:
        return {}
    return {"Status": "ENABLED", "SSEType": "KMS"} | _if("KMSMasterKeyArn", found.key_arn)


def _insight(found: Insight) -> Json:
    return (
        {"ContributorInsightsStatus": "ENABLED"}
        | _if("IndexName", found.index)
        | _if("ContributorInsightsMode", found.mode)
    )


def _target(found: ScalableTarget) -> Json:
    return {
        "ResourceId": found.resource,
        "ScalableDimension": found.dimension,
        "MinCapacity": found.least,
        "MaxCapacity": found.most,
    } | _if("SuspendedState", dict(found.suspended))


def _policy(found: ScalingPolicy) -> Json:
    return {
        "PolicyName": found.name,
        "ResourceId": found.resource,
        "ScalableDimension": found.dimension,
        "PolicyType": found.type,
        f"{found.type}PolicyConfiguration": dict(found.configuration),
    }


def _action(found: ScheduledAction) -> Json:
    to = {"MinCapacity": found.least, "MaxCapacity": found.most}
    return (
        {
            "ScheduledActionName": found.name,
            "ResourceId": found.resource,
            "ScalableDimension": found.dimension,
            "Schedule": found.schedule,
            "ScalableTargetAction": {name: value for name, value in to.items() if value is not None},
        }
        | _if("Timezone", found.zone)
        | _if("StartTime", _moment(found.begins))
        | _if("EndTime", _moment(found.ends))
    )


def _moment(value: datetime | None) -> str:
    return value.isoformat() if value else ""


def _text(value: str | Unknown) -> Json | str | None:
    return _unknown(value) if isinstance(value, Unknown) else value or None


def _listed(value: tuple[Any, ...] | Unknown, make: Callable[[Any], Any]) -> Json | list[Any]:
    if isinstance(value, Unknown):
        return _unknown(value, [make(each) for each in value.listed])
    return [make(each) for each in value]


def _unknown(value: Unknown, listed: list[Any] | None = None) -> Json:
    return {"unknown": value.why} | _if("listed", listed)


def _if(name: str, value: Any) -> Json:
    """A member, if it has a value."""
    return {name: value} if value else {}
