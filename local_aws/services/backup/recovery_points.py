# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A job of AWS Backup leaves a recovery point of its table, which stays when the table is deleted.

It is one of AWS Backup's own, as with advanced features for DynamoDB, which new accounts have: only AWS
Backup restores it, and DynamoDB's ListBackups does not tell of it.

https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RecoveryPointByResource.html
https://docs.aws.amazon.com/aws-backup/latest/devguide/advanced-ddb-backup.html
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from ministack.services import backup

Json = dict[str, Any]


def install() -> None:
    backup._list_recovery_points_by_resource = _of_resource
    backup._list_protected_resources = _protected
    route = backup.handle_request

    async def routed(method: str, path: str, headers: Json, body: bytes, query: Json) -> Any:
        """The ARN is a part of the path, which ministack does not hand on."""
        parts = unquote(path).strip("/").split("/")
        if parts[0] == "resources" and parts[-1] == "recovery-points":
            query = {**query, "resourceArn": "/".join(parts[1:-1])}
        return await route(method, path, headers, body, query)

    backup.handle_request = routed


def _points() -> list[Json]:
    """The newest first."""
    done = [job for job in backup._jobs.values() if job["State"] == "COMPLETED"]
    return sorted(
        (_point(job) for job in done if job["RecoveryPointArn"]),
        key=lambda point: point["CreationDate"],
        reverse=True,
    )


def _point(job: Json) -> Json:
    return {
        "RecoveryPointArn": job["RecoveryPointArn"],
        "CreationDate": job["CreationDate"],
        "Status": "COMPLETED",
        "BackupSizeBytes": job["BackupSizeInBytes"],
        "BackupVaultName": job["BackupVaultName"],
        "IsParent": False,
        "ResourceName": job["ResourceArn"].rpartition("/")[2],
        "_resource": job["ResourceArn"],
    }


def _of_resource(query: Json) -> Any:
    found = [point for point in _points() if point["_resource"] == query["resourceArn"]]
    told = [{name: value for name, value in point.items() if name != "_resource"} for point in found]
    return backup._paginate(told, query, "RecoveryPoints")


def _protected(query: Json) -> Any:
    """Each resource with the time of its newest recovery point."""
    newest: dict[str, Json] = {}
    for point in _points():
        newest.setdefault(point["_resource"], point)
    told = [
        {
            "ResourceArn": arn,
            "ResourceType": "DynamoDB" if arn.split(":")[2] == "dynamodb" else arn.split(":")[2],
            "LastBackupTime": point["CreationDate"],
        }
        for arn, point in newest.items()
    ]
    return backup._paginate(told, query, "Results")
