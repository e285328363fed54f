# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An export by the embedded AWS, below a prefix as the collection's are."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

FOLDER = "retain-35d/orders/20261123T020003Z-1a2b3c4d"
PREFIX = f"{FOLDER}/"


def bucket(account: Account) -> str:
    """The name of the bucket: it is nobody else's."""
    return f"backups-{account.id}"


def make_bucket(account: Account) -> str:
    name, place = bucket(account), {"LocationConstraint": account.region}
    account.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=place)
    return name


def table(account: Account, name: str = "orders") -> str:
    """A table of three items that can be exported; returns its ARN."""
    client = account.client("dynamodb")
    arn: str = client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]["TableArn"]
    for number in range(3):
        client.put_item(TableName=name, Item={"id": {"S": f"{number}"}})
    # A table that was just made cannot have it yet.
    account.aws.advance(minutes=5)
    client.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    return arn


def exported(account: Account) -> dict[str, bytes]:
    """The objects of an export, by key."""
    make_bucket(account)
    finish(account, TableArn=table(account), S3Bucket=bucket(account), S3Prefix=FOLDER)
    return objects(account)


def changes_exported(account: Account) -> tuple[dict[str, Any], dict[str, bytes]]:
    """An incremental export of a changed, a deleted and a new item, and its objects."""
    arn = table(account)
    make_bucket(account)
    account.aws.advance(seconds=2)
    begin = account.aws.now().replace(microsecond=0)
    client = account.client("dynamodb")
    for number in (0, 3):
        client.put_item(TableName="orders", Item={"id": {"S": f"{number}"}, "total": {"N": "1.50"}})
    client.delete_item(TableName="orders", Key={"id": {"S": "1"}})
    account.aws.advance(minutes=25)
    period = {"ExportFromTime": begin, "ExportToTime": begin + timedelta(minutes=15)}
    kind = {"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": period}
    return finish(account, TableArn=arn, S3Bucket=bucket(account), **kind), objects(account)


def finish(account: Account, **asked: Any) -> dict[str, Any]:
    """Export, and wait until it is over."""
    client = account.client("dynamodb")
    arn = client.export_table_to_point_in_time(**asked)["ExportDescription"]["ExportArn"]
    gives_up = time.monotonic() + 30
    while (told := client.describe_export(ExportArn=arn)["ExportDescription"])[
        "ExportStatus"
    ] == "IN_PROGRESS":
        assert time.monotonic() < gives_up
        time.sleep(0.1)
    return dict(told)


def objects(account: Account) -> dict[str, bytes]:
    """What is in the bucket, by key."""
    s3, name = account.client("s3"), bucket(account)
    listed = s3.list_objects_v2(Bucket=name)["Contents"]
    return {each["Key"]: s3.get_object(Bucket=name, Key=each["Key"])["Body"].read() for each in listed}
