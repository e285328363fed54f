# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides whether anybody would hear of it if a table's backups stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._evidence import Alarm, AlertPath, Refusal
from ._reasons import REPAIR, Reason, refused, shown
from ._webhooks import masked

if TYPE_CHECKING:
    from collections.abc import Iterator


def alarm_reasons(table: str, alarm: Alarm | Refusal | None, path: AlertPath) -> Iterator[Reason]:
    """What is wrong with the table's missed-run alarm."""
    if isinstance(alarm, Refusal):
        yield refused(table, alarm)
    elif alarm is None:
        yield Reason("alarm_missing", f"{table} has no missed-run alarm: {REPAIR}.")
    else:
        yield from _alarm_settings(table, alarm, path)
        yield from _alarm_state(table, alarm)


def _alarm_settings(table: str, alarm: Alarm, path: AlertPath) -> Iterator[Reason]:
    if alarm.deviations:
        changed = ", ".join(sorted(alarm.deviations))
        yield Reason(
            "alarm_altered",
            f"The alarm {alarm.name} of {table} was changed ({changed}) and may never fire: {REPAIR}.",
        )
    if not alarm.actions_enabled:
        yield Reason(
            "alarm_actions_disabled",
            f"The alarm {alarm.name} of {table} tells nobody, its actions are disabled: "
            "run the backup playbook to arm it.",
        )
    if not alarm.actions:
        yield Reason("alarm_actions_missing", f"The alarm {alarm.name} of {table} has no action: {REPAIR}.")
    elif path.topic and path.topic not in alarm.actions:
        elsewhere = ", ".join(sorted(alarm.actions))
        yield Reason(
            "alarm_points_elsewhere",
            f"The alarm {alarm.name} of {table} tells {elsewhere} and not {path.topic}: {REPAIR}.",
        )


def _alarm_state(table: str, alarm: Alarm) -> Iterator[Reason]:
    if alarm.state == "ALARM":
        yield Reason(
            "alarm_firing",
            f"The alarm {alarm.name} of {table} has been firing since {shown(alarm.since)}: "
            f"run the run playbook with -e tables={table}; a good backup ends the alarm.",
        )
    elif alarm.state != "OK":
        yield Reason(
            "alarm_state_unknown",
            f"The alarm {alarm.name} of {table} is {alarm.state} since {shown(alarm.since)}: "
            "ask again in an hour, then run the backup playbook.",
        )


def path_reasons(table: str, path: AlertPath) -> Iterator[Reason]:
    """What stands between that alarm and people."""
    deaf = f"Nobody would hear the alarm of {table}"
    if isinstance(path.exists, Refusal):
        yield refused(table, path.exists)
    elif not path.exists:
        missing = f"the alerts topic {path.topic} is gone" if path.topic else "no store stack names a topic"
        yield Reason("alert_topic_missing", f"{deaf}, {missing}: {REPAIR}.")
        return
    yield from _path_policies(table, path, deaf)
    if isinstance(path.subscribers, Refusal):
        yield refused(table, path.subscribers)
    elif not any(subscriber.confirmed for subscriber in path.subscribers):
        asked = ", ".join(sorted(masked(each.endpoint) for each in path.subscribers))
        advice = "add somebody to tablekeeper_alerts, run the backup playbook, and confirm"
        yield Reason(
            "no_confirmed_subscriber",
            f"{deaf}, nobody has confirmed a subscription to {path.topic}: "
            + (f"it waits for {asked} to follow the link in AWS's message." if asked else f"{advice}."),
        )
        for subscriber in path.subscribers:
            yield Reason(
                "subscriber_pending",
                f"{masked(subscriber.endpoint)} ({subscriber.protocol}), to be told about {table}, "
                "has not confirmed the subscription: follow the link in AWS's message, "
                "which is good for 2 days.",
            )


def _path_policies(table: str, path: AlertPath, deaf: str) -> Iterator[Reason]:
    if path.policy_open is False:
        yield Reason(
            "alert_policy_blocks_cloudwatch",
            f"{deaf}, the policy of {path.topic} does not let CloudWatch publish: {REPAIR}.",
        )
    if isinstance(path.key_open, Refusal):
        yield refused(table, path.key_open)
    elif path.key_open is False:
        yield Reason(
            "alert_key_blocks_cloudwatch",
            f"{deaf}, CloudWatch may not use the key {path.key} of {path.topic}: encrypt the topic with an "
            "enabled customer key that allows cloudwatch.amazonaws.com kms:Decrypt and kms:GenerateDataKey*.",
        )
