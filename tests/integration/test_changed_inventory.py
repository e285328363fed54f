# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A changed inventory touches what it must, as check mode foretold, and resets no running clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from . import changes, listeners, points, state
from .playbooks import host
from .standing import first_backup, run

if TYPE_CHECKING:
    from datetime import datetime

    from .playbooks import Target

pytestmark = pytest.mark.newest

SESSIONS = {
    "name": "sessions", "every": "6 hours", "at": "05:00", "retention_days": 7, "tags": {"team": "web"},
}  # fmt: skip


def weekly(table: str) -> dict[str, Any]:
    return {"name": table, "every": "1 week"}


STORE, STACK = "tablekeeper-store", "tablekeeper-export-1"


def belongings(target: Target) -> dict[str, str]:
    """How the stack's logical ids of what belongs to a table begin, by table."""
    found = {}
    for logical, resource in state.resources(target.account, STACK).items():
        if logical.endswith("Heartbeat"):
            topic = str(resource["PhysicalResourceId"]).rpartition(":")[2]
            table = topic.removeprefix("tablekeeper-heartbeat-").rpartition("-")[0]
            found[table] = logical.removesuffix("Heartbeat")
    return found


def alarm(target: Target, table: str) -> dict[str, Any]:
    """A table's alarm without its state, but with the time when it was last configured."""
    found = state.alarms(target.account)[f"tablekeeper-missed-{table}"]
    return {key: value for key, value in found.items() if not key.startswith("State")}


def missed(subscriber: listeners.Subscriber) -> list[str]:
    """What subscribers were told of missed runs."""
    return [subject for subject in subscriber.subjects() if "tablekeeper-missed-" in subject]


def backing_up(target: Target) -> list[str]:
    """Runs that go on; the heartbeat of a week is kept alive meanwhile."""
    return [each for each in state.executions_left(target.account) if "-heartbeat:" not in each]


def advance_to(target: Target, moment: datetime) -> None:
    target.account.aws.advance(seconds=(moment - target.account.aws.now()).total_seconds())


@pytest.mark.slow
def test_a_changed_inventory_touches_what_it_must_and_resets_no_clock(target: Target) -> None:
    account = target.account
    state.tables(account, "orders", "sessions", "archive", "sooner", "later")
    subscriber = listeners.Subscriber(account)
    alerts = [subscriber.alert]
    first_backup(account, host("orders", "sessions", weekly("sooner"), "later", alerts=alerts))
    beaten = account.aws.now()

    # Somebody stops the schedules, and no backup of orders will succeed any more.
    state.switch_schedules(account, "DISABLED")
    account.aws.advance(hours=10)
    assert missed(subscriber) == []
    before, of_orders = state.resources(account, STACK), alarm(target, "orders")

    # A table is added; others get a schedule, a retention and tags, or only another interval.
    changed = host("orders", SESSIONS, "archive", "sooner", weekly("later"), alerts=alerts)
    state.switch_schedules(account, "ENABLED")  # or the deployment would
    done, looked = changes.deploy(target, changed)
    state.switch_schedules(account, "DISABLED", but="-6h-")
    after, of = state.resources(account, STACK), belongings(target)
    (six_hours,) = [name for name in after if name.startswith("S6h0500")]
    (daily,) = [name for name in before if name.startswith("S24h0200")]
    assert done == {
        STORE: {"AlertsTopicPolicy": "Modify", "Bucket": "Modify"},
        STACK: {
            "DeadLetterAlarm": "Modify",
            "Machine": "Modify",
            "TablesPolicy0": "Modify",
            six_hours: "Add",
            f"{of['archive']}Heartbeat": "Add",
            f"{of['archive']}Missed": "Add",
            f"{of['sessions']}Heartbeat": "Modify",
            f"{of['sessions']}Missed": "Modify",
            f"{of['sooner']}Missed": "Modify",
            f"{of['later']}Missed": "Modify",
        },
    }
    assert "(account ${AWS::AccountId}) succeeded for 8 hours." in looked.said
    assert (
        '"sessions: every day at 02:00 UTC becomes every day at 05:00, 11:00, 17:00 and 23:00 UTC, '
        in looked.said
    )
    assert '"Modify BucketPolicy (AWS::S3::BucketPolicy) if Bucket.Arn changes"' in looked.said
    for logical, resource in before.items():
        touched = {"LastUpdatedTimestamp", "ResourceStatus"} if logical in done[STACK] else set()
        assert {key for key in resource if after[logical][key] != resource[key]} <= touched, logical
    assert alarm(target, "orders") == of_orders
    states = {name: each["State"] for name, each in state.schedules(account).items()}
    assert sorted(states.values()) == ["DISABLED", "DISABLED", "ENABLED"]

    # The clock of orders still counts from its first heartbeat: 30 hours, seen within CloudWatch's hour.
    # Those with another schedule begin anew. What kept the week of sooner alive does so no more.
    run(account, "archive")
    advance_to(target, beaten + timedelta(hours=29))
    assert missed(subscriber) == []
    advance_to(target, beaten + timedelta(hours=34))
    subscriber.told('ALARM: "tablekeeper-missed-orders"')
    assert len(missed(subscriber)) == 1
    advance_to(target, beaten + timedelta(hours=10 + 34))
    subscriber.told('ALARM: "tablekeeper-missed-sooner"')
    told = "".join(missed(subscriber))
    assert ("missed-sessions" in told, "missed-later" in told) == (False, False)

    # Tables are disabled, another removed; its points stay. Nothing else is at work meanwhile.
    state.until(lambda: not backing_up(target), "The end of the backups of sessions")
    kept = state.objects(account, points.bucket_of(account))
    assert points.check(account, "archive")
    of_sessions = alarm(target, "sessions")
    disabled = ({"name": name, "enabled": False} for name in ("orders", "sooner"))
    smaller = host(*disabled, SESSIONS, weekly("later"), alerts=alerts)
    refused = target.play("backup", smaller, fails=True).failures["target"]
    assert "Nothing was changed: archive is backed up, but no longer in tablekeeper_tables." in refused
    smaller["tablekeeper_stop_backups_of"] = ["archive"]
    state.switch_schedules(account, "ENABLED")
    done = changes.deploy(target, smaller)[0]
    assert done == {
        STACK: {
            "DeadLetterAlarm": "Modify",
            "Machine": "Modify",
            "TablesPolicy0": "Modify",
            daily: "Remove",
            f"{of['archive']}Heartbeat": "Remove",
            f"{of['archive']}Missed": "Remove",
            f"{of['orders']}Missed": "Remove",
            f"{of['sooner']}Missed": "Remove",
        }
    }
    assert alarm(target, "sessions") == of_sessions
    assert set(state.alarms(account)) & {"tablekeeper-missed-orders", "tablekeeper-missed-archive"} == set()
    assert kept.items() <= state.objects(account, points.bucket_of(account)).items()
