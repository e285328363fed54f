# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Subscriptions that nobody has confirmed yet.

https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html: a confirmation token is valid for two days,
and whoever subscribes again is asked again.
https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html: three days without an answer,
and the subscription is deleted. Whether asking again makes the three days begin anew is not documented;
here it does.

``confirmations`` (GET account) tells which messages asked for a confirmation, ``confirm`` (POST account,
endpoint) is a click on the link in every one that an endpoint has waiting.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from ministack.core.responses import new_uuid, request_scope
from ministack.services import sns

from local_aws.server import clock, control

Topic = dict[str, Any]
TO_CONFIRM = frozenset({"email", "email-json", "http", "https"})
TOKEN_SECONDS = 2 * 24 * 3600
KEPT_SECONDS = 3 * 24 * 3600

_asked: list[dict[str, Any]] = []
_lock = threading.Lock()


def install() -> None:
    clock.on_tick(_forget)
    control.route("GET", "confirmations", _shown)
    control.route("POST", "confirm", _confirm_as_person)


def ask_new(topic: Topic) -> None:
    """Ask the topic's new subscriptions of people and web servers."""
    for subscription in topic["subscriptions"]:
        if subscription["protocol"] in TO_CONFIRM and "asked_at" not in subscription:
            ask(topic, subscription)
    sns._refresh_subscription_counts(topic)


def ask(topic: Topic, subscription: dict[str, Any]) -> None:
    """Send a confirmation message with a token of its own."""
    subscription.update(confirmed=False, token=new_uuid().replace("-", ""), asked_at=time.time())
    subscription["attributes"]["PendingConfirmation"] = "true"
    subscription["attributes"]["ConfirmationWasAuthenticated"] = "false"
    with _lock:
        _asked.append({
            "account": topic["arn"].split(":")[4], "topic": topic["arn"], "to": subscription["endpoint"],
            "sent": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        })  # fmt: skip


def is_stale(topic: Topic | None, token: str) -> bool:
    """Is it the token of a subscription, and too old?"""
    return any(
        time.time() - one.get("asked_at", time.time()) > TOKEN_SECONDS
        for one in (topic["subscriptions"] if topic else ())
        if one.get("token") == token
    )


def _forget() -> None:
    latest = time.time() - KEPT_SECONDS
    for (account, region, _arn), topic in list(sns._topics.to_dict().items()):
        old = [one for one in topic["subscriptions"] if not one["confirmed"]]
        old = [one for one in old if one.get("asked_at", latest) < latest]
        if not old:
            continue
        with request_scope(account, region):
            topic["subscriptions"] = [one for one in topic["subscriptions"] if one not in old]
            for one in old:
                sns._sub_arn_to_topic.pop(one["arn"], None)
            sns._refresh_subscription_counts(topic)


def _shown(arguments: dict[str, Any]) -> dict[str, Any]:
    with _lock:
        return {"confirmations": [one for one in _asked if one["account"] == str(arguments["account"])]}


def _confirm_as_person(arguments: dict[str, Any]) -> dict[str, Any]:
    account, endpoint = str(arguments["account"]), arguments["endpoint"]
    confirmed: list[str] = []
    problems: list[str] = []
    for (owner, region, arn), topic in list(sns._topics.to_dict().items()):
        for one in topic["subscriptions"] if owner == account else []:
            if one["endpoint"] != endpoint or one["confirmed"]:
                continue
            with request_scope(owner, region):
                status, _headers, body = sns._confirm_subscription(
                    {"TopicArn": [arn], "Token": [one["token"]]}
                )
            (confirmed if status == 200 else problems).append(one["arn"] if status == 200 else str(body))
    if problems or not confirmed:
        raise ValueError(
            f"{endpoint} has nothing to confirm: {'; '.join(problems) or 'no pending subscription'}."
        )
    return {"confirmed": confirmed}
