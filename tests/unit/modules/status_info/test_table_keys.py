# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The keys that encrypt the tables themselves: without them the next backup fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.modules.status_info.backed import codes, message
from tests.unit.modules.status_info.machinery import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.modules.status_info.machinery import Machinery

    Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.newest


@pytest.fixture(name="key")
def fixture_key(target: Machinery) -> str:
    """The ARN of a key that encrypts two tables of three, all of them backed up."""
    key = str(target.client("kms").create_key()["KeyMetadata"]["Arn"])
    client = target.client("dynamodb")
    for name in ("orders", "sessions"):
        client.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
        )
        client.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
    target.deploy(record("orders"), record("sessions"), record("users"))
    target.run(*[target.export(name) for name in ("orders", "sessions", "users")])
    return key


def every_code(answer: dict[str, Any]) -> list[list[str]]:
    return [codes(answer, name) for name in ("orders", "sessions", "users")]


def test_a_key_that_cannot_be_used_is_told_before_a_backup_fails(
    target: Machinery, ask: Ask, key: str
) -> None:
    kms, unusable = target.client("kms"), ["table_key_unusable"]
    target.account.forget_calls()
    assert every_code(ask(verify="manifest")) == [[], [], []]
    asked = [call["operation"] for call in target.account.calls()]
    assert asked.count("DescribeKey") == 1

    kms.disable_key(KeyId=key)
    answer = ask(verify="manifest")
    assert every_code(answer) == [unusable, unusable, []]
    assert f"aws kms enable-key --key-id {key}" in message(answer, "table_key_unusable")
    kms.enable_key(KeyId=key)
    assert ask(verify="manifest")["healthy"] is True

    kms.schedule_key_deletion(KeyId=key)
    told = message(ask(verify="manifest"), "table_key_unusable")
    assert f"aws kms cancel-key-deletion --key-id {key}" in told
    assert ask()["healthy"] is True  # nobody describes the tables there


def test_a_key_that_does_not_exist_is_told(target: Machinery, ask: Ask) -> None:
    key = f"arn:aws:kms:{target.account.region}:{target.account.id}:key/gone"
    target.client("dynamodb").create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
    )
    target.deploy(record("orders"))
    told = message(ask(verify="manifest"), "table_key_unusable")
    assert f"The key {key}, which encrypts orders, is gone" in told
