# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rulebook answers what is really put into a queue, by jobs of a controller and by playbooks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.gates.snippets import snippets

from . import listeners, points, state
from .playbooks import host
from .rulebook import TOKEN, Controller, quick, serve, started
from .standing import first_backup

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

    from .playbooks import Target

pytestmark = [pytest.mark.newest, pytest.mark.slow]
BROKEN = ("carts", "orders", "users")
JOBS = ("DynamoDB: run", "DynamoDB: status")


@pytest.fixture(name="account_of_four")
def fixture_account_of_four(target: Target) -> Account:
    """Four tables, of which only spare can be backed up."""
    account = target.account
    state.tables(account, *BROKEN, "spare")
    queue = listeners.Subscriber(account, "alerts")
    first_backup(account, host(*BROKEN, "spare", alerts=[{**queue.alert, "raw": True}]))
    recovery(account, *BROKEN, enabled=False)
    return account


def recovery(account: Account, *tables: str, enabled: bool) -> None:
    for table in tables:
        account.client("dynamodb").update_continuous_backups(
            TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": enabled}
        )


def run(account: Account, **given: Any) -> None:
    """A run of all tables, or of some, and its end."""
    machine = state.outputs(account, "tablekeeper-export-1")["StateMachineArn"]
    client = account.client("stepfunctions")
    arn = client.start_execution(stateMachineArn=machine, input=json.dumps(given))["executionArn"]
    state.until(
        lambda: client.describe_execution(executionArn=arn)["status"] != "RUNNING", "The end of a run"
    )


def as_scheduled(account: Account) -> dict[str, Any]:
    """What the schedule starts a run with."""
    (schedule,) = state.schedules(account).values()
    given: dict[str, Any] = json.loads(schedule["Target"]["Input"])
    return {**given, "scheduled": "2026-11-23T02:00:00Z"}


def variables(account: Account) -> dict[str, Any]:
    return {"tablekeeper_eda_queue": "alerts", "tablekeeper_eda_region": account.region}


def jobs(*launched: tuple[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """Each job of these tables, then the same of status."""
    return [
        (job, {"limit": limit, "extra_vars": {"tables": tables}})
        for tables, limit in launched
        for job in JOBS
    ]


def test_failed_and_missed_backups_are_started_once_an_hour(target: Target, account_of_four: Account) -> None:
    account = account_of_four
    controller = Controller(JOBS, status="failed")
    limits = {"tablekeeper_eda_limits": {f"{account.id}/{account.region}": "shop"}}
    asked = {**variables(account), **limits}
    run(account, tables=["orders"])  # by hand: nobody answers that
    run(account, **as_scheduled(account))
    run(account, **as_scheduled(account))
    with serve(controller), started(
        target.folder, target.env, quick(), asked,
        "--controller-url", controller.url, "--controller-token", TOKEN,
    ) as said:  # fmt: skip
        state.until(lambda: len(controller.launched) == 2, f"Two jobs, {said.read_text('utf-8')}", 60)
        assert controller.launched == jobs(("carts,orders,users", "shop"))

        # Now all four are missed, of which three were started a moment ago.
        state.switch_schedules(account, "DISABLED")
        account.aws.advance(hours=40)
        state.until(lambda: len(controller.launched) == 4, f"Two more jobs, {said.read_text('utf-8')}", 60)
        assert controller.launched[2:] == jobs(("spare", "shop"))
        assert "restore" not in said.read_text("utf-8")


def test_where_there_is_no_controller_playbooks_are_run(target: Target, account_of_four: Account) -> None:
    account = account_of_four
    (ruleset,) = quick()
    (shown,) = [each for each in snippets("docs/alerts.md") if "run_playbook" in each.text]
    ruleset["rules"][-1]["actions"] = yaml.safe_load(shown.text)
    run(account, **as_scheduled(account))
    recovery(account, *BROKEN, enabled=True)
    target.command("run", {"target": host(*BROKEN, "spare")})  # writes the inventory
    with started(
        target.folder, target.env, [ruleset], variables(account), "--inventory", "inventory.json"
    ) as said:
        state.until(lambda: said.read_text("utf-8").count("PLAY RECAP") == 2, "Two playbooks", 120)
        text = said.read_text("utf-8")
    assert text.count("failed=0") == 2, text
    for table in BROKEN:
        points.check(account, table)
    assert len(points.runs(account, "spare")) == 1
