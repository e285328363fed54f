# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the embedded AWS does not show: subscriptions that wait, keys of AWS's own."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import (
    AlertPath,
    Subscriber,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.gather_alert_path import (
    read_alert_path,
)
from tests.unit.support.evidence import TOPIC

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
OPEN = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": ["sns:Publish", "kms:Decrypt", "kms:GenerateDataKey*"],
            "Resource": "*",
        }
    ]
}


def read(
    subscriptions: list[tuple[str, str]], key: str = "", metadata: dict[str, Any] | None = None
) -> AlertPath:
    """With subscriptions of (endpoint, ARN), and a key that AWS describes so."""
    aws = Aws(
        lambda service: boto3.client(
            service, "eu-west-1", aws_access_key_id="test", aws_secret_access_key="test"
        )
    )
    attributes = {"Policy": json.dumps(OPEN), **({"KmsMasterKeyId": key} if key else {})}
    listed = [
        {"Protocol": "email", "Endpoint": endpoint, "SubscriptionArn": arn, "TopicArn": TOPIC, "Owner": "1"}
        for endpoint, arn in subscriptions
    ]
    with Stubber(aws("sns")) as sns, Stubber(aws("kms")) as kms:
        sns.add_response("get_topic_attributes", {"Attributes": attributes})
        sns.add_response("list_subscriptions_by_topic", {"Subscriptions": listed})
        if metadata:
            kms.add_response("describe_key", {"KeyMetadata": {"KeyId": "1", "Arn": KEY, **metadata}})
            kms.add_response(
                "get_key_policy", {"Policy": json.dumps(OPEN)}, {"KeyId": KEY, "PolicyName": "default"}
            )
        return read_alert_path(aws, TOPIC, "tablekeeper")


def test_who_unsubscribed_is_there_no_more() -> None:
    path = read([("old@example.com", f"{TOPIC}:1"), ("new@example.com", "Deleted")])
    assert path.subscribers == (Subscriber("email", "old@example.com", confirmed=True),)


@pytest.mark.parametrize("arn", ["PendingConfirmation", "pending confirmation"])
def test_who_has_no_arn_has_not_confirmed(arn: str) -> None:
    path = read([("old@example.com", f"{TOPIC}:1"), ("new@example.com", arn)])
    assert path.subscribers == (
        Subscriber("email", "old@example.com", confirmed=True),
        Subscriber("email", "new@example.com", confirmed=False),
    )


@pytest.mark.parametrize(
    ("metadata", "is_open"),
    [
        ({"KeyManager": "CUSTOMER", "KeyState": "Enabled"}, True),
        ({"KeyManager": "AWS", "KeyState": "Enabled"}, False),
        ({"KeyManager": "CUSTOMER", "KeyState": "Disabled"}, False),
        ({"KeyManager": "CUSTOMER", "KeyState": "PendingDeletion"}, False),
    ],
)
def test_a_key_must_be_a_customers_and_enabled(metadata: dict[str, Any], is_open: bool) -> None:
    path = read([], key="alias/ours", metadata=metadata)
    assert path.key == "alias/ours"
    assert path.key_open is is_open


def test_the_key_of_aws_is_known_by_its_alias() -> None:
    assert read([], key="alias/aws/sns").key_open is False
