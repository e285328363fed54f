# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rulebook answers what is really put into a queue, by jobs of a controller and by playbooks.

What is hostile, and what concerns several accounts, is put into the queue by the test.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.gates.snippets import snippets

from . import listeners, points, state
from .playbooks import QUICK, host
from .rulebook import TOKEN, Controller, quick, serve, started
from .standing import first_backup

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

    from .playbooks import Target

pytestmark = [pytest.mark.newest, pytest.mark.slow]
BROKEN = ("carts", "orders", "users")
ONE, OTHER = "111111111111", "222222222222"
COMMAND = "{{ lookup('pipe', 'id') }}"
ODD: tuple[Any, ...] = (None, "x", [], 1)
NO_ACCOUNTS = ("1" * 13, "1" * 11, f"{ONE}\n", "", COMMAND, None, (ONE,))
NO_REGIONS = ("", "eu-west-1\n", "EU-WEST-1", COMMAND, "eu-west-1/x", None, ("eu-west-1",))
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


def states(account: Account, *tables: str) -> set[str]:
    """Of the alarms of missed backups."""
    alarms = state.alarms(account)
    return {alarms[f"tablekeeper-missed-{table}"]["StateValue"] for table in tables}


def variables(account: Account, **limits: str) -> dict[str, Any]:
    return {
        "tablekeeper_eda_queue": "alerts",
        "tablekeeper_eda_region": account.region,
        "tablekeeper_eda_limits": {f"{of[1:]}/{account.region}": hosts for of, hosts in limits.items()},
    }


def jobs(tables: str, limit: str) -> list[tuple[str, dict[str, Any]]]:
    """A job of these tables, then the same of status."""
    return [(job, {"limit": limit, "extra_vars": {"tables": tables}}) for job in JOBS]


def failed(*tables: Any, of: Any = ONE, region: Any = "eu-west-1", scheduled: Any = "2026-11-23") -> Any:
    return {
        "kind": "failed",
        "target": {"account": of, "region": region, "prefix": "{{ 0 / 0 }}"},
        "run": {"scheduled": scheduled},
        "tables": [{"table": table} for table in tables],
    }


def missed(table: str, name: str = "", arn: str = "", account: str = ONE) -> Any:
    about = (
        f"No backup of the DynamoDB table {table} in eu-west-1 (account {account}) succeeded for 26 hours."
    )
    return {
        "AlarmName": name or f"tablekeeper-missed-{table}",
        "AlarmDescription": about,
        "AWSAccountId": account,
        "NewStateValue": "ALARM",
        "AlarmArn": arn or f"arn:aws:cloudwatch:eu-west-1:{account}:alarm:tablekeeper-missed-{table}",
    }


def hostile() -> list[Any]:
    """What starts nothing: names, accounts and regions that are none, and messages that are none."""
    python = "{{ ().__class__.__base__.__subclasses__() }}"
    names = [
        COMMAND, python, "", " ", "all,", "orders,users", "a'b", 'a"b', "x', 'y", "a\\", "../../etc", "a:b",
        "!a", "*", "a\nb", "a\n", "a\r", "\na", "a\u2028", "a\u0085", "a\x00", "t\u00e4ble", "\u0430",
        "\U0001f600", "{#", "a" * 256, None, ["orders"], {"orders": 1}, 1e22,
    ]  # fmt: skip
    return [
        *(failed(name) for name in names),
        failed(*(name for name in names if name != "")),  # each becomes the first after the others
        *(failed("crossed", of=account) for account in NO_ACCOUNTS),
        *(failed("crossed", region=region) for region in NO_REGIONS),
        failed(*(["many"] * 101)),
        failed("unlisted", of="3" * 12),
        failed("unlisted", region="eu-west-2"),
        failed("byhand", scheduled=None),
        {**failed("drilled"), "kind": "drill_failed"},
        *({**failed("odd"), key: odd} for key in ("target", "run", "tables") for odd in ODD),
        {**failed("odd"), "tables": [{}, None, "x", 1, []]},
        *(missed(name) for name in names if isinstance(name, str)),
        missed("others", name="disk is full"),
        missed("others", name="tablekeeper-missed-orders"),
        missed("others", name="tablekeeper-missed-others\n"),
        missed("others", arn=f"arn:aws:cloudwatch:{COMMAND}:{ONE}:alarm:x"),
        missed("others", arn=f"arn:aws:cloudwatch:eu-west-1:{COMMAND}:alarm:x"),
        missed("others", arn="x"),
        missed("others", account="3" * 12),
        {**missed("others"), "NewStateValue": "OK"},
        {**missed("others"), "AlarmDescription": "No backup of the DynamoDB table"},
        {**missed("others"), "AlarmDescription": None},
        {"backup": {"account": ONE, "region": "eu-west-1", "table": "forged", "hosts": "shop"}},
        {"job": {"hosts": "shop", "tables": "forged"}},
        "failed", '"failed"', "{", [failed("listed")], 1, None,
    ]  # fmt: skip


def test_only_what_failed_or_was_missed_is_started_where_it_was(target: Target) -> None:
    account = target.account
    sqs = account.client("sqs")
    queue = sqs.create_queue(QueueName="alerts")["QueueUrl"]

    def send(*messages: Any) -> None:
        for each in messages:
            sqs.send_message(QueueUrl=queue, MessageBody=each if isinstance(each, str) else json.dumps(each))

    controller = Controller(JOBS)
    send(failed("users", "1e5"), missed("carts", account=OTHER), failed("orders"), failed("orders", of=OTHER))
    limited = variables(account, **{f"_{ONE}": "shop", f"_{OTHER}": "web:&eu"})
    # Were they taken for accounts and regions, they would not be without a target.
    listed = [f"{one}/eu-west-1" for one in NO_ACCOUNTS] + [f"{ONE}/{one}" for one in NO_REGIONS]
    limited["tablekeeper_eda_limits"] |= dict.fromkeys(listed, "shop")
    with serve(controller), started(
        target.folder, target.env, quick(4), limited,
        "--controller-url", controller.url, "--controller-token", TOKEN,
    ) as said:  # fmt: skip
        state.until(lambda: len(controller.launched) == 4, f"Four jobs, {said}", 120)
        first = jobs("1e5,orders,users", "shop") + jobs("carts,orders", "web:&eu")
        assert sorted(controller.launched, key=str) == sorted(first, key=str)

        # Within the hour nothing of that again, and of all this only what comes last.
        send(failed("orders"), missed("orders"), *hostile(), failed("last", of=OTHER))
        state.until(lambda: len(controller.launched) == 6, f"Two more jobs, {said}", 120)
        assert controller.launched[4:] == jobs("last", "web:&eu")


def test_failed_and_missed_backups_are_started_by_jobs_and_by_playbooks(
    target: Target, account_of_four: Account
) -> None:
    account = account_of_four
    (ruleset,) = quick(5)
    (shown,) = [each for each in snippets("docs/alerts.md") if "run_playbook" in each.text]
    ruleset["rules"][-1]["actions"] += yaml.safe_load(shown.text)
    run(account, **as_scheduled(account))
    run(account, **as_scheduled(account))
    run(account, tables=["orders"])  # by hand: nobody answers that
    recovery(account, *BROKEN, enabled=True)
    backed_up = len(points.runs(account, "spare"))
    state.switch_schedules(account, "DISABLED")
    account.aws.advance(hours=40)
    state.until(lambda: states(account, *BROKEN, "spare") == {"ALARM"}, "Four missed backups", 60)
    state.switch_schedules(account, "ENABLED")

    # The inventory is written; a playbook that ran elsewhere would fail there.
    here, elsewhere = {**host(*BROKEN, "spare"), **QUICK}, host("spare", region="eu-west-2")
    target.command("run", {"here": here, "elsewhere": elsewhere})
    controller = Controller(JOBS, status="failed")
    with serve(controller), started(
        target.folder, target.env, [ruleset], variables(account, **{f"_{account.id}": "here"}),
        "--controller-url", controller.url, "--controller-token", TOKEN, "--inventory", "inventory.json",
    ) as said:  # fmt: skip
        state.until(lambda: said.read_text("utf-8").count("PLAY RECAP") == 2, f"Two playbooks, {said}", 240)
        text = said.read_text("utf-8")
    assert controller.launched == jobs("carts,orders,spare,users", "here")
    assert text.count("failed=0") == 2, text
    assert "elsewhere" not in text
    assert "restore" not in text
    for table in (*BROKEN, "spare"):
        points.check(account, table)
    assert len(points.runs(account, "spare")) == backed_up + 1
