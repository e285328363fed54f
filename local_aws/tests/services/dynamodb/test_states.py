# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables of the embedded DynamoDB while they are made and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.samples import create, simple

from .exporting import arn, refusal
from .restoring import active, slowly

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

TABLE: dict[str, Any] = {
    "TableName": "tab",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
KEY = {"id": {"S": "one"}}


def index(name: str) -> dict[str, Any]:
    create_it = {
        "IndexName": f"by-{name}",
        "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    return {
        "TableName": "tab",
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"}],
        "GlobalSecondaryIndexUpdates": [{"Create": create_it}],
    }


def test_a_table_is_there_at_once_unless_an_account_is_told_otherwise(account: Account) -> None:
    made = account.client("dynamodb").create_table(**TABLE)["TableDescription"]
    assert made["TableStatus"] == "ACTIVE"


def test_a_new_table_is_seen_late_and_used_later(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    slowly(account, create=300, appear=60)
    assert dynamodb.create_table(**TABLE)["TableDescription"]["TableStatus"] == "CREATING"
    assert refusal(dynamodb.describe_table, TableName="tab") == "ResourceNotFoundException"
    account.aws.advance(minutes=2)
    assert dynamodb.describe_table(TableName="tab")["Table"]["TableStatus"] == "CREATING"
    one = {"RequestItems": {"tab": [{"PutRequest": {"Item": KEY}}]}}
    tags = {"ResourceArn": arn(account, "tab"), "Tags": [{"Key": "a", "Value": "b"}]}
    for call, asked, code in (
        (dynamodb.put_item, {"TableName": "tab", "Item": KEY}, "ResourceNotFoundException"),
        (dynamodb.batch_write_item, one, "ResourceNotFoundException"),
        (dynamodb.create_table, TABLE, "ResourceInUseException"),
        (dynamodb.delete_table, {"TableName": "tab"}, "ResourceInUseException"),
        (
            dynamodb.update_table,
            {"TableName": "tab", "DeletionProtectionEnabled": True},
            "ResourceInUseException",
        ),
        (dynamodb.tag_resource, tags, "ResourceInUseException"),
        (dynamodb.describe_time_to_live, {"TableName": "tab"}, "ValidationException"),
        (dynamodb.create_backup, {"TableName": "tab", "BackupName": "one"}, "TableNotFoundException"),
    ):
        assert refusal(call, **asked) == code
    account.aws.advance(minutes=4)
    active(account, "tab")
    dynamodb.put_item(TableName="tab", Item=KEY)


def test_one_update_goes_after_the_other(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),))
    slowly(account, update=120)
    asked = {"TableName": "tab", "TableClass": "STANDARD_INFREQUENT_ACCESS"}
    assert dynamodb.update_table(**asked)["TableDescription"]["TableStatus"] == "UPDATING"
    on_demand = {"TableName": "tab", "OnDemandThroughput": {"MaxReadRequestUnits": 9}}
    with pytest.raises(ClientError, match=r"ResourceInUseException.*Table is being updated: tab"):
        dynamodb.update_table(**on_demand)
    assert refusal(dynamodb.delete_table, TableName="tab") == "ResourceInUseException"
    assert dynamodb.get_item(TableName="tab", Key={"id": {"S": "tab-1"}})["Item"]
    account.aws.advance(minutes=3)
    active(account, "tab")
    assert "OnDemandThroughput" not in dynamodb.describe_table(TableName="tab")["Table"]
    dynamodb.update_table(**on_demand)


def test_an_index_is_filled_for_a_while_and_then_another_may_come(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),))
    slowly(account, update=60, index=600)
    dynamodb.update_table(**index("colour"))
    account.aws.advance(minutes=2)
    table = dynamodb.describe_table(TableName="tab")["Table"]
    assert table["TableStatus"] == "ACTIVE"
    (found,) = table["GlobalSecondaryIndexes"]
    assert found["IndexStatus"] == "CREATING"
    assert found["Backfilling"]
    query = {
        "TableName": "tab",
        "IndexName": "by-colour",
        "KeyConditionExpression": "colour = :c",
        "ExpressionAttributeValues": {":c": {"S": "red"}},
    }
    with pytest.raises(ClientError, match="backfilling global secondary index: by-colour"):
        dynamodb.query(**query)
    with pytest.raises(ClientError, match="Only 1 online index can be created or deleted"):
        dynamodb.update_table(**index("size"))
    assert refusal(dynamodb.delete_table, TableName="tab") == "ResourceInUseException"
    account.aws.advance(minutes=11)
    (found,) = dynamodb.describe_table(TableName="tab")["Table"]["GlobalSecondaryIndexes"]
    assert found["IndexStatus"] == "ACTIVE"
    assert "Backfilling" not in found
    assert dynamodb.query(**query)["Items"] == []
    dynamodb.update_table(**index("size"))
