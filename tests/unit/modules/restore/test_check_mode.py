# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Check mode tells all that would be done, and calls nothing that writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import restore
from local_aws.client import samples
from tests.integration.state import mutations
from tests.unit.support import restorable

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Play = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("way", "call"), [("load", "CreateTable"), ("import", "ImportTable"), ("convert", "ImportTable")]
)
def test_check_mode_writes_nothing(account: Account, play: Play, way: str, call: str) -> None:
    sample = next(each for each in samples.samples() if each.name == "catalog")
    made = restorable.backed_up(account, sample)
    account.forget_calls()
    answer = play(restore, check=True, table="catalog", bucket=made.bucket, way=way, parameter="/shop/table")
    assert mutations(account) == []
    assert (answer["changed"], answer["way"]) == (True, way)
    steps = " | ".join(answer["plan"]["steps"])
    assert f"({call})" in steps
    assert "point_in_time_recovery (UpdateContinuousBackups)" in steps
    assert "PutParameter" in steps
    assert f"dynamodb:{call}" in answer["plan"]["rights"]
    assert {"ssm:PutParameter", "dynamodb:UpdateContinuousBackups"} <= set(answer["plan"]["rights"])
    assert answer["plan"]["time"] in answer["msg"]
    assert answer["plan"]["price"] in answer["msg"]


def test_it_tells_where_one_would_go_on(account: Account, play: Play) -> None:
    made = restorable.backed_up(account, samples.simple("orders"))
    options = {"table": "orders", "to": "again", "bucket": made.bucket, "wait_sleep": 0.05}
    assert play(restore, **options)["succeeded"]
    answer = play(restore, check=True, **options)
    assert (answer["changed"], answer["msg"]) == (False, "again in eu-west-1 is restored already.")
