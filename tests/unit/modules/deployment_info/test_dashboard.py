# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the name of the store's dashboard is taken by one that the store does not have."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import deployment_info
from tests.unit.support.deployed import deployed

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

NAME = "tablekeeper-eu-west-1"


@pytest.fixture(name="ask")
def fixture_ask(play: Callable[..., dict[str, Any]]) -> Ask:
    return partial(play, deployment_info, dashboard=True)


def put(account: Account, name: str) -> None:
    account.client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody='{"widgets": []}')


def test_one_of_somebody_else_is_found_if_it_is_asked_for(account: Account, ask: Ask) -> None:
    put(account, "tablekeeper-eu-west-2")
    assert ask()["dashboard"] == ""
    put(account, NAME)
    assert ask()["dashboard"] == NAME
    assert (ask(dashboard=False)["dashboard"], ask(prefix="shop")["dashboard"]) == ("", "")


def test_one_beside_a_store_that_has_none_is_found_too(account: Account, ask: Ask) -> None:
    deployed(account, {"tablekeeper_tables": ["orders"]})
    put(account, NAME)
    assert ask()["dashboard"] == NAME


def test_that_of_the_store_is_none(account: Account, ask: Ask) -> None:
    deployed(account, {"tablekeeper_tables": ["orders"], "tablekeeper_dashboard": True})
    account.forget_calls()
    assert ask()["dashboard"] == ""
    assert "GetDashboard" not in [call["operation"] for call in account.calls()]


def test_who_may_not_look_is_let_go_on(account: Account, ask: Ask, allow: Callable[..., None]) -> None:
    put(account, NAME)
    allow("cloudformation:DescribeStacks")
    assert ask()["dashboard"] == ""
