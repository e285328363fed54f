# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The policies of docs/iam for comparing are enough for everything that can be compared, and no more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import item_compare_info, restore
from tests.integration.rights import FOLDER, actions, policy, used
from tests.unit.modules.status_info.machinery import Machinery
from tests.unit.support import restorable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_aws.client.fixtures import Account

    Play = Callable[..., dict[str, Any]]

POLICIES = ("compare", "compare_export", "compare_kms")
# What DynamoDB does in the caller's name while it exports: an export without one of them fails.
BY_EXPORTS = {"kms:GenerateDataKey", "s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectAcl"}


@pytest.fixture(autouse=True)
def fixture_target(account: Account) -> Iterator[None]:
    """A store with a key of its own, and two points of an encrypted table."""
    target = Machinery(account)
    target.deploy_store()
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    encrypted = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    account.client("s3").put_bucket_encryption(
        Bucket=target.bucket, ServerSideEncryptionConfiguration={"Rules": [encrypted]}
    )
    account.aws.control("POST", "exports", real_seconds=0.2)
    restorable.furnished(account, target.bucket)
    restorable.point(account, "orders", "20261124T140003Z-1a2b3c4d", target.bucket)
    account.aws.advance(minutes=10)
    yield
    account.aws.control("POST", "exports", real_seconds=1.5)


def test_enough_and_no_more(account: Account, play: Play, become: Callable[..., None]) -> None:
    done = play(restore, table="orders", to="orders-restored-x", way="load", wait_sleep=0.05)
    assert done["succeeded"], done["msg"]
    account.client("dynamodb").delete_item(TableName="orders-restored-x", Key=first_key(account))
    become(*POLICIES)
    rights: set[str] = set()
    for options in (
        {},
        {"with_point": "20261123T140003Z-1a2b3c4d"},
        {"with_table": "orders-restored-x"},
        {"point": "live", "with_table": "orders-restored-x"},
        {"live_by": "export", "wait_sleep": 0.05},
    ):
        for check in (True, False):
            answer = play(item_compare_info, check=check, table="orders", **options)
            assert not answer.get("failed"), (options, answer["msg"])
            rights |= set(answer["plan"]["rights"])
    asked = {action for user, action, _on in used(account) if ":user/compare" in user}
    allowed = actions(*map(policy, POLICIES))
    assert asked - {"sts:GetCallerIdentity"} == allowed - BY_EXPORTS
    assert {each for each in rights if not each.startswith("kms:")} == {
        each for each in allowed if not each.startswith("kms:")
    } | {"sts:GetCallerIdentity"}


def first_key(account: Account) -> dict[str, Any]:
    item = restorable.items(account, "orders-restored-x")[0]
    told = account.client("dynamodb").describe_table(TableName="orders")["Table"]
    return {each["AttributeName"]: item[each["AttributeName"]] for each in told["KeySchema"]}


def test_nothing_is_written_but_exports() -> None:
    """What begins otherwise is in none of them."""
    writing = {
        (action, json.dumps(statement["Resource"]))
        for name in POLICIES
        for statement in json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        if not action.partition(":")[2].startswith(("BatchGet", "Decrypt", "Describe", "Get", "List", "Scan"))
        and action != "kms:GenerateDataKey"
    }
    exports = json.dumps("arn:aws:s3:::tablekeeper-*/exports/*")
    assert writing == {
        ("dynamodb:ExportTableToPointInTime", json.dumps("arn:aws:dynamodb:*:*:table/*")),
        ("s3:AbortMultipartUpload", exports),
        ("s3:PutObject", exports),
        ("s3:PutObjectAcl", exports),
    }
