# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How often a table of the embedded DynamoDB may be changed, and what one UpdateTable may change.

API_UpdateTimeToLive.html, API_PutResourcePolicy.html, ServiceQuotas.html and API_UpdateTable.html of AWS; and
docs/api-quirks of aws-controllers-k8s/dynamodb-controller, which measured AWS (the numbers of DDB-TABLE).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.samples import create, simple

from .exporting import arn, refusal
from .restoring import active

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account


@pytest.fixture
def dynamodb(account: Account) -> Any:
    """A client, and a table."""
    client = account.client("dynamodb")
    create(client, (simple("tab"),))
    return client


def refused(call: Callable[..., Any], code: str, words: str, **asked: Any) -> None:
    with pytest.raises(ClientError, match=words) as caught:
        call(**asked)
    assert caught.value.response["Error"]["Code"] == code


def ttl(client: Any, attribute: str = "at", *, on: bool = True) -> None:
    client.update_time_to_live(
        TableName="tab", TimeToLiveSpecification={"Enabled": on, "AttributeName": attribute}
    )


def test_ttl_changes_once_an_hour(account: Account, dynamodb: Any) -> None:
    """143: "Time to live has been modified multiple times within a fixed interval"."""
    fixed = "Time to live has been modified multiple times within a fixed interval"
    ttl(dynamodb)
    refused(lambda: ttl(dynamodb, on=False), "ValidationException", fixed)
    account.aws.advance(minutes=61)
    ttl(dynamodb, on=False)
    refused(lambda: ttl(dynamodb), "ValidationException", fixed)
    account.aws.advance(minutes=61)
    ttl(dynamodb, "other")
    dynamodb.delete_table(TableName="tab")
    create(dynamodb, (simple("tab"),))
    ttl(dynamodb)  # a table that is made anew begins anew


def test_what_ttl_is_already_comes_first(dynamodb: Any) -> None:
    """147: these texts also within the hour."""
    refused(lambda: ttl(dynamodb, on=False), "ValidationException", "TimeToLive is already disabled")
    ttl(dynamodb)
    refused(lambda: ttl(dynamodb), "ValidationException", "TimeToLive is already enabled")
    words = "TimeToLive is active on a different AttributeName: current AttributeName is at"
    refused(lambda: ttl(dynamodb, "other"), "ValidationException", words)
    refused(lambda: ttl(dynamodb, "other", on=False), "ValidationException", words)


def test_a_policy_rests_for_15_seconds(account: Account, dynamodb: Any) -> None:
    """206: what is the same is taken, another has to wait, of the table and of its stream apart."""
    view = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    dynamodb.update_table(TableName="tab", StreamSpecification=view)
    stream = active(account, "tab")["LatestStreamArn"]
    client = dynamodb
    table, one = arn(account, "tab"), '{"Version": "2012-10-17", "Statement": []}'
    other = one.replace("[]", '[{"Sid": "a"}]')
    first = client.put_resource_policy(ResourceArn=table, Policy=one)["RevisionId"]
    again = client.put_resource_policy(ResourceArn=table, Policy=one.replace(" ", ""))["RevisionId"]
    assert again == first
    rests = "Resource-based policy for table tab modified within the previous 15000 milliseconds. Please try"
    refused(client.put_resource_policy, "ThrottlingException", rests, ResourceArn=table, Policy=other)
    refused(client.delete_resource_policy, "ThrottlingException", rests, ResourceArn=table)
    refused(
        client.put_resource_policy,
        "ResourceInUseException",
        "Table is pending previous resource-based policy update: tab",
        ResourceArn=table,
        Policy=other,
        ExpectedRevisionId=first,
    )
    client.put_resource_policy(ResourceArn=stream, Policy=one)
    refused(
        client.put_resource_policy,
        "ThrottlingException",
        "Resource-based policy for stream 20",
        ResourceArn=stream,
        Policy=other,
    )
    account.aws.advance(seconds=16)
    client.put_resource_policy(ResourceArn=table, Policy=other)
    refused(client.delete_resource_policy, "ThrottlingException", rests, ResourceArn=table)


def test_deletion_protection_rests_for_15_seconds(account: Account, dynamodb: Any) -> None:
    """445: "Deletion protection setting for table ... modified within the previous 15000 milliseconds"."""
    dynamodb.update_table(TableName="tab", DeletionProtectionEnabled=True)
    dynamodb.update_table(TableName="tab", DeletionProtectionEnabled=True)
    off = {"TableName": "tab", "DeletionProtectionEnabled": False}
    words = "Deletion protection setting for table tab modified within the previous 15000 milliseconds"
    refused(dynamodb.update_table, "ThrottlingException", words, **off)
    account.aws.advance(seconds=16)
    dynamodb.update_table(**off)


def test_the_class_changes_twice_in_30_days(account: Account, dynamodb: Any) -> None:
    """443: "Updates to TableClass are limited to 2 times in 30 day(s)."."""
    rare, usual = "STANDARD_INFREQUENT_ACCESS", "STANDARD"
    for name in (usual, rare, rare, usual):
        dynamodb.update_table(TableName="tab", TableClass=name)
    words = r"Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day\(s\)\."
    refused(dynamodb.update_table, "LimitExceededException", words, TableName="tab", TableClass=rare)
    account.aws.advance(days=31, leap=True)
    dynamodb.update_table(TableName="tab", TableClass=rare)


def units(client: Any, read: int, write: int = 20, **more: Any) -> None:
    client.update_table(
        TableName="tab",
        ProvisionedThroughput={"ReadCapacityUnits": read, "WriteCapacityUnits": write},
        **more,
    )


def test_throughput_decreases_four_times_a_day_and_then_once_an_hour(account: Account) -> None:
    """326, of which the text is; and each index for itself (ServiceQuotas.html)."""
    client = account.client("dynamodb")
    hour = account.aws.now().hour
    account.aws.advance(hours=25 - hour)  # the day of UTC begins
    throughput = {"ReadCapacityUnits": 20, "WriteCapacityUnits": 20}
    index = {
        "IndexName": "by-n",
        "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
        "ProvisionedThroughput": throughput,
    }
    client.create_table(
        TableName="tab",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "n", "AttributeType": "S"},
        ],
        ProvisionedThroughput=throughput,
        GlobalSecondaryIndexes=[index],
    )
    for read in (19, 30, 18, 17, 16):  # more is always possible
        units(client, read)
    words = (
        r"Number of decreases today: 4\. Last decrease at \w+, \w+ \d+, \d{4} at \d+:\d\d:\d\d [AP]M "
        r"Coordinated Universal Time\. Next decrease can be made at "
    )
    refused(lambda: units(client, 15), "LimitExceededException", words)
    client.update_table(
        TableName="tab",
        GlobalSecondaryIndexUpdates=[
            {"Update": {"IndexName": "by-n", "ProvisionedThroughput": {**throughput, "ReadCapacityUnits": 9}}}
        ],
    )
    account.aws.advance(minutes=61)
    units(client, 15)
    refused(lambda: units(client, 14), "LimitExceededException", "Number of decreases today: 5")
    account.aws.advance(days=1, leap=True)
    for read in (14, 13, 12, 11):
        units(client, read)


ONE: dict[str, dict[str, Any]] = {
    "protection": {"DeletionProtectionEnabled": True},
    "class": {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
    "key": {"SSESpecification": {"Enabled": True, "SSEType": "KMS"}},
    "stream": {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}},
    "units": {"ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 2}},
    "provisioned": {
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 2},
    },
    "maximum": {"OnDemandThroughput": {"MaxReadRequestUnits": 9}},
    "index": {
        "AttributeDefinitions": [{"AttributeName": "n", "AttributeType": "S"}],
        "GlobalSecondaryIndexUpdates": [
            {
                "Create": {
                    "IndexName": "by-n",
                    "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            }
        ],
    },
}


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("protection", "stream", "DeletionProtection modification must be the only operation in the request"),
        ("class", "maximum", "TableClass modification must be the only operation in the request"),
        ("key", "stream", "Server-Side Encryption modification must be the only operation in the request"),
        ("maximum", "stream", "OnDemandThroughput can only be combined with BillingMode"),
        ("provisioned", "stream", "You cannot modify stream status while updating table IOPS"),
        ("index", "units", "You cannot create or delete index while updating table IOPS"),
        ("index", "stream", "You cannot create or delete index while changing stream status"),
    ],
)
def test_one_update_changes_one_thing(dynamodb: Any, first: str, second: str, words: str) -> None:
    """174, 382 and 433; nothing of it is done."""
    before = dynamodb.describe_table(TableName="tab")["Table"]
    asked = {**ONE[first], **ONE[second]}
    refused(dynamodb.update_table, "ValidationException", words, TableName="tab", **asked)
    assert dynamodb.describe_table(TableName="tab")["Table"] == before


def test_billing_goes_with_what_belongs_to_it(dynamodb: Any) -> None:
    dynamodb.update_table(TableName="tab", **ONE["provisioned"])
    dynamodb.update_table(TableName="tab", BillingMode="PAY_PER_REQUEST", **ONE["maximum"])
    assert refusal(dynamodb.update_table, TableName="none", **ONE["class"]) == "ResourceNotFoundException"
