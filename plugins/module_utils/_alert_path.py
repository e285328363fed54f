# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Looks at the way from an alarm to people: topic, policy, key, subscribers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils import _names
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._alert_policy import lets_cloudwatch
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import kms, sns
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import ask
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._evidence import (
    AlertPath,
    Refusal,
    Subscriber,
)

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws

# The key that AWS manages for SNS: its policy lets no CloudWatch in, and cannot be changed.
AWS_KEY = "alias/aws/sns"


def read_alert_path(aws: Aws, topic: str, prefix: str) -> AlertPath:
    """What stands between the alarms of a prefix and the subscribers of their topic ("" if there is none)."""
    if not topic:
        return AlertPath(topic=None, exists=False)
    attributes = ask("sns", lambda: sns.get_topic_attributes(aws("sns"), topic))
    if isinstance(attributes, Refusal):
        return AlertPath(topic, exists=attributes, subscribers=_subscribers(aws, topic))
    if attributes is None:
        return AlertPath(topic, exists=False)
    alarm = _names.arn(topic, "cloudwatch", f"alarm:{_names.alarm(prefix, 'a-table')}")
    key = attributes.get("KmsMasterKeyId", "")
    return AlertPath(
        topic=topic,
        exists=True,
        policy_open=lets_cloudwatch(json.loads(attributes["Policy"]), ["sns:Publish"], topic, alarm),
        key=key,
        key_open=_key_open(aws, key, alarm) if key else None,
        subscribers=_subscribers(aws, topic),
    )


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


def _subscribers(aws: Aws, topic: str) -> tuple[Subscriber, ...] | Refusal:
    subscriptions = ask("sns", lambda: sns.list_subscriptions_by_topic(aws("sns"), topic))
    if isinstance(subscriptions, Refusal):
        return subscriptions
    return tuple(
        Subscriber(
            protocol=subscription["Protocol"],
            endpoint=subscription["Endpoint"],
            # Until it is confirmed, a word stands where the ARN will be.
            confirmed=subscription["SubscriptionArn"].startswith("arn:"),
        )
        for subscription in subscriptions or ()
    )
