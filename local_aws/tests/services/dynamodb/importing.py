# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Importing into the embedded DynamoDB."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local_aws.client.waiting import until

from .restoring import slowly

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

Json = dict[str, Any]
TABLE: Json = {
    "TableName": "tab",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def bucket(account: Account, region: str | None = None) -> str:
    """The name of a bucket, which is made; imports take no time, unless a test says so."""
    name = f"imports-of-{account.id}"
    slowly(account, **{"reserve": 0, "import": 0})
    account.client("s3", region).create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": region or account.region}
    )
    return name


def put(account: Account, **objects: bytes) -> str:
    """Objects below the prefix in/, in a bucket that is made for them."""
    name = bucket(account)
    for key, body in objects.items():
        account.client("s3").put_object(Bucket=name, Key=f"in/{key}", Body=body)
    return name


def lines(*items: Json) -> bytes:
    """The items in the form of DynamoDB JSON."""
    return b"".join(json.dumps({"Item": each}, ensure_ascii=False).encode() + b"\n" for each in items)


def asked(source: str, **more: Any) -> Json:
    """What ImportTable is asked for; `parameters` are of the table."""
    parameters = {**TABLE, **more.pop("parameters", {})}
    request = {
        "S3BucketSource": {"S3Bucket": source, "S3KeyPrefix": "in/"},
        "InputFormat": "DYNAMODB_JSON",
        "TableCreationParameters": parameters,
    }
    return request | more


def begun(account: Account, source: str, **more: Any) -> Json:
    """An import that has begun."""
    told: Json = account.client("dynamodb").import_table(**asked(source, **more))["ImportTableDescription"]
    assert told["ImportStatus"] == "IN_PROGRESS"
    return told


def ended(account: Account, begun_import: Json) -> Json:
    """How it ended."""
    client, arn = account.client("dynamodb"), begun_import["ImportArn"]

    def over() -> Json | None:
        told: Json = client.describe_import(ImportArn=arn)["ImportTableDescription"]
        return None if told["ImportStatus"] == "IN_PROGRESS" else told

    told: Json = until(over, "the end of an import", 30)
    return told


def imported(account: Account, source: str, **more: Any) -> Json:
    return ended(account, begun(account, source, **more))


def counts(told: Json) -> tuple[int, int, int]:
    """Processed, imported, wrong."""
    processed, good, wrong = (
        told[name] for name in ("ProcessedItemCount", "ImportedItemCount", "ErrorCount")
    )
    assert processed == good + wrong
    return processed, good, wrong


def errors(account: Account, told: Json) -> list[Json]:
    """The events of the error stream."""
    stream = f"{told['ImportArn'].rpartition('/')[2]}/error"
    events = account.client("logs").get_log_events(
        logGroupName="/aws-dynamodb/imports", logStreamName=stream
    )["events"]
    return [json.loads(each["message"]) for each in events]
