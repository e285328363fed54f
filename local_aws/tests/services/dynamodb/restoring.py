# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Restoring tables of the embedded DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer

from local_aws.client.waiting import until

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def slowly(account: Account, **seconds: float) -> None:
    """How long tables take in this account."""
    account.aws.control("POST", "tables", account=account.id, **seconds)


def pitr(account: Account, source: str, target: str, *, wait: bool = True, **asked: Any) -> dict[str, Any]:
    """Restore a moment, the latest unless another is asked for."""
    times = {"RestoreDateTime", "UseLatestRestorableTime"} & set(asked)
    latest = {} if times else {"UseLatestRestorableTime": True}
    made: dict[str, Any] = account.client("dynamodb").restore_table_to_point_in_time(
        SourceTableName=source, TargetTableName=target, **latest, **asked
    )["TableDescription"]
    return active(account, target) if wait else made


def backup(account: Account, source: str, target: str, *, wait: bool = True, **asked: Any) -> dict[str, Any]:
    """Restore a backup that is made for it."""
    dynamodb = account.client("dynamodb")
    kept = dynamodb.create_backup(TableName=source, BackupName="kept")["BackupDetails"]["BackupArn"]
    made: dict[str, Any] = dynamodb.restore_table_from_backup(
        BackupArn=kept, TargetTableName=target, **asked
    )["TableDescription"]
    return active(account, target) if wait else made


def active(account: Account, table: str, region: str | None = None) -> dict[str, Any]:
    """The table when it is there."""

    def there() -> dict[str, Any] | None:
        found: dict[str, Any] = account.client("dynamodb", region).describe_table(TableName=table)["Table"]
        return found if found["TableStatus"] == "ACTIVE" else None

    return until(there, f"that {table} is ACTIVE")


def items(account: Account, table: str, region: str | None = None) -> list[dict[str, Any]]:
    """What is in a table, in the order of its text."""
    active(account, table, region)
    read = TypeDeserializer().deserialize
    found = account.client("dynamodb", region).scan(TableName=table)["Items"]
    return sorted(({name: read(value) for name, value in item.items()} for item in found), key=str)
