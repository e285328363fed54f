# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The settings that a table has now, in about ten calls; and those that a backup of DynamoDB's own tells.

What IAM does not let us read is unknown where it may be; anything else that AWS refuses is raised.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._aws import autoscaling, dynamodb, kms, table_settings
from .._aws.client import ask
from .._model.refusal import Refusal
from .._settings import read
from .._settings.document import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._aws.client import Aws
    from .._settings.document import Settings

Json = dict[str, Any]

NOT_ASKED = "only what is saved beside points holds it"
BACKUP_ONLY = "a backup of DynamoDB's own does not hold it"
BESIDE = ("Alarms", "EventSourceMappings", "Pipes", "ReplicaAutoScaling")


def of_table(aws: Aws, table: str, *, new: bool = False) -> Settings | None:
    """The settings of a table; None if there is no such table. Nothing hangs on a new one yet."""
    client = aws("dynamodb")
    described = dynamodb.describe_table(client, table)
    if described is None:
        return None
    beside: Any = [] if new else {"unknown": NOT_ASKED}
    document = {
        "Version": VERSION,
        # Asked now, by who knows of them: what is not told is not there.
        "Table": {"VectorIndexes": [], **described},
        **dict.fromkeys(BESIDE, beside),
        **_of_dynamodb(client, table, described),
        **_of_scaling(aws, described),
        **_key_manager(aws, described),
    }
    return read.of(document)


def with_manager(aws: Aws, settings: Settings, region: str) -> Settings:
    """The settings with who manages the table's key, if nobody has saved that: AWS refuses its own, named."""
    key = settings.encryption
    if key is None or key.manager or key.key_arn.split(":")[3:4] != [region]:
        return settings
    found = ask("kms", lambda: kms.describe_key(aws("kms"), key.key_arn))
    manager = str(found.get("KeyManager", "")) if isinstance(found, dict) else ""
    return replace(settings, encryption=replace(key, manager=manager))


def of_backup(aws: Aws, arn: str) -> Settings:
    """What DynamoDB tells of a table with a backup of its own: neither types of keys, nor most settings."""
    told = table_settings.describe_backup(aws("dynamodb"), arn)
    source, features = told["SourceTableDetails"], told.get("SourceTableFeatureDetails", {})
    indexes = {name: features.get(name, []) for name in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes")}
    schemas = [source["KeySchema"], *(each["KeySchema"] for listed in indexes.values() for each in listed)]
    names = dict.fromkeys(each["AttributeName"] for schema in schemas for each in schema)
    billing = source.get("BillingMode")
    table = {
        "TableArn": source["TableArn"],
        "TableId": source["TableId"],
        "KeySchema": source["KeySchema"],
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": ""} for name in names],
        "ProvisionedThroughput": source.get("ProvisionedThroughput"),
        "OnDemandThroughput": source.get("OnDemandThroughput"),
        "SSEDescription": features.get("SSEDescription"),
        "StreamSpecification": features.get("StreamDescription"),
        "VectorIndexes": features.get("VectorIndexes", []),
        **indexes,
    } | ({"BillingModeSummary": {"BillingMode": billing}} if billing else {})
    unknown = ("KinesisDataStreamDestinations", "ContributorInsights", "ScheduledActions", "ResourcePolicy")
    return read.of(
        {
            "Version": VERSION,
            "Table": table,
            "TimeToLiveDescription": features.get("TimeToLiveDescription"),
            **{name: {"unknown": BACKUP_ONLY} for name in (*unknown, "StreamResourcePolicy", *BESIDE)},
        }
    )


def _of_dynamodb(client: Any, table: str, described: Json) -> Json:
    arn, stream = described["TableArn"], str(described.get("LatestStreamArn") or "")
    flowing = (described.get("StreamSpecification") or {}).get("StreamEnabled")
    return {
        "TimeToLiveDescription": table_settings.time_to_live(client, table),
        "Tags": table_settings.tags(client, arn),
        "ContinuousBackupsDescription": table_settings.continuous_backups(client, table),
        "ResourcePolicy": _told(lambda: table_settings.resource_policy(client, arn)),
        "StreamResourcePolicy": _told(lambda: table_settings.resource_policy(client, stream))
        if flowing
        else "",
        "KinesisDataStreamDestinations": _told(lambda: table_settings.kinesis_destinations(client, table)),
        "ContributorInsights": _told(lambda: table_settings.contributor_insights(client, table)),
    }


def _of_scaling(aws: Aws, described: Json) -> Json:
    client, name = aws(autoscaling.SERVICE), described["TableName"]
    indexes = [each["IndexName"] for each in described.get("GlobalSecondaryIndexes") or ()]
    resources = [f"table/{name}", *(f"table/{name}/index/{index}" for index in indexes)]
    targets = autoscaling.scalable_targets(client, resources)
    there = list(dict.fromkeys(each["ResourceId"] for each in targets))
    return {
        "ScalableTargets": targets,
        "ScalingPolicies": [each for one in there for each in autoscaling.scaling_policies(client, one)],
        "ScheduledActions": [each for one in there for each in autoscaling.scheduled_actions(client, one)],
    }


def _key_manager(aws: Aws, described: Json) -> Json:
    """Whether AWS manages the key of a table, which DescribeTable does not tell."""
    key = (described.get("SSEDescription") or {}).get("KMSMasterKeyArn")
    found = ask("kms", lambda: kms.describe_key(aws("kms"), key)) if key else None
    return {"KeyManager": found["KeyManager"]} if isinstance(found, dict) else {}


def _told(question: Callable[[], Any]) -> Any:
    found = ask("dynamodb", question)
    if not isinstance(found, Refusal):
        return found
    return {"unknown": f"AWS does not let us read it ({found.call}: {found.message or found.code})"}
