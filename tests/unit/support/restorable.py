# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables that were backed up into a bucket, as a store has it, for tests of what brings them back."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import gather_settings
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings import write
from local_aws.client import samples
from local_aws.client.waiting import until

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account
    from local_aws.client.samples import Sample

BUCKET = "backups"


@dataclass(frozen=True)
class BackedUp:
    """A table and its point."""

    account: Account
    table: str
    bucket: str
    run: str
    export: str  # the ARN

    @property
    def prefix(self) -> str:
        """Where the point lies."""
        return f"retain-35d/{self.table}/{self.run}"

    @property
    def folder(self) -> str:
        """Where the export lies."""
        return f"{self.prefix}/AWSDynamoDB/{self.export.rpartition('/')[2]}"

    def delete_table(self) -> None:
        """The incident. Without point-in-time recovery AWS makes no backup of it."""
        client = self.account.client("dynamodb")
        client.update_continuous_backups(
            TableName=self.table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
        )
        self.account.aws.advance(seconds=16)  # so long AWS keeps a change of the protection from another
        client.update_table(TableName=self.table, DeletionProtectionEnabled=False)
        client.delete_table(TableName=self.table)
        client.get_waiter("table_not_exists").wait(TableName=self.table, WaiterConfig={"Delay": 0.2})


def bucket(account: Account) -> str:
    """The bucket of a store, without the store."""
    name = f"{BUCKET}-{account.id}"
    s3 = account.client("s3")
    if name not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": account.region})
    return name


def backed_up(account: Account, sample: Sample, run: str = "20261123T140003Z-1a2b3c4d") -> BackedUp:
    """Make a table, and a point of it with its settings."""
    samples.create(account.client("dynamodb"), (sample,))
    return point(account, sample.name, run)


def point(account: Account, table: str, run: str, store: str = "") -> BackedUp:
    """A point of a table as it is now, in the bucket of a store."""
    client, name = account.client("dynamodb"), store or bucket(account)
    arn = client.describe_table(TableName=table)["Table"]["TableArn"]
    prefix = f"retain-35d/{table}/{run}"
    settings = gather_settings.of_table(Aws(account.client), table)
    assert settings
    body = write.to_json(settings).encode()
    account.client("s3").put_object(Bucket=name, Key=f"{prefix}/settings.json", Body=body)
    account.aws.control("POST", "exports", real_seconds=0.1)
    export = client.export_table_to_point_in_time(
        TableArn=arn, S3Bucket=name, S3Prefix=prefix, ExportFormat="DYNAMODB_JSON"
    )["ExportDescription"]["ExportArn"]

    def exported() -> bool:
        told = client.describe_export(ExportArn=export)["ExportDescription"]
        return bool(told["ExportStatus"] == "COMPLETED")

    until(exported, "The export")
    account.aws.control("POST", "exports", real_seconds=1.5)  # as before: what a test asks for takes its time
    return BackedUp(account, table, name, run, export)


def furnished(account: Account, store: str = "") -> BackedUp:
    """A table with all that a table may have here, and a point of it."""
    client, scaling = account.client("dynamodb"), account.client("application-autoscaling")
    ledger = next(each for each in samples.samples() if each.name == "ledger")
    table = replace(ledger, name="orders", stream=True, ttl="expires")
    samples.create(client, (table,))
    arn = client.describe_table(TableName="orders")["Table"]["TableArn"]
    client.update_table(TableName="orders", DeletionProtectionEnabled=True)
    client.update_table(TableName="orders", TableClass="STANDARD_INFREQUENT_ACCESS")
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    client.update_table(
        TableName="orders", SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    )
    client.update_contributor_insights(TableName="orders", ContributorInsightsAction="ENABLE")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"},
        "Action": "dynamodb:GetItem",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client.put_resource_policy(ResourceArn=arn, Policy=policy)
    what = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": "table/orders",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    }
    scaling.register_scalable_target(**what, MinCapacity=5, MaxCapacity=50)
    kind = {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}
    scaling.put_scaling_policy(
        **what, PolicyName="orders-reads", PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={"TargetValue": 70.0, "PredefinedMetricSpecification": kind},
    )  # fmt: skip
    scaling.put_scheduled_action(
        **what, ScheduledActionName="night", Schedule="cron(0 22 * * ? *)",
        ScalableTargetAction={"MinCapacity": 1, "MaxCapacity": 5},
    )  # fmt: skip
    kinesis = account.client("kinesis")
    kinesis.create_stream(StreamName="orders", ShardCount=1)
    stream = kinesis.describe_stream(StreamName="orders")["StreamDescription"]["StreamARN"]
    client.enable_kinesis_streaming_destination(TableName="orders", StreamArn=stream)
    return point(account, "orders", "20261123T140003Z-1a2b3c4d", store)


def items(account: Account, table: str) -> list[dict[str, Any]]:
    """All items, in an order of their own."""
    pages = account.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return sorted(
        (item for page in pages for item in page["Items"]), key=lambda item: str(sorted(item.items()))
    )
