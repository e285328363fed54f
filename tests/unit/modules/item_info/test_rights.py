# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""docs/iam/find.json is enough to find items in the points of a store, and no more than that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.modules import item_info
from tests.integration.rights import actions, policy, used
from tests.unit.modules.point_info.test_rights import become
from tests.unit.modules.status_info.machinery import Machinery

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]


def test_enough_and_no_more(account: Account, play: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two points in a bucket that has a key, one has no settings beside it: its keys are the table's."""
    machinery = Machinery(account)
    machinery.deploy_store(subscribed=False)
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rule = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    s3 = account.client("s3")
    s3.put_bucket_encryption(Bucket=machinery.bucket, ServerSideEncryptionConfiguration=rule)
    machinery.export("orders")
    foreign = machinery.export("orders")
    s3.delete_object(Bucket=machinery.bucket, Key=f"{foreign['prefix']}/settings.json")
    finder = become(account, monkeypatch, policy("find"), policy("compare_kms"))
    answer = play(item_info, table="orders", where="id != `null`", points=[2])
    assert "failed" not in answer, answer["msg"]
    assert answer["found"] == sum(each["items"] for each in answer["points"]) > 0
    assert answer["table_keys"]
    asked = {action for user, action, _resource in used(account) if user == finder}
    assert asked - {"sts:GetCallerIdentity"} == actions(policy("find")) | {"kms:Decrypt"}
