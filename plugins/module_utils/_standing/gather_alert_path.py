# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Looks at the way from an alarm to people: topic, policy, key, subscribers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._aws import kms, lambda_, sns, sqs
from .._aws.client import ask
from .._base import naming
from .._model.evidence import AlertPath, Subscriber
from .._model.refusal import Refusal
from .._model.standing import ALTERED
from .alert_policy import SNS, lets, lets_cloudwatch
from .compare import kept_from, subscriber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .._aws.client import Aws
    from .._model.standing import Standing
    from .._stacks.template import Resource

TOPIC = "AWS::SNS::Topic"
DELETED = "Deleted"  # in place of the ARN, for a while after somebody unsubscribed
# The key that AWS manages for SNS: its policy lets no CloudWatch in, and cannot be changed.
AWS_KEY = "alias/aws/sns"


def read_alert_path(
    aws: Aws, topic: str, prefix: str, standing: Standing | None = None, listed: Iterable[Resource] = ()
) -> AlertPath:
    """What stands between the alarms of a prefix and the subscribers of their topic ("" if there is none).

    What was read with what stands is not asked again. `listed` are the subscriptions of the store's template.
    """
    seen = standing.seen if standing else {}
    if not topic:
        return AlertPath(topic=None, exists=False)
    attributes = _known(seen, "topic", topic, lambda: sns.get_topic_attributes(aws("sns"), topic))
    if attributes is None:
        return AlertPath(topic, exists=False)
    found = _known(seen, "subscriptions", topic, lambda: sns.list_subscriptions_by_topic(aws("sns"), topic))
    subscribers = found if isinstance(found, Refusal) else _subscribers(found or (), listed, seen)
    if isinstance(attributes, Refusal):
        return AlertPath(topic, exists=attributes, subscribers=subscribers)
    alarm = naming.arn(topic, "cloudwatch", f"alarm:{naming.alarm(prefix, 'a-table')}")
    key = attributes.get("KmsMasterKeyId", "")
    owner = _owner(key, topic)
    return AlertPath(
        topic=topic,
        exists=True,
        policy_open=lets_cloudwatch(json.loads(attributes["Policy"]), ["sns:Publish"], topic, alarm),
        key=key,
        key_open=None if not key or owner else _key_open(aws, key, alarm),
        key_owner=owner,
        key_deployed=not any(
            each.type == TOPIC and each.kind == ALTERED and each.name == topic.rsplit(":", 1)[1]
            for each in (standing.deviations if standing else ())
        ),
        subscribers=subscribers,
    )


def with_endpoints(aws: Aws, path: AlertPath) -> AlertPath:
    """The same with whether the queues and functions of the account that are listed are there, and let the
    topic in: two calls each.

    SNS confirms them by itself, also if nothing is there.
    """
    if isinstance(path.subscribers, Refusal) or not path.topic:
        return path
    home = path.topic.split(":")[3:5]
    return replace(
        path,
        subscribers=tuple(
            _looked_at(aws, each, path.topic)
            if each.listed and each.protocol in POLICIES and each.endpoint.split(":")[3:5] == home
            else each
            for each in path.subscribers
        ),
    )


def _looked_at(aws: Aws, subscriber: Subscriber, topic: str) -> Subscriber:
    """Whether what is told is there, and lets the topic in."""
    look, action = POLICIES[subscriber.protocol]
    policy = ask(subscriber.protocol, lambda: look(aws, subscriber.endpoint))
    if policy is None or isinstance(policy, Refusal):
        return replace(subscriber, endpoint_exists=policy or False)
    closed = lets(SNS, policy, action, subscriber.endpoint, topic) is False
    return replace(subscriber, endpoint_exists=not closed, endpoint_lacks=action if closed else "")


def _queue(aws: Aws, arn: str) -> dict[str, Any] | None:
    """The policy of a queue, empty if it has none; None if there is no such queue."""
    url = sqs.get_queue_url(aws("sqs"), arn.rsplit(":", 1)[1])
    attributes = sqs.get_queue_attributes(aws("sqs"), url) if url else None
    return None if attributes is None else json.loads(attributes.get("Policy") or "{}")


def _function(aws: Aws, arn: str) -> dict[str, Any] | None:
    """The same of a function."""
    client = aws("lambda")
    return lambda_.get_policy(client, arn) if lambda_.function_exists(client, arn) else None


# Of each service, how its policies are read, and what SNS does there.
POLICIES: Mapping[str, tuple[Callable[[Aws, str], dict[str, Any] | None], str]] = {
    "sqs": (_queue, "sqs:SendMessage"),
    "lambda": (_function, "lambda:InvokeFunction"),
}


def _known(
    seen: Mapping[tuple[str, str], Any], look: str, of: str, question: Callable[[], Any]
) -> Any | Refusal:
    return seen[look, of] if (look, of) in seen else ask("sns", question)


def _owner(key: str, topic: str) -> str:
    """The account of a key, if it is not that of the topic: only by its ARN can it be named then."""
    account = key.split(":")[4] if key.startswith("arn:") else ""
    return "" if account == topic.split(":")[4] else account


def _key_open(aws: Aws, key: str, alarm: str) -> bool | Refusal:
    if key == AWS_KEY:
        return False
    found = ask("kms", lambda: kms.describe_key(aws("kms"), key))
    if isinstance(found, Refusal):
        return found
    if found is None or found["KeyManager"] == "AWS" or found["KeyState"] != "Enabled":
        return False
    policy = ask("kms", lambda: kms.get_key_policy(aws("kms"), found["Arn"]))
    if isinstance(policy, Refusal):
        return policy
    return lets_cloudwatch(policy, ["kms:Decrypt", "kms:GenerateDataKey"], found["Arn"], alarm)


def _kept_from(attributes: Mapping[str, str] | Refusal | None) -> str:
    """Nobody asked, or AWS refused to tell: the refusal is told with what stands."""
    return kept_from(attributes) if attributes and not isinstance(attributes, Refusal) else ""


def _subscribers(
    found: Iterable[Mapping[str, str]], listed: Iterable[Resource], seen: Mapping[tuple[str, str], Any]
) -> tuple[Subscriber, ...]:
    """Who is there, and who should be."""
    there = {subscriber(each): each for each in found if each["SubscriptionArn"] != DELETED}
    wanted = {subscriber(each.properties): each.properties for each in listed}
    known = [
        Subscriber(
            protocol=each["Protocol"],
            endpoint=each["Endpoint"],
            # Until it is confirmed, a word stands where the ARN will be.
            confirmed=each["SubscriptionArn"].startswith("arn:"),
            listed=name in wanted,
            kept_from=_kept_from(seen.get(("subscription", each["SubscriptionArn"]))),
        )
        for name, each in there.items()
    ]
    gone = [
        Subscriber(str(each["Protocol"]), str(each["Endpoint"]), confirmed=False, listed=True, exists=False)
        for name, each in wanted.items()
        if name not in there
    ]
    return (*known, *gone)
