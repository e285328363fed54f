# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What makes AWS refuse to change, import or restore a table."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .exports import bucket, make_bucket, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

SCHEMA: dict[str, Any] = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
POLICY = '{"Version": "2012-10-17", "Statement": []}'


def slowly(account: Account, **seconds: float) -> None:
    account.aws.control("POST", "tables", account=account.id, **seconds)


def expiry(account: Account, *, enabled: bool) -> None:
    account.client("dynamodb").update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": enabled, "AttributeName": "at"}
    )


def expiry_twice(account: Account) -> None:
    table(account)
    expiry(account, enabled=True)
    expiry(account, enabled=False)


def expiry_again(account: Account) -> None:
    table(account)
    expiry(account, enabled=True)
    expiry(account, enabled=True)


def policy_twice(account: Account) -> None:
    put, arn = account.client("dynamodb").put_resource_policy, table(account)
    put(ResourceArn=arn, Policy=POLICY)
    put(ResourceArn=arn, Policy=POLICY.replace("[]", '[{"Sid": "other"}]'))


def classes(account: Account) -> None:
    table(account)
    rare, usual = "STANDARD_INFREQUENT_ACCESS", "STANDARD"
    for name in (rare, usual, rare):
        account.client("dynamodb").update_table(TableName="orders", TableClass=name)


def two_indexes(account: Account) -> None:
    table(account)
    slowly(account, index=600)
    for name in ("colour", "size"):
        index = {
            "IndexName": f"by-{name}",
            "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
        account.client("dynamodb").update_table(
            TableName="orders",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"}],
            GlobalSecondaryIndexUpdates=[{"Create": index}],
        )


def changed_while_created(account: Account) -> None:
    client = account.client("dynamodb")
    slowly(account, create=600)
    client.create_table(TableName="orders", **SCHEMA)
    client.update_table(TableName="orders", TableClass="STANDARD_INFREQUENT_ACCESS")


def deleted_while_updated(account: Account) -> None:
    table(account)
    slowly(account, update=600)
    client = account.client("dynamodb")
    client.update_table(TableName="orders", TableClass="STANDARD_INFREQUENT_ACCESS")
    client.delete_table(TableName="orders")


def begin_import(account: Account, name: str = "orders", **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = account.client("dynamodb").import_table(
        S3BucketSource={"S3Bucket": bucket(account)},
        InputFormat="DYNAMODB_JSON",
        TableCreationParameters={"TableName": name, **SCHEMA},
        **more,
    )["ImportTableDescription"]
    return told


def import_into_a_table(account: Account) -> None:
    table(account)
    begin_import(account)


def token_of_another_import(account: Account) -> None:
    make_bucket(account)
    begin_import(account, ClientToken="once")
    begin_import(account, "others", ClientToken="once")


def restore(account: Account, **asked: Any) -> None:
    latest = {} if "RestoreDateTime" in asked else {"UseLatestRestorableTime": True}
    account.client("dynamodb").restore_table_to_point_in_time(
        **{"SourceTableName": "orders", "TargetTableName": "again", **latest, **asked}
    )


def restore_without_recovery(account: Account) -> None:
    table(account)
    account.client("dynamodb").update_continuous_backups(
        TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    restore(account)


def restore_into_a_table(account: Account) -> None:
    table(account)
    restore(account, TargetTableName="orders")


def restore_of_another_time(account: Account) -> None:
    table(account)
    restore(account, RestoreDateTime=account.aws.now() - timedelta(days=40))


def restore_into_a_region(account: Account) -> None:
    table(account)
    kept = account.client("dynamodb").create_backup(TableName="orders", BackupName="kept")
    account.client("dynamodb", "eu-central-1").restore_table_from_backup(
        TargetTableName="again", BackupArn=kept["BackupDetails"]["BackupArn"]
    )


PROVOKED: dict[str, Callable[[Account], Any]] = {
    "ttl_twice": expiry_twice,
    "ttl_enabled": expiry_again,
    "policy_twice": policy_twice,
    "class_a_third_time": classes,
    "index_beside_an_index": two_indexes,
    "changed_while_created": changed_while_created,
    "deleted_while_updated": deleted_while_updated,
    "import_into_a_table": import_into_a_table,
    "token_of_another_import": token_of_another_import,
    "no_import_arn": lambda on: on.client("dynamodb").describe_import(
        ImportArn=f"arn:aws:dynamodb:{on.region}:{on.id}:table/orders"
    ),
    "restore_without_recovery": restore_without_recovery,
    "restore_into_a_table": restore_into_a_table,
    "restore_of_another_time": restore_of_another_time,
    "restore_into_a_region": restore_into_a_region,
}
