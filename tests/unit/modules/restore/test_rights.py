# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rights that check mode lists are enough for the restore, and no more than it uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import restore
from local_aws.client import samples
from tests.integration.rights import used
from tests.unit.modules.status_info.machinery import Machinery
from tests.unit.support import restorable

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Play = Callable[..., dict[str, Any]]

# What is asked for of tables that AWS Backup knows, and of items that differ.
OTHERS = {"backup:ListRecoveryPointsByResource", "dynamodb:GetItem"}
# What AWS needs by its documentation, and the embedded AWS asks nobody for; and what is asked after a kill.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
UNASKED = {
    "import": {"dynamodb:ListImports"},
    "pitr": set(),
    "load": {"dynamodb:TagResource"},  # for a table that is made with tags
}
UNASKED["convert"] = UNASKED["import"]

pytestmark = pytest.mark.newest


@pytest.mark.parametrize("way", ["pitr", "import", "convert", "load"])
def test_enough_and_no_more(account: Account, play: Play, allow: Callable[..., None], way: str) -> None:
    name = "orders" if way == "pitr" else "ledger"
    samples.create(account.client("dynamodb"), [each for each in samples.samples() if each.name == name])
    account.aws.advance(minutes=10)
    made = restorable.point(account, name, "20261123T140003Z-1a2b3c4d")
    account.aws.advance(minutes=10)
    options = {"table": name, "bucket": made.bucket, "way": way, "wait_sleep": 0.05, "parameter": "/shop/it"}
    told = play(restore, check=True, **options)
    assert "plan" in told, told["msg"]
    listed = set(told["plan"]["rights"])
    allow(*listed)
    # Nothing is left out for want of a right either.
    assert [
        each for each in play(restore, check=True, **options)["notes"] if "AWS did not tell" in each
    ] == []
    answer = play(restore, **options)
    assert answer["succeeded"], answer["msg"]
    asked = {action for user, action, _resource in used(account) if user.endswith("/operator")}
    assert sorted(asked - listed) == []
    assert sorted(listed - asked - UNASKED[way] - OTHERS) == []


def test_the_store_is_asked_for_its_bucket(account: Account, play: Play, allow: Callable[..., None]) -> None:
    target = Machinery(account)
    target.deploy_store()
    target.export("orders")
    told = play(restore, check=True, table="orders")
    allow(*told["plan"]["rights"])
    assert play(restore, table="orders", wait_sleep=0.05)["succeeded"]
