# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An account runs only so many exports at once: a table waits for its turn, but not for ever."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.support.alerts import alert

from . import listeners, points, state
from .playbooks import host
from .standing import first_backup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_aws.client.fixtures import Account

    from .playbooks import Target

pytestmark = [pytest.mark.newest, pytest.mark.slow]


USUAL = 300


@pytest.fixture(name="exports")
def fixture_exports(account: Account) -> Iterator[Callable[[int], None]]:
    """How many exports the account may still begin."""

    def free(number: int) -> None:
        account.aws.control("POST", "exports", concurrent=number)

    yield free
    free(USUAL)


def test_a_table_waits_for_a_free_export_as_long_as_it_has_time(
    target: Target, exports: Callable[[int], None]
) -> None:
    account = target.account
    state.tables(account, "orders", "users")
    subscriber = listeners.Subscriber(account)
    settings = {"table_timeout": "1 hour", "max_concurrency": 1, "alerts": [subscriber.alert]}
    first_backup(account, host("orders", "users", **settings))
    exports(0)

    start(account, "orders", "users")
    account.aws.advance(hours=3)  # one table after the other has its hour
    execution = ended(account)
    assert (execution["status"], execution["cause"]) == ("FAILED", "2 of 2 tables failed: orders, users")
    for table in ("orders", "users"):
        (failed,) = alert(subscriber.told(f"Backup of {table} failed")["Message"])["tables"]
        assert (failed["table"], failed["error"]) == (table, "TableTimedOut")
        assert "no export free for 3600 seconds (tablekeeper_table_timeout)" in failed["cause"]

    start(account, "orders")
    account.aws.advance(minutes=20)
    assert state.executions(account)[0]["status"] == "RUNNING"
    exports(USUAL)
    assert ended(account)["status"] == "SUCCEEDED"
    points.check(account, "orders")


def start(account: Account, *tables: str) -> None:
    machine = state.outputs(account, "tablekeeper-export-1")["StateMachineArn"]
    account.client("stepfunctions").start_execution(
        stateMachineArn=machine, input=json.dumps({"tables": tables})
    )


def ended(account: Account) -> dict[str, Any]:
    """The newest run, once it has ended."""

    def look() -> dict[str, Any] | None:
        newest = state.executions(account)[0]
        return newest if newest["status"] != "RUNNING" else None

    found: dict[str, Any] = state.until(look, "The end of the run")
    return found
