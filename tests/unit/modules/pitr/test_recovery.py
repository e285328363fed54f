# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which tables lack point-in-time recovery, and when it is switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws._retry import retrying
from ansible_collections.tablekeeper.dynamodb.plugins.modules import pitr
from tests.integration import state

if TYPE_CHECKING:
    from tests.local_aws.fixtures import Account

OFF = {"users": "ENABLED", "orders": "DISABLED"}
NOTHING: dict[str, Any] = {"changed": False, "missing": [], "disabled": [], "enabled": []}


@pytest.fixture(name="tables")
def fixture_tables(account: Account) -> Account:
    state.tables(account, "users")
    state.tables(account, "orders", pitr=False)
    return account


def recovery(account: Account, *tables: str, enable: bool, check: bool = False) -> dict[str, Any]:
    client = retrying(account.client("dynamodb"))
    found = pitr.recovery(client, list(tables), enable=enable, check=check)
    return {key: value for key, value in found.items() if key != "diff"}


def test_what_is_off_is_named(tables: Account) -> None:
    assert recovery(tables, "users", "orders", enable=False) == {**NOTHING, "disabled": ["orders"]}
    assert state.recovery(tables) == OFF


def test_what_is_off_is_switched_on_when_asked(tables: Account) -> None:
    asked = {**NOTHING, "changed": True, "enabled": ["orders"]}
    assert recovery(tables, "users", "orders", enable=True, check=True) == asked
    assert state.recovery(tables) == OFF
    assert recovery(tables, "users", "orders", enable=True) == asked
    assert state.recovery(tables) == {"users": "ENABLED", "orders": "ENABLED"}
    assert recovery(tables, "users", "orders", enable=True) == NOTHING


def test_nothing_is_switched_on_while_a_name_is_wrong(tables: Account) -> None:
    found = recovery(tables, "orders", "order", enable=True)
    assert found == {**NOTHING, "missing": ["order"], "disabled": ["orders"]}
    assert state.recovery(tables) == OFF
