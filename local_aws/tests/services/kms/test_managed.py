# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The key that AWS manages for the embedded DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_aws.client.samples import create, simple

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def key_of(account: Account, table: str, **more: Any) -> str:
    """The key with which a table comes to be encrypted, as DynamoDB tells it."""
    client = account.client("dynamodb")
    create(client, (simple(table),))
    specification = {"Enabled": True, "SSEType": "KMS", **more}
    told = client.update_table(TableName=table, SSESpecification=specification)
    return str(told["TableDescription"]["SSEDescription"]["KMSMasterKeyArn"])


def test_it_is_one_for_all_tables_and_only_kms_tells_whose_it_is(account: Account) -> None:
    kms = account.client("kms")
    key = key_of(account, "one")
    assert key.startswith(f"arn:aws:kms:{account.region}:{account.id}:key/")
    assert key_of(account, "two") == key
    for name in (key, "alias/aws/dynamodb"):
        found = kms.describe_key(KeyId=name)["KeyMetadata"]
        assert (found["Arn"], found["KeyManager"]) == (key, "AWS")


def test_any_other_is_a_customers(account: Account) -> None:
    kms = account.client("kms")
    mine = kms.create_key()["KeyMetadata"]["Arn"]
    key_of(account, "one")
    assert key_of(account, "two", KMSMasterKeyId=mine) == mine
    assert kms.describe_key(KeyId=mine)["KeyMetadata"]["KeyManager"] == "CUSTOMER"
