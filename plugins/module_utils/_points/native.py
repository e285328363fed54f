# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What DynamoDB and AWS Backup tell of their own backups, as points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._model.history import AWS_BACKUP, BY_BACKUP, BY_PITR, ON_DEMAND, PITR, SYSTEM, RestorePoint

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = {"USER": ON_DEMAND, "SYSTEM": SYSTEM, "AWS_BACKUP": AWS_BACKUP}
USABLE = ("AVAILABLE", "COMPLETED")


def window(table: str, recovery: Mapping[str, Any] | None) -> RestorePoint | None:
    """The moments that point-in-time recovery reaches; None while it is off, or the table is gone."""
    if not recovery or recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
        return None
    earliest, latest = recovery.get("EarliestRestorableDateTime"), recovery.get("LatestRestorableDateTime")
    if earliest is None or latest is None:  # it has been switched on just now
        return None
    return RestorePoint(
        id=PITR, table=table, kind=PITR, taken=earliest, until=latest, location="DynamoDB", ways=(BY_PITR,)
    )


def backup(summary: Mapping[str, Any]) -> RestorePoint:
    """An on-demand backup, or one that DynamoDB made when the table was deleted."""
    arn, status = str(summary["BackupArn"]), str(summary.get("BackupStatus", ""))
    usable = status in USABLE
    return RestorePoint(
        id=arn,
        table=summary["TableName"],
        kind=KINDS.get(summary.get("BackupType", "USER"), ON_DEMAND),
        taken=summary["BackupCreationDateTime"],
        location=arn,
        bytes=summary.get("BackupSizeBytes"),
        expires=summary.get("BackupExpiryDateTime"),
        ways=(BY_BACKUP,) if usable else (),
        why_not="" if usable else f"DynamoDB says that it is {status}.",
    )


def recovery_point(table: str, told: Mapping[str, Any]) -> RestorePoint:
    """A recovery point of AWS Backup. Those with an ARN of DynamoDB's are backups as any other there."""
    arn = str(told["RecoveryPointArn"])
    native, usable = arn.split(":")[2] == "dynamodb", told["Status"] in USABLE
    return RestorePoint(
        id=arn,
        table=table,
        kind=AWS_BACKUP,
        taken=told["CreationDate"],
        location=f"vault {told.get('BackupVaultName', '')}",
        bytes=told.get("BackupSizeBytes"),
        ways=(BY_BACKUP,) if usable and native else (),
        why_not=_why_not(arn, str(told["Status"]), native=native),
    )


def _why_not(arn: str, status: str, *, native: bool) -> str:
    if status not in USABLE:
        return f"AWS Backup says that it is {status}."
    if native:
        return ""
    return (
        "AWS Backup restores it: aws backup start-restore-job --resource-type DynamoDB --iam-role-arn ROLE"
        f" --recovery-point-arn {arn} --metadata targetTableName=NEW_TABLE,encryptionType=Default"
    )
