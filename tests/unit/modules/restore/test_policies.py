# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The policies of docs/iam for restores are enough for every way and every setting, and no more."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import restore
from tests.integration.rights import actions, policy, used
from tests.unit.modules.status_info.machinery import Machinery
from tests.unit.support import restorable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_aws.client.fixtures import Account

    Play = Callable[..., dict[str, Any]]

POLICIES = (
    "restore",
    "restore_import",
    "restore_native",
    "restore_settings",
    "restore_parameter",
    "restore_kms",
)
# What the embedded AWS asks nobody for, though AWS does by its documentation, or has nobody to be asked of.
UNASKED = {
    "backup:ListRecoveryPointsByResource",
    "dynamodb:ListImports",
    "kinesis:DescribeStream",
    "kinesis:PutRecord",
    "kinesis:PutRecords",
    "kms:CreateGrant",
    "kms:GenerateDataKeyWithoutPlaintext",
}

pytestmark = pytest.mark.newest


@pytest.fixture(autouse=True)
def fixture_target(account: Account) -> None:
    """A store with a point of a table that has every setting."""
    target = Machinery(account)
    target.deploy_store()
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    encrypted = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    account.client("s3").put_bucket_encryption(
        Bucket=target.bucket, ServerSideEncryptionConfiguration={"Rules": [encrypted]}
    )
    restorable.furnished(account, target.bucket)
    account.aws.advance(minutes=10)


def asked_for(account: Account) -> set[str]:
    return {action for user, action, _on in used(account) if ":user/restore" in user} - {
        "sts:GetCallerIdentity"
    }


def ways(account: Account) -> Iterator[dict[str, Any]]:
    backup = account.client("dynamodb").create_backup(TableName="orders", BackupName="mine")["BackupDetails"]
    yield {"table": "orders", "way": "load"}
    yield {"table": "orders", "way": "import", "skip": ["local_indexes"]}
    yield {"table": "orders", "way": "convert", "skip": ["local_indexes"], "parameter": "/shop/table"}
    yield {"table": "orders", "point": "pitr"}
    yield {"table": "orders", "point": backup["BackupArn"]}


def test_enough_and_no_more(account: Account, play: Play, become: Callable[..., None]) -> None:
    tried = list(ways(account))
    become(*POLICIES)
    for number, options in enumerate(tried):
        answer = play(restore, to=f"orders-restored-{number}", wait_sleep=0.05, **options)
        assert answer.get("succeeded"), (options, answer["msg"])
    assert sorted(asked_for(account) ^ (actions(*map(policy, POLICIES)) - UNASKED)) == []


def test_looking_needs_nothing_that_writes(account: Account, play: Play, become: Callable[..., None]) -> None:
    tried = list(ways(account))
    become("restore_check", "restore_kms")
    for number, options in enumerate(tried):
        answer = play(restore, check=True, to=f"orders-restored-{number}", **options)
        assert "plan" in answer, (options, answer["msg"])
        assert not [each for each in answer["notes"] if "did not tell" in each]
    assert (
        sorted(
            asked_for(account)
            ^ ((actions(policy("restore_check")) | {"kms:Decrypt", "kms:DescribeKey"}) - UNASKED)
        )
        == []
    )


def test_no_other_table_is_written_to(account: Account, play: Play, become: Callable[..., None]) -> None:
    """Whoever has all of the policies can name no table but as restored ones are, and write to no other."""
    become(*POLICIES)
    answer = play(restore, table="orders", to="orders-again", way="load", wait_sleep=0.05)
    assert "is not authorized to perform: dynamodb:CreateTable" in answer["msg"]
    client = boto3.Session().client(
        "dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL"], region_name=account.region
    )
    item = {"PutRequest": {"Item": {"id": {"S": "a"}}}}
    for refused in (
        lambda: client.batch_write_item(RequestItems={"orders": [item]}),
        lambda: client.update_table(TableName="orders", DeletionProtectionEnabled=False),
        lambda: client.delete_table(TableName="orders"),
        lambda: client.delete_table(TableName="orders-restored-1"),
    ):
        with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
            refused()
    assert account.client("dynamodb").list_tables()["TableNames"] == ["orders"]
