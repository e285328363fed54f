# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides whether anybody would hear of it if a table's backups stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._base.masking import masked
from .._model.refusal import Refusal
from .advice import again
from .reasons import REPAIR, Reason, Rules, in_region, refused, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._model.evidence import Alarm, AlertPath, Evidence, Subscriber


def alarm_reasons(evidence: Evidence) -> Iterator[Reason]:
    """What is wrong with the table's missed-run alarm."""
    table, alarm = evidence.table, evidence.alarm
    if isinstance(alarm, Refusal):
        yield refused(table, alarm)
    elif alarm is None:
        if not evidence.refusals:
            yield Reason("alarm_missing", f"{table} has no missed-run alarm: {REPAIR}.")
    else:
        yield from _alarm_settings(table, alarm, evidence.path)
        yield from _alarm_state(evidence, alarm)
    for mute in evidence.mutes:
        now = f"until {shown(mute.until)}" if mute.until else "now, and again and again"
        yield Reason(
            "alarm_muted",
            f"Alarms of {table} tell nobody {now}, as the mute rule {mute.rule} says ({mute.when}): if that "
            "is not meant so, delete it (aws cloudwatch delete-alarm-mute-rule --alarm-mute-rule-name "
            f"{mute.rule}{in_region(evidence.path.topic)}).",
        )


def _alarm_settings(table: str, alarm: Alarm, path: AlertPath) -> Iterator[Reason]:
    if alarm.deviations:
        changed = "; ".join(alarm.deviations)
        yield Reason(
            "alarm_altered",
            f"The alarm {alarm.name} of {table} was changed ({changed}) and may not fire as it should: "
            f"{REPAIR}.",
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


def _alarm_state(evidence: Evidence, alarm: Alarm) -> Iterator[Reason]:
    table = evidence.table
    if alarm.state == "ALARM":
        yield Reason(
            "alarm_firing",
            f"The alarm {alarm.name} of {table} has been firing since {shown(alarm.since)}: "
            f"{again(evidence)}; a good backup ends the alarm.",
        )
    elif alarm.state != "OK":
        yield Reason(
            "alarm_state_unknown",
            f"The alarm {alarm.name} of {table} is {alarm.state} since {shown(alarm.since)}: ask again in "
            f"an hour; if it still is, {again(evidence)}: it counts good backups.",
        )


def path_reasons(table: str, path: AlertPath, rules: Rules) -> Iterator[Reason]:
    """What stands between that alarm and people."""
    unheard = f"Nobody would hear the alarm of {table}"
    if isinstance(path.exists, Refusal):
        yield refused(table, path.exists)
    elif not path.exists:
        missing = f"the alerts topic {path.topic} is gone" if path.topic else "no store stack names a topic"
        yield Reason("alert_topic_missing", f"{unheard}, {missing}: {REPAIR}.")
        return
    yield from _path_policies(table, path, unheard)
    if isinstance(path.subscribers, Refusal):
        yield refused(table, path.subscribers)
    else:
        yield from _subscribers(table, path, path.subscribers, rules)


def _subscribers(
    table: str, path: AlertPath, subscribers: tuple[Subscriber, ...], rules: Rules
) -> Iterator[Reason]:
    there = any(each.confirmed and each.endpoint_exists is not False for each in subscribers)
    heard = any(
        each.confirmed and each.endpoint_exists is not False and not each.kept_from for each in subscribers
    )
    if not there:
        asked = ", ".join(sorted(masked(each.endpoint) for each in subscribers))
        nobody = "add somebody to tablekeeper_alerts, run the backup playbook, and confirm"
        advice = f"asked, or to be asked, is {asked}" if asked else nobody
        to_do = "".join(f" {each}" for each in _all_need(subscribers))
        yield Reason(
            "no_confirmed_subscriber",
            f"Nobody would hear the alarm of {table}, nobody has confirmed a subscription to {path.topic}: "
            f"{advice}.{to_do}",
        )
    elif not any(each.listed for each in subscribers):
        yield Reason(
            "nobody_listed",
            f"Alerts of {table} reach only those who subscribed to {path.topic} by themselves: list in "
            "tablekeeper_alerts who has to be told.",
        )
    for each in subscribers:
        note = heard and rules.subscribers == "any"
        if isinstance(each.endpoint_exists, Refusal):
            yield refused(table, each.endpoint_exists)
        elif each.endpoint_exists is False:
            yield Reason("subscriber_unreachable", _unreachable(each, path), note)
        elif each.kept_from:
            yield Reason(
                "subscriber_filtered",
                f"{masked(each.endpoint)} ({each.protocol}) may not be told about {table}, {each.kept_from}: "
                f"{REPAIR}, and find out who changed it.",
                note,
            )
        elif there and each.listed and not each.confirmed:
            yield _waited_for(each, note=note)


def _all_need(subscribers: tuple[Subscriber, ...]) -> list[str]:
    """What is to be done before any of them hears, each told once."""
    waiting = [each for each in subscribers if not each.confirmed]
    waiting.sort(key=lambda each: (each.endpoint, each.protocol))
    missing = ", ".join(masked(each.endpoint) for each in waiting if not each.exists)
    ask = [f"Run the backup playbook to ask {missing} (again)."] if missing else []
    return [*ask, *dict.fromkeys(_needs(each) for each in waiting)]


def _unreachable(subscriber: Subscriber, path: AlertPath) -> str:
    who = f"{subscriber.endpoint} ({subscriber.protocol}), who is to be told of alerts,"
    if subscriber.endpoint_lacks:
        return (
            f"{who} lets no message in: allow sns.amazonaws.com {subscriber.endpoint_lacks} in its policy, "
            f"for {path.topic}."
        )
    other = "make it, or list another in tablekeeper_alerts and run the backup playbook"
    return f"{who} does not exist: {other}."


def _waited_for(subscriber: Subscriber, *, note: bool) -> Reason:
    who = f"{masked(subscriber.endpoint)} ({subscriber.protocol}), who is to be told of alerts,"
    if not subscriber.exists:
        return Reason(
            "subscriber_missing",
            f"{who} is not subscribed (any more): run the backup playbook to ask again. {_needs(subscriber)}",
            note,
        )
    return Reason(
        "subscriber_pending", f"{who} has not confirmed the subscription. {_needs(subscriber)}", note
    )


def _needs(subscriber: Subscriber) -> str:
    """What a subscriber has to do; AWS drops a subscription that nobody confirms for three days."""
    if subscriber.protocol.startswith("email"):
        return (
            "Whoever reads it has to follow the link in AWS's mail, which is good for 2 days; a day later "
            "AWS forgets that it asked, and the backup playbook has another sent."
        )
    if subscriber.protocol.startswith("http"):
        return (
            "The endpoint itself has to fetch the SubscribeURL that AWS sends it; webhooks of chat services "
            "(Slack, Teams) cannot: list a function there, or use the chat service's own integration. After "
            "3 days AWS forgets that it asked, and the backup playbook has another sent."
        )
    if subscriber.protocol in {"sqs", "lambda"}:
        kind = "queue" if subscriber.protocol == "sqs" else "function"
        return (
            f"The {kind} must exist, and its policy must let sns.amazonaws.com in; in another account, its "
            "owner has to confirm. After 3 days AWS forgets that it asked, and the backup playbook asks "
            "again."
        )
    return "After 3 days AWS forgets that it asked, and the backup playbook asks again."


def _path_policies(table: str, path: AlertPath, unheard: str) -> Iterator[Reason]:
    if path.policy_open is False:
        yield Reason(
            "alert_policy_blocks_cloudwatch",
            f"{unheard}, the policy of {path.topic} does not let CloudWatch publish: {REPAIR}.",
        )
    if path.key_owner:
        yield Reason(
            "alert_key_not_known",
            f"Whether alarms of {table} may use the key {path.key} of {path.topic} is not known, since it is "
            f"of account {path.key_owner}, which alone can read its policy: have its owner see that it is "
            "enabled, and allows cloudwatch.amazonaws.com kms:Decrypt and kms:GenerateDataKey*.",
        )
    elif isinstance(path.key_open, Refusal):
        yield refused(table, path.key_open)
    elif path.key_open is False:
        own = (
            "encrypt the topic with an enabled customer key that allows cloudwatch.amazonaws.com kms:Decrypt "
            "and kms:GenerateDataKey*"
        )
        advice = own if path.key_deployed else f"it was not deployed so; {REPAIR}"
        yield Reason(
            "alert_key_blocks_cloudwatch",
            f"{unheard}, CloudWatch may not use the key {path.key} of {path.topic}: {advice}.",
        )
