# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables that the embedded DynamoDB restores, from a moment or from a backup."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.samples import create, samples, simple

from .exporting import refusal
from .restoring import active, backup, items, pitr, slowly

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account


@pytest.fixture
def orders(account: Account) -> dict[str, Any]:
    """A table with one of everything that a restore leaves off, and a GSI and an LSI."""
    dynamodb = account.client("dynamodb")
    create(dynamodb, tuple(each for each in samples() if each.name == "orders"))
    dynamodb.update_table(TableName="orders", OnDemandThroughput={"MaxReadRequestUnits": 70})
    dynamodb.update_table(TableName="orders", TableClass="STANDARD_INFREQUENT_ACCESS")
    dynamodb.update_table(TableName="orders", SSESpecification={"Enabled": True, "SSEType": "KMS"})
    dynamodb.update_table(TableName="orders", DeletionProtectionEnabled=True)
    table: dict[str, Any] = dynamodb.describe_table(TableName="orders")["Table"]
    policy = '{"Version": "2012-10-17", "Statement": []}'
    dynamodb.put_resource_policy(ResourceArn=table["TableArn"], Policy=policy)
    account.aws.advance(minutes=6)  # the latest moment that can be restored lies five minutes back
    return table


def write(account: Account, *names: str) -> None:
    batch = [{"PutRequest": {"Item": {"id": {"S": name}}}} for name in names]
    account.client("dynamodb").batch_write_item(RequestItems={"tab": batch})


def test_a_restore_brings_back_what_was_there_at_the_time(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab", 0),))
    account.aws.advance(minutes=1)
    write(account, "stays", "changes", "goes")
    account.aws.advance(minutes=1)
    then = account.aws.now()
    account.aws.advance(minutes=1)
    key = {"id": {"S": "changes"}}
    dynamodb.update_item(
        TableName="tab",
        Key=key,
        UpdateExpression="SET v = :v",
        ExpressionAttributeValues={":v": {"N": "1"}},
    )
    dynamodb.delete_item(TableName="tab", Key={"id": {"S": "goes"}})
    dynamodb.transact_write_items(
        TransactItems=[{"Put": {"TableName": "tab", "Item": {"id": {"S": "late"}}}}]
    )
    account.aws.advance(minutes=10)
    pitr(account, "tab", "then", RestoreDateTime=then)
    pitr(account, "tab", "latest", UseLatestRestorableTime=True)
    pitr(account, "tab", "first", RestoreDateTime=then - timedelta(seconds=90))
    assert items(account, "then") == [{"id": "changes"}, {"id": "goes"}, {"id": "stays"}]
    assert items(account, "latest") == [{"id": "changes", "v": 1}, {"id": "late"}, {"id": "stays"}]
    assert items(account, "first") == []
    assert items(account, "tab") == items(account, "latest")


def test_recovery_that_is_switched_on_again_begins_anew(account: Account) -> None:
    create(account.client("dynamodb"), (simple("tab"),))
    account.aws.advance(hours=1)
    early = account.aws.now() - timedelta(minutes=30)
    for enabled in (False, True):
        account.client("dynamodb").update_continuous_backups(
            TableName="tab", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": enabled}
        )
    with pytest.raises(ClientError, match="InvalidRestoreTimeException"):
        pitr(account, "tab", "back", RestoreDateTime=early)
    pitr(account, "tab", "back", UseLatestRestorableTime=True)
    assert len(items(account, "back")) == 3


def test_the_order_of_refusals(account: Account) -> None:
    """The request, the source, its recovery, the time, the target."""
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("off"), simple("taken")), pitr=False)
    create(dynamodb, (simple("tab"),))
    restore: Callable[..., Any] = dynamodb.restore_table_to_point_in_time
    latest = {"UseLatestRestorableTime": True}
    wrong = {"RestoreDateTime": account.aws.now() - timedelta(days=2)}
    into = {"TargetTableName": "taken"}
    assert refusal(restore, SourceTableName="none", **into) == "ValidationException"
    assert refusal(restore, SourceTableName="tab", **into, **latest, **wrong) == "ValidationException"
    assert refusal(restore, **into, **latest) == "ValidationException"
    assert refusal(restore, SourceTableName="none", **into, **latest) == "TableNotFoundException"
    assert (
        refusal(restore, SourceTableName="off", **into, **wrong) == "PointInTimeRecoveryUnavailableException"
    )
    assert refusal(restore, SourceTableName="tab", **into, **wrong) == "InvalidRestoreTimeException"
    assert refusal(restore, SourceTableName="tab", **into, **latest) == "TableAlreadyExistsException"


@pytest.mark.parametrize("way", [pitr, backup])
def test_a_restore_leaves_off_what_aws_leaves_off(
    account: Account, orders: dict[str, Any], way: Callable[..., Any]
) -> None:
    dynamodb = account.client("dynamodb")
    way(account, "orders", "back")
    found = dynamodb.describe_table(TableName="back")["Table"]
    assert "TableClassSummary" not in found
    assert "StreamSpecification" not in found
    assert "RestoreSummary" not in found
    assert not found["DeletionProtectionEnabled"]
    assert found["ItemCount"] == 0  # as the statistics are for hours
    assert len(items(account, "back")) == len(items(account, "orders")) > 0
    assert found["SSEDescription"] == orders["SSEDescription"]
    assert found["OnDemandThroughput"]["MaxReadRequestUnits"] == 70
    assert [each["IndexName"] for each in found["LocalSecondaryIndexes"]] == ["by-total"]
    assert [each["IndexStatus"] for each in found["GlobalSecondaryIndexes"]] == ["ACTIVE"]
    arn = found["TableArn"]
    assert dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"] == []
    expiry = dynamodb.describe_time_to_live(TableName="back")["TimeToLiveDescription"]
    assert expiry == {"TimeToLiveStatus": "DISABLED"}
    recovery = dynamodb.describe_continuous_backups(TableName="back")["ContinuousBackupsDescription"]
    assert recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"
    assert refusal(dynamodb.get_resource_policy, ResourceArn=arn) == "PolicyNotFoundException"


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize("way", [pitr, backup])
def test_what_is_asked_for_goes_before_what_was(account: Account, way: Callable[..., Any]) -> None:
    units = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}
    found = way(
        account,
        "orders",
        "back",
        BillingModeOverride="PROVISIONED",
        ProvisionedThroughputOverride=units,
        SSESpecificationOverride={"Enabled": False},
        GlobalSecondaryIndexOverride=[],
        LocalSecondaryIndexOverride=[],
    )
    assert found["ProvisionedThroughput"]["WriteCapacityUnits"] == 4
    assert "SSEDescription" not in found
    assert "GlobalSecondaryIndexes" not in found
    assert "LocalSecondaryIndexes" not in found
    assert {each["AttributeName"] for each in found["AttributeDefinitions"]} == {"customer", "placed"}


INDEX = {
    "IndexName": "by-status",
    "KeySchema": [
        {"AttributeName": "status", "KeyType": "HASH"},
        {"AttributeName": "placed", "KeyType": "RANGE"},
    ],
    "Projection": {"ProjectionType": "KEYS_ONLY"},
}


@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"GlobalSecondaryIndexOverride": [INDEX]}, "Index by-status does not match a secondary index"),
        ({"BillingModeOverride": "PROVISIONED"}, "Must override ProvisionedThroughput"),
        (
            {"ProvisionedThroughputOverride": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}},
            "Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED",
        ),
        ({"OnDemandThroughputOverride": {"MaxReadRequestUnits": 0}}, "is outside of valid range"),
        (
            {"SSESpecificationOverride": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "no-such"}},
            "KMS validation error",
        ),
    ],
)
def test_an_override_that_does_not_fit_is_refused(
    account: Account, asked: dict[str, Any], words: str
) -> None:
    with pytest.raises(ClientError, match=f"ValidationException.*{words}"):
        pitr(account, "orders", "back", **asked)
    assert refusal(account.client("dynamodb").describe_table, TableName="back") == "ResourceNotFoundException"


def test_a_table_is_being_made_for_a_while(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),))
    slowly(account, restore=600)
    made = backup(account, "tab", "back", wait=False)
    summary = dynamodb.describe_table(TableName="back")["Table"]["RestoreSummary"]
    assert made["TableStatus"] == "CREATING"
    assert summary == made["RestoreSummary"]
    assert summary["RestoreInProgress"]
    arn = summary["SourceBackupArn"]
    assert summary["SourceTableArn"].endswith("table/tab")
    key = {"id": {"S": "tab-1"}}
    for call, more, code in (
        (dynamodb.get_item, {"Key": key}, "ResourceNotFoundException"),
        (dynamodb.scan, {}, "ResourceNotFoundException"),
        (dynamodb.update_table, {"DeletionProtectionEnabled": True}, "ResourceNotFoundException"),
        (dynamodb.describe_time_to_live, {}, "ResourceNotFoundException"),
        (dynamodb.describe_continuous_backups, {}, "TableNotFoundException"),
        (dynamodb.delete_table, {}, "ResourceInUseException"),
    ):
        assert refusal(call, TableName="back", **more) == code
    restore = dynamodb.restore_table_from_backup
    assert refusal(restore, TargetTableName="back", BackupArn=arn) == "TableInUseException"
    assert refusal(restore, TargetTableName="more", BackupArn=arn) == "BackupInUseException"
    assert refusal(dynamodb.delete_backup, BackupArn=arn) == "BackupInUseException"
    account.aws.advance(minutes=11)
    assert "RestoreSummary" not in active(account, "back")
    assert len(items(account, "back")) == 3
    assert dynamodb.delete_backup(BackupArn=arn)["BackupDescription"]


def test_another_region_needs_to_be_told_the_key(account: Account) -> None:
    here, there = account.client("dynamodb"), account.client("dynamodb", region="eu-central-1")
    create(here, (simple("tab"),))
    account.aws.advance(minutes=6)
    table = here.describe_table(TableName="tab")["Table"]["TableArn"]
    kept = here.create_backup(TableName="tab", BackupName="one")["BackupDetails"]["BackupArn"]
    latest = {"UseLatestRestorableTime": True}
    calls: tuple[tuple[Any, dict[str, Any]], ...] = (
        (there.restore_table_from_backup, {"TargetTableName": "kept", "BackupArn": kept}),
        (there.restore_table_to_point_in_time, {"TargetTableName": "then", "SourceTableArn": table} | latest),
    )
    for call, asked in calls:
        with pytest.raises(ClientError, match="sseSpecificationOverride must be provided for cross-region"):
            call(**asked)
        call(**asked, SSESpecificationOverride={"Enabled": True, "SSEType": "KMS"})
        name = asked["TargetTableName"]
        assert len(items(account, name, region="eu-central-1")) == 3
        assert refusal(here.describe_table, TableName=name) == "ResourceNotFoundException"
    assert (
        refusal(
            there.restore_table_to_point_in_time, SourceTableName="tab", TargetTableName="other", **latest
        )
        == "TableNotFoundException"
    )
    assert refusal(there.describe_backup, BackupArn=kept) == "BackupNotFoundException"
