# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SNS, one function per API call. Clients come from retry.retrying()."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_TOPIC = ("NotFound", "NotFoundException")


def get_topic_attributes(client: Any, topic: str) -> dict[str, str] | None:
    """The topic's attributes, None if there is no such topic."""
    try:
        attributes: dict[str, str] = client.get_topic_attributes(TopicArn=topic)["Attributes"]
    except is_boto3_error_code(list(NO_TOPIC)):
        return None
    return attributes


def list_subscriptions_by_topic(client: Any, topic: str) -> list[dict[str, str]] | None:
    """Everyone who subscribed to a topic, confirmed or not; None if there is no such topic."""
    pages = client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    try:
        return [subscription for page in pages for subscription in page["Subscriptions"]]
    except is_boto3_error_code(list(NO_TOPIC)):
        return None


def get_subscription_attributes(client: Any, subscription: str) -> dict[str, str] | None:
    """The attributes of a confirmed subscription, None if there is no such subscription."""
    try:
        answer = client.get_subscription_attributes(SubscriptionArn=subscription)
    except is_boto3_error_code(list(NO_TOPIC)):
        return None
    attributes: dict[str, str] = answer["Attributes"]
    return attributes


def list_topics(client: Any) -> Iterator[str]:
    """The ARNs of all topics, 100 a call; pages are read as needed."""
    for page in client.get_paginator("list_topics").paginate():
        for topic in page["Topics"]:
            yield str(topic["TopicArn"])


def publish(client: Any, topic: str, **message: Any) -> None:
    """Tell all subscribers of a topic; a Subject has at most 100 characters.

    https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    """
    client.publish(TopicArn=topic, **message)


def subscribe(client: Any, topic: str, protocol: str, endpoint: str, *, raw: bool) -> None:
    """Subscribe somebody; whoever has not confirmed yet is asked again."""
    asked = {"Attributes": {"RawMessageDelivery": "true"}} if raw else {}
    client.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint, **asked)


def unsubscribe(client: Any, subscription: str) -> None:
    """End a subscription."""
    client.unsubscribe(SubscriptionArn=subscription)


def end_filter(client: Any, subscription: str) -> None:
    """Let a subscription have every message again.

    https://docs.aws.amazon.com/sns/latest/dg/message-filtering-apply-remove.html: an empty JSON body does so.
    """
    client.set_subscription_attributes(
        SubscriptionArn=subscription, AttributeName="FilterPolicy", AttributeValue="{}"
    )


def deliver_raw(client: Any, subscription: str) -> None:
    """Send a subscription the message alone."""
    client.set_subscription_attributes(
        SubscriptionArn=subscription, AttributeName="RawMessageDelivery", AttributeValue="true"
    )


def set_policy(client: Any, topic: str, document: str) -> None:
    """Give a topic another policy."""
    client.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document)


def set_key(client: Any, topic: str, key: str) -> None:
    """Encrypt a topic with a key, or with none if that is empty."""
    client.set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue=key)


DEFAULT = "__default_statement_ID"  # of the policy that a topic has from SNS


def default_policy(topic: str) -> dict[str, Any]:
    """What SNS gives a topic that is made without a policy."""
    names = ("GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic",
             "Subscribe", "ListSubscriptionsByTopic", "Publish")  # fmt: skip
    statement = {
        "Sid": DEFAULT,
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{name}" for name in names],
        "Resource": topic,
        "Condition": {"StringEquals": {"AWS:SourceOwner": topic.split(":")[4]}},
    }
    return {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
