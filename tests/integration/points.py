# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks backups in a bucket against the tables they are of, item by item."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from typing import TYPE_CHECKING, Any

from .state import pages

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

SETTINGS = {
    "Version", "SavedAt", "Execution", "Table", "TimeToLiveDescription", "Tags",
    "ContinuousBackupsDescription", "ResourcePolicy", "StreamResourcePolicy", "KinesisDataStreamDestinations",
    "ContributorInsights", "ScalableTargets", "ScalingPolicies", "ScheduledActions", "ReplicaAutoScaling",
    "Alarms", "EventSourceMappings", "Pipes",
}  # fmt: skip


def bucket_of(account: Account) -> str:
    return f"tablekeeper-{account.id}-{account.region}"


def runs(account: Account, table: str, days: int = 35) -> list[str]:
    """The prefixes of all points of a table, oldest first."""
    start = f"retain-{days}d/{table}/"
    return sorted({start + key[len(start) :].split("/")[0] for key in list_keys(account, start)})


def check(account: Account, table: str, days: int = 35) -> str:
    """Assert that the newest point of a table is complete and holds its items; returns its prefix."""
    prefix = runs(account, table, days)[-1]
    _check_settings(account, table, _read(account, f"{prefix}/settings.json"))
    (summary_key,) = [key for key in keys(account, prefix) if key.endswith("/manifest-summary.json")]
    summary = json.loads(_read(account, summary_key))
    exported = []
    for line in _read(account, summary["manifestFilesS3Key"]).splitlines():
        named = json.loads(line)
        packed = _read(account, named["dataFileS3Key"])
        assert base64.b64encode(hashlib.md5(packed).digest()).decode() == named["md5Checksum"]
        items = [json.loads(each)["Item"] for each in gzip.decompress(packed).splitlines()]
        assert len(items) == named["itemCount"]
        exported += items
    assert len(exported) == summary["itemCount"]
    live = pages(account.client("dynamodb"), "scan", "Items", TableName=table)
    assert sorted(map(_canonical, exported)) == sorted(map(_canonical, live))
    return prefix


def _check_settings(account: Account, table: str, text: bytes) -> None:
    settings = json.loads(text)
    assert settings.keys() == SETTINGS
    dynamodb = account.client("dynamodb")
    live = dynamodb.describe_table(TableName=table)["Table"]
    saved = settings["Table"]
    assert (saved["TableName"], saved["KeySchema"]) == (table, live["KeySchema"])
    assert saved["AttributeDefinitions"] == live["AttributeDefinitions"]
    for indexes in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        assert [i["IndexName"] for i in saved.get(indexes, [])] == [
            i["IndexName"] for i in live.get(indexes, [])
        ]
    tags = dynamodb.list_tags_of_resource(ResourceArn=live["TableArn"])["Tags"]
    assert settings["Tags"] == tags
    ttl = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert settings["TimeToLiveDescription"] == ttl
    recovery = settings["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"


def list_keys(account: Account, start: str) -> list[str]:
    """The objects of the bucket whose keys begin so."""
    listed = pages(
        account.client("s3"), "list_objects_v2", "Contents", Bucket=bucket_of(account), Prefix=start
    )
    return [each["Key"] for each in listed]


def keys(account: Account, prefix: str) -> list[str]:
    """The objects of a point."""
    return list_keys(account, f"{prefix}/")


def _read(account: Account, key: str) -> bytes:
    body: bytes = account.client("s3").get_object(Bucket=bucket_of(account), Key=key)["Body"].read()
    return body


def _canonical(item: dict[str, Any]) -> str:
    """An item as text; sets have no order, and binary values come as bytes or as base64."""
    return json.dumps(_plain(item), sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {
            key: sorted(map(_plain, each))
            if key in ("SS", "NS", "BS") and isinstance(each, list)
            else _plain(each)
            for key, each in value.items()
        }
    return value
