# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What happens by itself as time passes, once a target is deployed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from local_aws.client import samples

from . import listeners, points, state
from .playbooks import host
from .standing import first_backup

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

    from .playbooks import Target

pytestmark = [pytest.mark.newest, pytest.mark.slow]


def next_start(now: datetime, timezone: str, hour: int = 2, weekday: int | None = None) -> datetime:
    """When the clocks of a time zone next show this hour (of this day of the week; Monday is 0)."""
    local = now.astimezone(ZoneInfo(timezone))
    start = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    while start <= local or weekday not in (None, start.weekday()):
        start += timedelta(days=1)
    return start


def advance_to(target: Target, moment: datetime) -> None:
    target.account.aws.advance(seconds=(moment - target.account.aws.now()).total_seconds())


def finished(target: Target) -> list[dict[str, object]]:
    """The executions of the machine, once there are some and all have ended."""
    found = state.executions(target.account)
    return [] if "RUNNING" in {each["status"] for each in found} else found


def test_a_schedule_fires_by_itself_or_tells_that_it_cannot(target: Target) -> None:
    account = target.account
    samples.create(account.client("dynamodb"))
    zone = "America/New_York"
    subscriber = listeners.Subscriber(account)
    defaults = {"timezone": zone, "at": "03:00"}
    inventory = host("orders", "customers", defaults=defaults, alerts=[subscriber.alert])
    first_backup(account, inventory)

    start = next_start(account.aws.now(), zone, hour=3)
    advance_to(target, start - timedelta(minutes=1))
    assert state.executions(account) == []
    before = state.heartbeats(account)
    advance_to(target, start + timedelta(minutes=1))
    (execution,) = state.until(lambda: finished(target), "The scheduled run")

    assert execution["status"] == "SUCCEEDED"
    scheduled = json.loads(str(execution["input"]))["scheduled"]
    assert datetime.fromisoformat(scheduled) == start
    for table in ("orders", "customers"):
        points.check(account, table)
        assert state.heartbeats(account)[table] == before[table] + 1
    target.play("status", inventory, status_verify="content")

    # The next start cannot be made: it is kept, and told.
    forbid_starts(account)
    start = next_start(account.aws.now(), zone, hour=3)
    advance_to(target, start + timedelta(hours=2))
    assert len(state.executions(account)) == 1
    told = json.loads(subscriber.told('ALARM: "tablekeeper-export-1-missed-starts"')["Message"])
    queue = state.outputs(account, "tablekeeper-export-1")["DeadLetterQueueArn"].rpartition(":")[2]
    assert (
        f"in {account.region} (account {account.id}); the message in the queue {queue}"
        in told["AlarmDescription"]
    )
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    (kept,) = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert datetime.fromisoformat(json.loads(kept["Body"])["scheduled"]) == start
    assert "AccessDenied" in kept["MessageAttributes"]["ERROR_CODE"]["StringValue"]


def forbid_starts(account: Account) -> None:
    """Somebody takes from the schedules the right to start runs."""
    iam = account.client("iam")
    role = {"RoleName": f"tablekeeper-export-1-scheduler-{account.region}", "PolicyName": "start-runs"}
    policy = iam.get_role_policy(**role)["PolicyDocument"]
    policy["Statement"] = [each for each in policy["Statement"] if each["Sid"] != "StartRuns"]
    iam.put_role_policy(**role, PolicyDocument=json.dumps(policy))


def test_silence_is_noticed_when_it_lasts_too_long_and_not_before(target: Target) -> None:
    account = target.account
    state.tables(account, "daily", "weekly")
    subscriber = listeners.Subscriber(account)
    first_backup(account, host("daily", {"name": "weekly", "every": "1 week"}, alerts=[subscriber.alert]))

    deployed = account.aws.now()

    # A week of good backups, of which the weekly table's is the last: nobody is called.
    sunday = next_start(account.aws.now(), "UTC", weekday=6)
    advance_to(target, sunday - timedelta(minutes=1))
    assert points.runs(account, "weekly") == []
    advance_to(target, sunday + timedelta(minutes=10))
    state.until(lambda: points.runs(account, "weekly") and finished(target), "The weekly backup")
    points.check(account, "weekly")
    runs = [(each["startDate"], each["status"], each.get("cause")) for each in finished(target)]
    assert state.alarmed(account, deployed) == [], runs

    # Somebody stops the schedules. A daily backup may be 30 hours old, a weekly one 8 days.
    state.switch_schedules(account, "DISABLED")
    advance_to(target, sunday + timedelta(hours=29))
    assert state.alarmed(account, deployed) == []
    advance_to(target, sunday + timedelta(hours=34))
    assert state.alarmed(account, deployed) == ["tablekeeper-missed-daily"]
    told = json.loads(subscriber.told('ALARM: "tablekeeper-missed-daily"')["Message"])
    assert told["NewStateValue"] == "ALARM"
    where = f"in {account.region} (account {account.id})"
    assert f"No backup of the DynamoDB table daily {where} succeeded for 30 hours" in told["AlarmDescription"]

    advance_to(target, sunday + timedelta(days=8) - timedelta(hours=1))
    assert state.alarmed(account, deployed) == ["tablekeeper-missed-daily"]
    advance_to(target, sunday + timedelta(days=8, hours=6))
    assert state.alarmed(account, deployed) == ["tablekeeper-missed-daily", "tablekeeper-missed-weekly"]
    subscriber.told('ALARM: "tablekeeper-missed-weekly"')
    machine = "tablekeeper-export-1-heartbeat"
    assert {each["status"] for each in state.executions(account, machine)} == {"SUCCEEDED"}


def test_drills_that_nobody_does_are_missed(target: Target) -> None:
    account, alarm = target.account, "tablekeeper-export-1-missed-drills"
    state.tables(account, "orders", "quiet")
    subscriber = listeners.Subscriber(account)
    inventory = host({"name": "orders", "drill_every": "1 day"}, "quiet", alerts=[subscriber.alert])
    target.play("backup", inventory)
    deployed = account.aws.now()
    assert state.alarms(account)[alarm]["ActionsEnabled"]
    assert state.alarms(account)[alarm]["StateValue"] == "OK"
    assert target.play("backup", inventory).changed == 0

    # Somebody deletes the alarm: it is told, and put right.
    account.client("cloudwatch").delete_alarms(AlarmNames=[alarm])
    (told,) = target.play("status", inventory, fails=True).stats["tablekeeper_status"]["targets"].values()
    assert told["codes"] == {"not_drilled": 1, "stack_alarm_missing": 1, "waiting_for_first_run": 2}
    target.play("backup", inventory)
    assert state.alarms(account)[alarm]["ActionsEnabled"]

    # A day and a quarter of it without a drill.
    advance_to(target, deployed + timedelta(hours=29))
    assert state.alarmed(account, deployed) == []
    advance_to(target, deployed + timedelta(hours=37))
    assert state.alarmed(account, deployed) == [alarm]
    told = json.loads(subscriber.told(f'ALARM: "{alarm}"')["Message"])
    assert "is overdue for a drill" in told["AlarmDescription"]

    # It goes with the last table that asks.
    target.play("backup", host("orders", "quiet", alerts=[subscriber.alert]))
    assert alarm not in state.alarms(account)
