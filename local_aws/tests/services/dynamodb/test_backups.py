# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Backups of the embedded DynamoDB: those that somebody makes, and the one of a deleted table."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.samples import create, samples, simple

from .exporting import refusal
from .restoring import active, items, slowly

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def listed(account: Account, **asked: Any) -> list[str]:
    found = account.client("dynamodb").list_backups(**asked)["BackupSummaries"]
    return [each["BackupName"] for each in found]


def test_a_backup_tells_of_the_table_and_not_of_all_that_hangs_on_it(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, tuple(each for each in samples() if each.name in {"orders", "events"}))
    made = dynamodb.create_backup(TableName="orders", BackupName="one")["BackupDetails"]
    assert made["BackupStatus"] == "CREATING"
    told = dynamodb.describe_backup(BackupArn=made["BackupArn"])["BackupDescription"]
    assert told["BackupDetails"] == made | {"BackupStatus": "AVAILABLE"}
    assert "BackupExpiryDateTime" not in made
    assert set(told["SourceTableFeatureDetails"]) == {
        "GlobalSecondaryIndexes",
        "LocalSecondaryIndexes",
        "StreamDescription",
        "TimeToLiveDescription",
    }
    index = told["SourceTableFeatureDetails"]["GlobalSecondaryIndexes"][0]
    assert set(index) == {"IndexName", "KeySchema", "Projection", "ProvisionedThroughput"}
    assert told["SourceTableDetails"]["ItemCount"] == 60
    plain = dynamodb.create_backup(TableName="events", BackupName="two")["BackupDetails"]["BackupArn"]
    told = dynamodb.describe_backup(BackupArn=plain)["BackupDescription"]
    assert told["SourceTableFeatureDetails"] == {}
    gone = dynamodb.delete_backup(BackupArn=plain)["BackupDescription"]["BackupDetails"]
    assert gone["BackupStatus"] == "DELETED"
    assert refusal(dynamodb.describe_backup, BackupArn=plain) == "BackupNotFoundException"


def test_backups_are_listed_by_type_time_and_page(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"), simple("two")))
    for number in range(3):
        dynamodb.create_backup(TableName="tab", BackupName=f"tab-{number}")
        account.aws.advance(minutes=1)
    later = account.aws.now()
    dynamodb.create_backup(TableName="two", BackupName="two-0")
    dynamodb.delete_table(TableName="tab")
    assert listed(account) == ["tab-0", "tab-1", "tab-2", "two-0"]
    assert listed(account, TableName="tab") == ["tab-0", "tab-1", "tab-2"]
    assert listed(account, BackupType="SYSTEM") == ["tab$DeletedTableBackup"]
    assert len(listed(account, BackupType="ALL")) == 5
    assert listed(account, BackupType="AWS_BACKUP") == []
    assert listed(account, TimeRangeUpperBound=later - timedelta(seconds=1)) == ["tab-0", "tab-1", "tab-2"]
    page = dynamodb.list_backups(Limit=3)
    rest = listed(account, ExclusiveStartBackupArn=page["LastEvaluatedBackupArn"])
    assert rest == ["two-0"]


def test_a_deleted_table_with_recovery_leaves_a_backup_for_35_days(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),))
    create(dynamodb, (simple("off"),), pitr=False)
    slowly(account, system_backup=8)
    for name in ("tab", "off"):
        dynamodb.delete_table(TableName=name)
    assert listed(account, BackupType="SYSTEM") == []
    account.aws.advance(seconds=9)
    (found,) = dynamodb.list_backups(BackupType="ALL")["BackupSummaries"]
    assert found["BackupType"] == "SYSTEM"
    assert found["BackupName"] == "tab$DeletedTableBackup"
    assert found["BackupExpiryDateTime"] - found["BackupCreationDateTime"] == timedelta(days=35)
    assert found["BackupArn"].endswith("-00000000")
    with pytest.raises(ClientError, match="User is not allowed to delete the system backup"):
        dynamodb.delete_backup(BackupArn=found["BackupArn"])
    latest = {"UseLatestRestorableTime": True}
    assert (
        refusal(
            dynamodb.restore_table_to_point_in_time, SourceTableName="tab", TargetTableName="back", **latest
        )
        == "TableNotFoundException"
    )
    dynamodb.restore_table_from_backup(BackupArn=found["BackupArn"], TargetTableName="tab")
    active(account, "tab")
    assert len(items(account, "tab")) == 3
    account.aws.advance(days=36, leap=True)
    assert listed(account, BackupType="ALL") == []


def test_a_table_can_be_too_young_for_a_backup(account: Account) -> None:
    account.aws.control("POST", "continuous_backups", account=account.id, calls=1)
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),), pitr=False)
    with pytest.raises(ClientError, match=r"ContinuousBackupsUnavailable.*Backups are being enabled"):
        dynamodb.create_backup(TableName="tab", BackupName="one")
    dynamodb.create_backup(TableName="tab", BackupName="one")
