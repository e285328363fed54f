# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is told, what is listed, and where was asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.modules.status_info.backed import MAILS, TABLES, WEBHOOK, codes, message

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.support.deployed import Target

    Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.newest


def test_the_topic(backed: Target, look: Ask) -> None:
    client, topic = backed.client("sns"), backed.outputs["tablekeeper-store"]["AlertsTopicArn"]
    owner = {"AWS": f"arn:aws:iam::{backed.account.id}:root"}
    statement = {
        "Sid": "x",
        "Effect": "Allow",
        "Principal": owner,
        "Action": "sns:Subscribe",
        "Resource": topic,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    assert codes(look()) == ["alert_policy_blocks_cloudwatch"]
    client.delete_topic(TopicArn=topic)
    assert codes(look()) == ["alert_topic_missing"]


def test_subscribers(backed: Target, look: Ask) -> None:
    client, topic = backed.client("sns"), backed.outputs["tablekeeper-store"]["AlertsTopicArn"]
    arns = {
        each["Endpoint"]: each["SubscriptionArn"]
        for each in client.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    }
    client.unsubscribe(SubscriptionArn=arns[MAILS[0]])
    client.unsubscribe(SubscriptionArn=arns[WEBHOOK])
    client.subscribe(TopicArn=topic, Protocol="https", Endpoint=WEBHOOK)
    sqs = backed.client("sqs")
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName="alerts")["QueueUrl"])
    answer = look()
    assert codes(answer) == ["subscriber_unreachable", "subscriber_missing", "subscriber_pending"]
    states = [each["state"] for each in answer["alert_path"]["subscribers"]]
    assert sorted(states) == ["confirmed", "missing", "pending", "unreachable"]
    assert message(answer, "subscriber_missing").startswith(f"{MAILS[0]} (email)")
    assert "https://example.com/*** (https)" in message(answer, "subscriber_pending")
    assert "The endpoint itself has to fetch the SubscribeURL" in message(answer, "subscriber_pending")
    assert look(subscribers="any")["healthy"] is True
    client.unsubscribe(SubscriptionArn=arns[MAILS[1]])
    answer = look(subscribers="any")
    assert codes(answer) == ["no_confirmed_subscriber", "subscriber_unreachable"]
    assert f"Run the backup playbook to ask {MAILS[1]}, {MAILS[0]} (again)." in message(
        answer, "no_confirmed_subscriber"
    )
    assert answer["healthy"] is False


def test_a_queue_that_lets_no_message_in(backed: Target, look: Ask) -> None:
    sqs, topic = backed.client("sqs"), backed.outputs["tablekeeper-store"]["AlertsTopicArn"]
    url = sqs.get_queue_url(QueueName="alerts")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    answer = look(verify="none")
    assert codes(answer) == ["subscriber_unreachable"]
    told = message(answer, "subscriber_unreachable")
    assert f"allow sns.amazonaws.com sqs:SendMessage in its policy, for {topic}" in told


def test_a_key_that_somebody_gave_the_topic_is_taken_off_by_backup(backed: Target, look: Ask) -> None:
    topic = backed.outputs["tablekeeper-store"]["AlertsTopicArn"]
    backed.client("sns").set_topic_attributes(
        TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue="alias/aws/sns"
    )
    assert "run the backup playbook" in message(look(verify="none"), "alert_key_blocks_cloudwatch")


def test_what_is_listed_otherwise(backed: Target, look: Ask) -> None:
    assert backed
    answer = look(expected=[{"name": "orders", "every": "1 hour"}, "catalog"])
    assert {table["table"]: codes(answer, table["table"]) for table in answer["tables"]} == {
        "orders": ["not_as_listed"],
        "catalog": ["table_missing"],
        "sessions": ["no_longer_listed"],
    }
    assert "every is listed as 1 hour and deployed as 1 day" in message(answer, "not_as_listed")
    wrong = look(expected=[*TABLES, {"name": "orders", "every": "often"}])
    assert [reason["code"] for reason in wrong["reasons"]] == ["listing_wrong"] * len(wrong["reasons"])
    assert wrong["healthy"] is False


def test_a_store_that_is_listed_otherwise(backed: Target, look: Ask) -> None:
    queue = {"protocol": "sqs", "endpoint": f"arn:aws:sqs:eu-west-1:{backed.account.id}:alerts"}
    mails = [{"protocol": "email", "endpoint": each} for each in MAILS]
    listed = [*mails, queue, {"protocol": "https", "endpoint": WEBHOOK}]
    backed.account.forget_calls()
    assert look(settings={"alerts": listed, "encryption": "AES256", "object_lock": ""})["healthy"] is True
    before = len(backed.account.calls())
    backed.account.forget_calls()
    more = [*listed, {"protocol": "https", "endpoint": "https://hooks.example.com/secret"}]
    answer = look(settings={"alerts": more, "log_retention_days": 30})
    assert len(backed.account.calls()) == before
    assert answer["healthy"] is False
    begin, advice = "tablekeeper is not deployed as the inventory lists it", "Run the backup playbook."
    assert [(each["code"], each["message"]) for each in answer["reasons"]] == [
        ("not_as_listed", f"{begin}: {told}. {advice}")
        for told in (
            "https://hooks.example.com/*** (https) is listed in alerts and not deployed",
            "log_retention_days is listed as 30 and deployed as 90",
        )
    ]
    wrong = look(settings={"alerts": [{"protocol": "https", "endpoint": "hooks.example.com/secret"}]})
    assert [each["code"] for each in wrong["reasons"]] == ["listing_wrong"]
    assert "secret" not in repr(wrong["reasons"])


def test_points_that_nobody_adds_to(backed: Target, look: Ask) -> None:
    client, bucket = backed.client("s3"), backed.outputs["tablekeeper-store"]["BucketName"]
    for each in client.list_objects_v2(Bucket=bucket, Prefix="retain-35d/orders/")["Contents"]:
        source = {"Bucket": bucket, "Key": each["Key"]}
        client.copy_object(Bucket=bucket, Key=each["Key"].replace("orders", "old"), CopySource=source)
    answer = look()
    assert answer["healthy"] is True
    assert codes(answer, "old") == ["no_longer_backed_up"]
    assert "is deleted on" in message(answer, "no_longer_backed_up", "old")
    assert (answer["summary"]["retired"], answer["summary"]["tables"]) == (1, 2)


def test_credentials_of_another_account_look_at_nothing(backed: Target, look: Ask) -> None:
    assert backed
    answer = look(account_id="123456789012")
    assert answer["failed"] is True
    assert "in account 123456789012" in answer["msg"]
    assert f"the credentials are those of account {backed.account.id}" in answer["msg"]
    assert look(account_id=backed.account.id)["healthy"] is True
