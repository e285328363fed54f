# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""On-demand backups, and the one that DynamoDB makes of a deleted table that had point-in-time recovery.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html: "system
backup", kept 35 days "at no additional cost"

Without BackupType, ListBackups lists those of users alone. A backup serves one restore at a time.
"""

from __future__ import annotations

import math
import secrets
import time
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import dynamodb

from local_aws.server.answers import RefusedError, answering

from . import pace
from .settings import moment, recovery_window, refuse_early
from .sources import Source, source

if TYPE_CHECKING:
    from local_aws.server.answers import Answer

Json = dict[str, Any]
Operation = Any
KEPT_SECONDS = 35 * 86400
PAGE = 100


def install() -> None:
    dynamodb._create_backup = answering(_create)
    dynamodb._describe_backup = answering(_describe)
    dynamodb._delete_backup = answering(_delete)
    dynamodb._list_backups = answering(_list)
    dynamodb._delete_table = _leaving_a_backup(dynamodb._delete_table)


def _create(data: Json) -> Json:
    name = dynamodb._normalize_table_name(data["TableName"])
    table = dynamodb._tables.get(name)
    if table is None:
        raise RefusedError("TableNotFoundException", f"Table not found: {name}")
    refuse_early(table)
    origin = source(table, table["items"])
    details = _kept(origin, data["BackupName"], "USER", time.time(), secrets.token_hex(4))
    return {"BackupDetails": details | {"BackupStatus": "CREATING"}}


def _kept(origin: Source, name: str, kind: str, now: float, suffix: str) -> Json:
    """What is told of the backup that is made of this."""
    arn = f"{origin.details['TableArn']}/backup/{int(now * 1000):014d}-{suffix}"
    details = {
        "BackupArn": arn,
        "BackupName": name,
        "BackupSizeBytes": origin.details["TableSizeBytes"],
        "BackupStatus": "AVAILABLE",
        "BackupType": kind,
        "BackupCreationDateTime": now,
    }
    if kind == "SYSTEM":
        details["BackupExpiryDateTime"] = now + KEPT_SECONDS
    dynamodb._backups[arn] = {
        "BackupDetails": details,
        "SourceTableDetails": origin.details,
        "SourceTableFeatureDetails": origin.features,
        "_source": origin,
        "_from": now,
    }
    return details


def _leaving_a_backup(delete: Operation) -> Operation:
    def deleted(data: Json) -> Answer:
        name, now = dynamodb._normalize_table_name(data["TableName"]), time.time()
        table = dynamodb._tables.get(name)
        origin = source(table, table["items"]) if table and recovery_window(name, now) else None
        answer: Answer = delete(data)
        if answer[0] == 200 and origin:
            details = _kept(origin, f"{name}$DeletedTableBackup", "SYSTEM", now, "00000000")
            dynamodb._backups[details["BackupArn"]]["_from"] = now + pace.seconds("system_backup")
        return answer

    return deleted


def check_arn(arn: str) -> str:
    """The region in the ARN of a backup of this account."""
    parsed = dynamodb._dynamodb_arn_spec(arn)
    if parsed is None or not parsed.resource.startswith("table/") or "/backup/" not in parsed.resource:
        raise RefusedError("ValidationException", "Invalid Backup ARN")
    if parsed.account_id != get_account_id():
        raise RefusedError("AccessDeniedException", "Access is denied")
    return str(parsed.region)


def found(arn: str, region: str) -> Json:
    """A backup that is there and has not expired."""
    backup: Json | None = dynamodb._backups.get_scoped(get_account_id(), region, arn)
    if backup is None or not _is_there(backup):
        raise RefusedError("BackupNotFoundException", f"Backup not found: {arn}")
    return backup


def _is_there(backup: Json) -> bool:
    now = time.time()
    return bool(backup["_from"] <= now < backup["BackupDetails"].get("BackupExpiryDateTime", now + 1))


def refuse_used(backup: Json, what: str) -> None:
    """Refuse what must wait for the restore that the backup serves."""
    if time.time() < backup.get("_used_until", 0):
        arn = backup["BackupDetails"]["BackupArn"]
        raise RefusedError("BackupInUseException", f"Backup is being used to restore {what}: {arn}")


def _describe(data: Json) -> Json:
    check_arn(data["BackupArn"])
    return {"BackupDescription": _shown(found(data["BackupArn"], get_region()))}


def _shown(backup: Json) -> Json:
    return {name: value for name, value in backup.items() if not name.startswith("_")}


def _delete(data: Json) -> Json:
    arn = data["BackupArn"]
    check_arn(arn)
    backup = found(arn, get_region())
    details = backup["BackupDetails"]
    if details["BackupType"] == "SYSTEM":
        raise RefusedError(
            "ValidationException",
            f"Invalid Request: User is not allowed to delete the system backup with arn {arn}. It will "
            f"automatically expire on {details['BackupExpiryDateTime']}",
        )
    refuse_used(backup, "table")
    del dynamodb._backups[arn]
    return {"BackupDescription": _shown(backup) | {"BackupDetails": details | {"BackupStatus": "DELETED"}}}


def _list(data: Json) -> Json:
    """Of one table, or of all; of a deleted one, too."""
    kind, name = data.get("BackupType", "USER"), dynamodb._normalize_table_name(data.get("TableName"))
    kept = [
        _summary(backup)
        for backup in dynamodb._backups.values()
        if _is_there(backup)
        and kind in {"ALL", backup["BackupDetails"]["BackupType"]}
        and name in {None, backup["SourceTableDetails"]["TableName"]}
    ]
    earliest = moment(data.get("TimeRangeLowerBound"), -math.inf)
    latest = moment(data.get("TimeRangeUpperBound"), math.inf)
    kept = [each for each in kept if earliest <= each["BackupCreationDateTime"] < latest]
    kept.sort(key=lambda each: (each["BackupCreationDateTime"], each["BackupArn"]))
    start = data.get("ExclusiveStartBackupArn")
    begin = next((n for n, each in enumerate(kept, 1) if each["BackupArn"] == start), 0)
    end = begin + int(data.get("Limit", PAGE))
    page = kept[begin:end]
    more = {"LastEvaluatedBackupArn": page[-1]["BackupArn"]} if end < len(kept) else {}
    return {"BackupSummaries": page} | more


def _summary(backup: Json) -> Json:
    table, details = backup["SourceTableDetails"], backup["BackupDetails"]
    return {name: table[name] for name in ("TableName", "TableId", "TableArn")} | dict(details)
