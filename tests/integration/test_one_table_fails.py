# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One table of five cannot be backed up any more: it fails alone and loudly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.local_aws import samples

from . import points, state
from .playbooks import host
from .test_status_playbook import published

if TYPE_CHECKING:
    from .playbooks import Target

pytestmark = [pytest.mark.newest, pytest.mark.slow]

GOOD = ("catalog", "customers", "ledger", "orders")


def test_one_of_five_fails_alone_and_is_told_with_its_cause(target: Target) -> None:
    account = target.account
    dynamodb = account.client("dynamodb")
    samples.create(dynamodb)
    subscriber = state.Subscriber(account)
    inventory = host("sessions", *GOOD, alerts=[subscriber.alert])
    target.play("backup", inventory)
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

    execution = state.executions(account)[0]
    assert (execution["status"], execution["cause"]) == ("FAILED", "1 of 5 tables failed: sessions")
    for table in GOOD:
        points.check(account, table)
    left = points.runs(account, "sessions")[-1]
    assert points.keys(account, left) == [f"{left}/settings.json"]
    assert state.heartbeats(account) == {"sessions": 2.0, **dict.fromkeys(GOOD, 3.0)}

    mail = subscriber.told("Backup of sessions failed")["Message"]
    assert "DynamoDb.PointInTimeRecoveryUnavailableException" in mail
    assert "Point in time recovery is not enabled for table 'sessions'" in mail
    assert execution["executionArn"] in mail
    alarm = json.loads(subscriber.told('ALARM: "tablekeeper-export-1-run-failed"')["Message"])
    assert alarm["NewStateValue"] == "ALARM"
    assert [subject for subject in subscriber.subjects() if subject.startswith("Backup of")] == [
        "Backup of sessions failed"
    ]

    judged = target.play("status", inventory, fails=True, status_verify="content")
    assert "1 of 5 tables is not healthy (sessions)." in judged.failures["target"]
    assert "PointInTimeRecoveryUnavailable" in judged.failures["target"]
    assert published(judged)["unhealthy"] == ["sessions"]
    assert published(judged)["codes"] == {"last_run_failed": 1}
