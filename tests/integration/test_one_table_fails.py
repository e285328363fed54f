# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One table of five cannot be backed up any more: it fails alone and loudly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_aws.client import samples
from tests.unit.support.alerts import alert

from . import listeners, points, state
from .playbooks import host
from .standing import first_backup
from .test_status_playbook import published

if TYPE_CHECKING:
    from .playbooks import Target

pytestmark = [pytest.mark.newest, pytest.mark.slow]

GOOD = ("catalog", "customers", "ledger", "orders")
# As it was before there was anything for programs.
MAIL = """The backup of the DynamoDB table {table} in {region} (account {account}) failed.

Error: {error}
Cause: {cause}
Started: {since}
Run: https://{region}.console.aws.amazon.com/states/home?region={region}#/v2/executions/details/{run}

What to do: mend the cause (point-in-time recovery: set tablekeeper_enable_pitr: true and run the backup \
playbook), then run: ansible-playbook tablekeeper.dynamodb.run -i INVENTORY -e tables={table}

If more tables of this run fail, one message tells of them when it ends."""


def test_one_of_five_fails_alone_and_is_told_with_its_cause(target: Target) -> None:
    account = target.account
    dynamodb = account.client("dynamodb")
    samples.create(dynamodb)
    subscriber = listeners.Subscriber(account)
    reader = listeners.Reader(account)
    inventory = host("sessions", *GOOD, alerts=[subscriber.alert, reader.alert])
    first_backup(account, inventory)
    reader.confirm()
    waiting = published(target.play("status", inventory))
    assert (waiting["healthy"], waiting["codes"]) == (True, {"waiting_for_first_run": 5})
    target.play("run", inventory)
    well = published(target.play("status", inventory, status_verify="content"))
    assert (well["healthy"], well["codes"]) == (True, {})
    dynamodb.update_continuous_backups(
        TableName="sessions", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )

    ran = target.play("run", inventory, fails=True)
    assert "1 of 5 tables failed. sessions: Point in time recovery is not enabled" in ran.failures["target"]
    assert ran.failures["target"].count("Switch point-in-time recovery on") == 1

    execution = state.executions(account)[0]
    assert (execution["status"], execution["cause"]) == ("FAILED", "1 of 5 tables failed: sessions")
    for table in GOOD:
        points.check(account, table)
    left = points.runs(account, "sessions")[-1]
    assert points.keys(account, left) == [f"{left}/settings.json"]
    assert state.heartbeats(account) == {"sessions": 2.0, **dict.fromkeys(GOOD, 3.0)}

    document = alert(subscriber.told("Backup of sessions failed")["Message"])
    (failed,) = document["tables"]
    assert reader.told("Backup of sessions failed") == MAIL.format(
        region=account.region, account=account.id, run=execution["executionArn"], **failed
    )
    assert failed["error"] == "DynamoDb.PointInTimeRecoveryUnavailableException"
    assert "Point in time recovery is not enabled for table 'sessions'" in failed["cause"]
    assert (failed["table"], failed["last_good_point"]) == ("sessions", None)
    target_of_run = {"account": account.id, "region": account.region, "prefix": "tablekeeper"}
    assert (document["kind"], document["target"]) == ("failed", target_of_run)
    assert (document["run"]["execution"], document["run"]["scheduled"]) == (execution["executionArn"], None)
    alarm = alert(subscriber.told('ALARM: "tablekeeper-export-1-run-failed"')["Message"])
    assert alarm["NewStateValue"] == "ALARM"
    assert failures(subscriber) == ["Backup of sessions failed"]

    judged = target.play("status", inventory, fails=True, status_verify="content")
    assert "1 of 5 tables is not healthy (sessions)." in judged.failures["target"]
    assert "PointInTimeRecoveryUnavailable" in judged.failures["target"]
    assert published(judged)["unhealthy"] == ["sessions"]
    assert published(judged)["codes"] == {"last_run_failed": 1, "recovery_off": 1}

    # One that fails is told at once; what follows for the same reason is told together.
    for table in GOOD[:2]:
        dynamodb.update_continuous_backups(
            TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
        )
    assert "3 of 5 tables failed." in target.play("run", inventory, fails=True).failures["target"]
    mail = reader.told("more tables failed")
    document = alert(subscriber.told("more tables failed")["Message"])
    first, rest = failures(subscriber)[1:]
    assert first in {f"Backup of {table} failed" for table in ("sessions", *GOOD[:2])}
    assert rest == "Backups of 2 more tables failed"
    assert f"3 of 5 DynamoDB tables in {account.region} (account {account.id}) have no new backup" in mail
    assert mail.count("Point in time recovery is not enabled for table '...'") == 1
    told = {first.split()[2], *mail.rpartition("-e tables=")[2].split(",")}
    assert told == {"sessions", *GOOD[:2]}
    assert {first.split()[2], *(each["table"] for each in document["tables"])} == told

    # What status advises for a table that is gone leads to its end.
    dynamodb.delete_table(TableName="ledger")
    judged = target.play("status", inventory, tables="ledger", fails=True)
    assert published(judged)["codes"] == {"table_missing": 1}
    assert "or write enabled: false at its entry and run the backup playbook." in judged.failures["target"]
    off = {"name": "ledger", "enabled": False}
    followed = host(
        "orders", off, alerts=inventory["tablekeeper_alerts"], stop_backups_of=[*GOOD, "sessions"]
    )
    target.play("backup", followed)
    told = published(target.play("status", followed, tables="ledger, orders"))
    assert (told["healthy"], told["codes"]) == (True, {"disabled": 1})


def failures(subscriber: listeners.Subscriber) -> list[str]:
    """What runs said of tables that failed, in the order in which they did."""
    return [subject for subject in subscriber.subjects() if subject.startswith("Backup")]
