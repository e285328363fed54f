# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A dashboard of somebody else keeps a deployment from beginning, and what to do is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from . import state
from .playbooks import host

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

    from .playbooks import Target

pytestmark = [pytest.mark.newest, pytest.mark.slow]


@pytest.mark.parametrize("check", [True, False])
def test_the_name_of_the_dashboard_is_taken(target: Target, account: Account, *, check: bool) -> None:
    state.tables(account, "orders")
    name = f"tablekeeper-{account.region}"
    account.client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody='{"widgets": []}')
    told = target.play("backup", host("orders", dashboard=True), check=check, fails=True).failures["target"]
    assert f"account {account.id} has a dashboard {name}, which tablekeeper-store would make" in told
    assert account.client("cloudformation").describe_stacks()["Stacks"] == []
