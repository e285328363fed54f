# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""docs/iam/history.json is enough to see all that is kept, and no more than that."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import point_info
from tests.integration.rights import actions, policy, used
from tests.unit.modules.status_info.machinery import Machinery

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Play = Callable[..., dict[str, Any]]

_numbers = itertools.count(1)


@pytest.fixture(name="machinery")
def fixture_machinery(account: Account) -> Machinery:
    """A table with a point of each kind in a bucket that has a key, and an export of somebody else."""
    machinery = Machinery(account)
    machinery.deploy_store(subscribed=False)
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3 = account.client("s3")
    s3.put_bucket_encryption(
        Bucket=machinery.bucket,
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": default}]},
    )
    machinery.export("orders")
    foreign = machinery.export("orders")
    s3.delete_object(Bucket=machinery.bucket, Key=f"{foreign['prefix']}/settings.json")
    dynamodb, vault = account.client("dynamodb"), account.client("backup")
    dynamodb.create_backup(TableName="orders", BackupName="before")
    vault.create_backup_vault(BackupVaultName="safe")
    vault.start_backup_job(
        BackupVaultName="safe",
        ResourceArn=Machinery.table(dynamodb, "orders"),
        IamRoleArn=f"arn:aws:iam::{account.id}:role/backup",
    )
    return machinery


def become(account: Account, monkeypatch: pytest.MonkeyPatch, *documents: dict[str, Any]) -> str:
    """From now on modules run as a user with these policies, and nothing else; returns the user's ARN."""
    iam, name = account.client("iam"), f"lister-{next(_numbers)}"
    arn = str(iam.create_user(UserName=name)["User"]["Arn"])
    for number, document in enumerate(documents):
        iam.put_user_policy(UserName=name, PolicyName=f"own-{number}", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    return arn


def test_enough_and_no_more(machinery: Machinery, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    account = machinery.account
    lister = become(account, monkeypatch, policy("history"), policy("status_kms"))
    answer = play(point_info, account_id=account.id)
    assert answer["refusals"] == []
    (orders,) = answer["tables"]
    kinds = sorted(each["kind"] for each in orders["points"])
    assert kinds == ["aws_backup", "export", "export", "on_demand", "pitr"]
    asked = {action for user, action, _resource in used(account) if user == lister}
    assert asked - {"sts:GetCallerIdentity"} == actions(policy("history")) | {"kms:Decrypt"}


def test_what_is_missing_is_named(machinery: Machinery, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    # Without the rules of the bucket, its retention classes tell when backups are deleted.
    needed = actions(policy("history")) - {"cloudformation:DescribeStacks", "s3:GetLifecycleConfiguration"}
    for missing in sorted(needed):
        deny = {"Effect": "Deny", "Action": missing, "Resource": "*"}
        without = {"Version": "2012-10-17", "Statement": [deny]}
        become(machinery.account, monkeypatch, policy("history"), policy("status_kms"), without)
        answer = play(point_info, bucket=machinery.bucket, tables=["orders"])
        assert "failed" not in answer
        assert {each["call"] for each in answer["refusals"]} == {missing}
    without = {"Version": "2012-10-17", "Statement": [{**deny, "Action": "s3:GetLifecycleConfiguration"}]}
    become(machinery.account, monkeypatch, policy("history"), policy("status_kms"), without)
    answer = play(point_info, bucket=machinery.bucket, tables=["orders"], native=False)
    assert answer["refusals"] == []
    assert all(each["expires"] for each in answer["tables"][0]["points"])
