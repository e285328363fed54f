# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS has told of the account counts, however the target got there."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.filter.rivals import shared_place

ONE, TWO = "111111111111", "222222222222"


def target(account: str, region: str = "eu-west-1", **more: Any) -> dict[str, Any]:
    found = {"account_id": account} if account else {"msg": "no way there"}
    return {"tablekeeper_region": region, "__backup_found": found, **more}


@pytest.mark.parametrize(
    ("others", "shared"),
    [
        ({}, False),
        ({"b": target(ONE, tablekeeper_profile="b")}, True),
        ({"b": target(TWO)}, False),
        ({"b": target(ONE, "us-east-1")}, False),
        ({"b": target(ONE, tablekeeper_prefix="other")}, False),
        ({"b": target("")}, False),
        ({"b": {"tablekeeper_region": "eu-west-1"}}, False),
    ],
)
def test_two_targets_of_one_account_region_and_prefix_are_told(others: dict[str, Any], shared: bool) -> None:
    hosts = {"a": target(ONE, tablekeeper_profile="a"), **others}
    told = shared_place(hosts, hosts, "a")
    assert bool(told) == shared
    if shared:
        assert told.startswith(f"Nothing was changed, since a, b lead to one place: account {ONE}, eu-west-1")
