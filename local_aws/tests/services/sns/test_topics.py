# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

ENDPOINT = "ops@example.com"


def topic(account: Account, name: str = "alerts", **attributes: str) -> str:
    return str(account.client("sns").create_topic(Name=name, Attributes=attributes)["TopicArn"])


def counts(account: Account, arn: str) -> tuple[str, str]:
    found = account.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
    return found["SubscriptionsPending"], found["SubscriptionsConfirmed"]


def mails(account: Account) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = account.aws.control(
        "GET", "mailbox", account=account.id, endpoint=ENDPOINT
    )["mails"]
    return found


@pytest.mark.parametrize("protocol", ["email", "email-json", "https"])
def test_a_person_must_confirm(account: Account, protocol: str) -> None:
    sns, arn = account.client("sns"), topic(account)
    endpoint = "https://127.0.0.1:1/alerts" if protocol == "https" else ENDPOINT
    answer = sns.subscribe(TopicArn=arn, Protocol=protocol, Endpoint=endpoint)
    assert answer["SubscriptionArn"] == "pending confirmation"
    [row] = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert row["SubscriptionArn"] == "PendingConfirmation"
    assert counts(account, arn) == ("1", "0")
    sns.publish(TopicArn=arn, Message="too early")
    assert mails(account) == []
    account.aws.control("POST", "confirm", account=account.id, endpoint=endpoint)
    assert counts(account, arn) == ("0", "1")
    [row] = sns.list_subscriptions()["Subscriptions"]
    assert row["SubscriptionArn"].startswith(f"{arn}:")


def test_a_confirmed_subscriber_gets_mail(account: Account) -> None:
    sns, arn = account.client("sns"), topic(account, DisplayName="Backups")
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=ENDPOINT)
    account.aws.control("POST", "confirm", account=account.id, endpoint=ENDPOINT)
    sns.publish(TopicArn=arn, Subject="Backup of orders failed", Message="Its table is gone.")
    [mail] = mails(account)
    assert (mail["to"], mail["subject"], mail["message"]) == (
        ENDPOINT,
        "Backup of orders failed",
        "Its table is gone.",
    )
    assert mail["from"] == "Backups <no-reply@sns.amazonaws.com>"


def test_a_confirmation_comes_too_late_after_two_days(account: Account) -> None:
    arn = topic(account)
    account.client("sns").subscribe(TopicArn=arn, Protocol="email", Endpoint=ENDPOINT)
    account.aws.advance(days=2, minutes=1)
    with pytest.raises(ValueError, match="nothing to confirm"):
        account.aws.control("POST", "confirm", account=account.id, endpoint=ENDPOINT)
    assert counts(account, arn) == ("1", "0")


def confirmations(account: Account) -> list[str]:
    told = account.aws.control("GET", "confirmations", account=account.id)["confirmations"]
    return [each["to"] for each in told]


def test_an_unanswered_subscription_is_deleted_after_three_days(account: Account) -> None:
    sns, arn = account.client("sns"), topic(account)
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=ENDPOINT)
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="quick@example.com")
    account.aws.control("POST", "confirm", account=account.id, endpoint="quick@example.com")
    account.aws.advance(days=2, hours=23, leap=True)
    assert counts(account, arn) == ("1", "1")
    account.aws.advance(hours=2)
    assert counts(account, arn) == ("0", "1")
    [row] = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert row["Endpoint"] == "quick@example.com"


def test_whoever_subscribes_again_is_asked_again(account: Account) -> None:
    sns, arn = account.client("sns"), topic(account)
    first = sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=ENDPOINT, ReturnSubscriptionArn=True)
    account.aws.advance(days=2, hours=1, leap=True)
    again = sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=ENDPOINT, ReturnSubscriptionArn=True)
    assert again["SubscriptionArn"] == first["SubscriptionArn"]
    assert confirmations(account) == [ENDPOINT, ENDPOINT]
    account.aws.control("POST", "confirm", account=account.id, endpoint=ENDPOINT)
    assert counts(account, arn) == ("0", "1")
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=ENDPOINT)
    assert confirmations(account) == [ENDPOINT, ENDPOINT]


def test_nobody_to_confirm_is_an_error(account: Account) -> None:
    with pytest.raises(ValueError, match="no pending subscription"):
        account.aws.control("POST", "confirm", account=account.id, endpoint=ENDPOINT)


def test_a_template_leaves_mail_subscriptions_pending_and_queues_confirmed(account: Account) -> None:
    body = {
        "Resources": {
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "alerts"}},
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Mail": {
                "Type": "AWS::SNS::Subscription",
                "Properties": {"TopicArn": {"Ref": "Topic"}, "Protocol": "email", "Endpoint": ENDPOINT},
            },
            "ToQueue": {
                "Type": "AWS::SNS::Subscription",
                "Properties": {
                    "TopicArn": {"Ref": "Topic"},
                    "Protocol": "sqs",
                    "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]},
                },
            },
        }
    }
    cloudformation = account.client("cloudformation")
    cloudformation.create_stack(StackName="s", TemplateBody=json.dumps(body))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    assert counts(account, f"arn:aws:sns:{account.region}:{account.id}:alerts") == ("1", "1")


def test_a_template_encrypts_a_topic_and_stops_to(account: Account) -> None:
    cloudformation = account.client("cloudformation")
    arn = f"arn:aws:sns:{account.region}:{account.id}:alerts"

    def key_after(call: str, **key: str) -> str | None:
        topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "alerts", **key}}
        body = json.dumps({"Resources": {"Topic": topic}})
        getattr(cloudformation, f"{call}_stack")(StackName="s", TemplateBody=body)
        cloudformation.get_waiter(f"stack_{call}_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
        return account.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"].get("KmsMasterKeyId")

    assert key_after("create", KmsMasterKeyId="alias/aws/sns") == "alias/aws/sns"
    assert key_after("update") is None


@pytest.mark.parametrize("allowed", [True, False])
def test_the_queues_policy_decides_what_arrives(account: Account, allowed: bool) -> None:
    sns, sqs, arn = account.client("sns"), account.client("sqs"), topic(account)
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    queue = f"arn:aws:sqs:{account.region}:{account.id}:q"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": arn if allowed else f"{arn}-other"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)
    sns.publish(TopicArn=arn, Message="x")
    assert len(sqs.receive_message(QueueUrl=url).get("Messages", [])) == int(allowed)


@pytest.mark.parametrize(
    ("subject", "message"),
    [("x" * 101, "m"), ("two\nlines", "m"), ("Sicherung für orders", "m"), ("s", "x" * 262_145)],
)
def test_messages_that_are_refused(account: Account, subject: str, message: str) -> None:
    with pytest.raises(ClientError, match=r"Invalid parameter: (Subject|Message too long)"):
        account.client("sns").publish(TopicArn=topic(account), Subject=subject, Message=message)


@pytest.mark.parametrize("name", ["a.b", "x" * 257, "a b"])
def test_topic_names_that_are_refused(account: Account, name: str) -> None:
    with pytest.raises(ClientError, match="Topic Name"):
        topic(account, name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DisplayName", "x" * 101),
        ("KmsMasterKeyId", "my key"),
        ("Unknown", "1"),
        ("Policy", json.dumps({"Statement": [{"Action": "sqs:SendMessage"}]})),
    ],
)
def test_attributes_that_are_refused(account: Account, name: str, value: str) -> None:
    with pytest.raises(ClientError, match="Invalid parameter"):
        account.client("sns").set_topic_attributes(
            TopicArn=topic(account), AttributeName=name, AttributeValue=value
        )


def test_subscriptions_come_in_pages_of_100(account: Account) -> None:
    sns, arn = account.client("sns"), topic(account)
    for number in range(101):
        sns.subscribe(TopicArn=arn, Protocol="sms", Endpoint=f"+1555{number:07}")
    pages = list(sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn))
    assert [len(page["Subscriptions"]) for page in pages] == [100, 1]


def test_a_filter_keeps_mail_away(account: Account) -> None:
    sns, arn = account.client("sns"), topic(account)
    mail = sns.subscribe(
        TopicArn=arn, Protocol="email", Endpoint="ops@example.com", ReturnSubscriptionArn=True
    )
    account.aws.control("POST", "confirm", account=account.id, endpoint="ops@example.com")
    sns.set_subscription_attributes(
        SubscriptionArn=mail["SubscriptionArn"], AttributeName="FilterPolicy", AttributeValue='{"a": ["b"]}'
    )
    sns.publish(TopicArn=arn, Message="kept away")
    given = {"a": {"DataType": "String", "StringValue": "b"}}
    sns.publish(TopicArn=arn, Message="let through", MessageAttributes=given)
    mails = account.aws.control("GET", "mailbox", account=account.id)["mails"]
    assert [each["message"] for each in mails if "confirm" not in each["subject"].lower()] == ["let through"]
