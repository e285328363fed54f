# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The policy of docs/iam for drills is enough, no more, and removes no table but those of drills."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._drill import options as drill_options
from ansible_collections.tablekeeper.dynamodb.plugins.modules import drill, drill_info
from tests.integration.rights import actions, policy, used
from tests.unit.modules.drill.watched import Watched
from tests.unit.support import restorable
from tests.unit.support.killing import killed_when_made, nothing_tidied_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Play = Callable[..., dict[str, Any]]

RUN = "20261123T140003Z-1a2b3c4d"
# What the embedded AWS asks nobody for, or has nothing to be asked about.
UNASKED = {
    "backup:ListRecoveryPointsByResource",
    "dynamodb:GetItem",  # of items that differ
    "dynamodb:ListImports",
}

pytestmark = pytest.mark.newest


@pytest.fixture(autouse=True)
def fixture_target(account: Account, play: Play) -> Watched:
    target = Watched(account)
    target.deploy_watched(play, {"orders": 720, "carts": 720})
    client = account.client("dynamodb")
    for number in range(5):
        client.put_item(TableName="orders", Item={"id": {"S": f"{number}"}})
    account.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId="table/orders",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
        MinCapacity=5,
        MaxCapacity=50,
    )
    restorable.point(account, "orders", RUN, target.bucket)
    return target


def test_enough_and_no_more(
    account: Account, play: Play, become: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By load and by import, with what a killed drill has left, and where one fails."""
    with killed_when_made(), nothing_tidied_up():
        play(drill, tables=["orders"], wait_sleep=0.05)
    become("drill")
    loaded = play(drill, tables=["orders"], wait_sleep=0.05)
    assert loaded["succeeded"], loaded["msg"]
    assert len(loaded["swept"]) == 1
    monkeypatch.setattr(drill_options, "LOAD_UP_TO_MB", 0)
    imported = play(drill, tables=["orders"], wait_sleep=0.05)
    assert imported["succeeded"], imported["msg"]
    assert [each["drills"][0]["way"] for each in (loaded, imported)] == ["load", "import"]
    account.aws.advance(hours=40)
    late = play(drill, tables=["orders"], wait_sleep=0.05)
    assert "are allowed (max_age)" in late["msg"]
    assert "could not be told" not in late["msg"]
    assert len(play(drill_info)["drills"]) == 3
    asked = {action for user, action, _on in used(account) if user.endswith(":user/drill")}
    assert sorted((asked - {"sts:GetCallerIdentity"}) ^ (actions(policy("drill")) - UNASKED)) == []


@pytest.mark.usefixtures("play")  # which leads to the embedded AWS
def test_no_other_table_is_removed_or_written_to(account: Account, become: Callable[..., None]) -> None:
    become("drill")
    put = [{"PutRequest": {"Item": {"id": {"S": "a"}}}}]
    client = boto3.Session().client(
        "dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL"], region_name=account.region
    )
    for refused in (
        lambda: client.delete_table(TableName="orders"),
        lambda: client.delete_table(TableName="orders-restored-20261123T140003Z"),
        lambda: client.put_item(TableName="orders", Item={"id": {"S": "a"}}),
        lambda: client.batch_write_item(RequestItems={"orders": put}),
        lambda: client.update_table(TableName="orders", DeletionProtectionEnabled=False),
    ):
        with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
            refused()
    assert len(restorable.items(account, "orders")) == 5
