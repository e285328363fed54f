# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A text for each protocol, attributes, filter policies of both scopes, and raw delivery."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client import machines

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

MAIL = "ops@example.com"
TEXTS = {
    "default": "for all",
    "sqs": '{"kind": "failed"}',
    "email": "in words",
    "http": {"no": "text"},
    "x": "y",
}


class Topic:
    """A topic with a queue that hears it."""

    def __init__(self, account: Account, **attributes: str) -> None:
        self.account, self.sns, self.sqs = account, account.client("sns"), account.client("sqs")
        self.arn = self.sns.create_topic(Name="alerts")["TopicArn"]
        self.url = self.sqs.create_queue(QueueName="q")["QueueUrl"]
        self.queue = f"arn:aws:sqs:{account.region}:{account.id}:q"
        allowed = {
            "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
            "Resource": self.queue,
        }  # fmt: skip
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        self.sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": policy})
        self.subscription = self.sns.subscribe(
            TopicArn=self.arn, Protocol="sqs", Endpoint=self.queue, Attributes=attributes
        )["SubscriptionArn"]

    def publish(self, message: Any = "x", structure: str = "", **attributes: str) -> None:
        given = {
            name: {"DataType": "String.Array" if text.startswith("[") else "String", "StringValue": text}
            for name, text in attributes.items()
        }
        text = message if isinstance(message, str) else json.dumps(message)
        more = {"MessageStructure": structure} if structure else {}
        self.sns.publish(TopicArn=self.arn, Message=text, MessageAttributes=given, **more)

    def set(self, name: str, value: str) -> None:
        self.sns.set_subscription_attributes(
            SubscriptionArn=self.subscription, AttributeName=name, AttributeValue=value
        )

    def received(self) -> list[dict[str, Any]]:
        found = self.sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages", [])
        for each in found:
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=each["ReceiptHandle"])
        return list(found)

    def mails(self) -> list[str]:
        told = self.account.aws.control("GET", "mailbox", account=self.account.id, endpoint=MAIL)["mails"]
        return [each["message"] for each in told]


def test_each_protocol_gets_its_text_and_others_the_default(account: Account) -> None:
    topic = Topic(account)
    for protocol in ("email", "email-json"):
        topic.sns.subscribe(TopicArn=topic.arn, Protocol=protocol, Endpoint=MAIL)
    account.aws.control("POST", "confirm", account=account.id, endpoint=MAIL)
    topic.publish(TEXTS, "json")
    (message,) = topic.received()
    assert json.loads(message["Body"])["Message"] == TEXTS["sqs"]
    assert sorted(topic.mails()) == ["for all", "in words"]


def test_a_text_that_is_none_counts_as_left_out(account: Account) -> None:
    topic = Topic(account)
    topic.publish({"default": "for all", "sqs": {"kind": "failed"}}, "json")
    (message,) = topic.received()
    assert json.loads(message["Body"])["Message"] == "for all"


@pytest.mark.parametrize(
    ("message", "structure", "words"),
    [
        ("no json", "json", "JSON message body failed to parse"),
        ('{"default": "a", "default": "b"}', "json", "JSON message body failed to parse"),
        ('["default"]', "json", "should be an object"),
        ('{"sqs": "x"}', "json", "No default entry in JSON message body"),
        ('{"default": {"a": 1}}', "json", "No default entry in JSON message body"),
        ("x", "xml", "Invalid message structure"),
    ],
)
def test_structures_that_are_refused(account: Account, message: str, structure: str, words: str) -> None:
    with pytest.raises(ClientError, match=words) as caught:
        Topic(account).publish(message, structure)
    assert caught.value.response["Error"]["Code"] == "InvalidParameter"


@pytest.mark.parametrize("raw", ["true", "false"])
@pytest.mark.parametrize("structure", ["", "json"])
def test_attributes_are_sent_only_with_one_text_for_all(account: Account, raw: str, structure: str) -> None:
    topic = Topic(account, RawMessageDelivery=raw)
    topic.publish(TEXTS if structure else "{}", structure, kind="failed")
    (message,) = topic.received()
    beside = message.get("MessageAttributes", {})
    inside = json.loads(message["Body"]).get("MessageAttributes", {})
    sent = {"kind": {"DataType": "String", "StringValue": "failed"}}
    assert beside == (sent if raw == "true" and not structure else {})
    assert inside == (
        {"kind": {"Type": "String", "Value": "failed"}} if raw == "false" and not structure else {}
    )


def test_a_raw_message_is_the_text_alone(account: Account) -> None:
    topic = Topic(account, RawMessageDelivery="true")
    topic.publish(TEXTS, "json")
    assert [each["Body"] for each in topic.received()] == [TEXTS["sqs"]]
    topic.set("RawMessageDelivery", "false")
    topic.publish(TEXTS, "json")
    assert [json.loads(each["Body"])["Type"] for each in topic.received()] == ["Notification"]


@pytest.mark.parametrize(("raw", "arrive"), [("true", 0), ("false", 1)])
def test_a_queue_takes_ten_attributes_of_a_raw_message(account: Account, raw: str, arrive: int) -> None:
    topic = Topic(account, RawMessageDelivery=raw)
    topic.publish(**{f"a{number}": "x" for number in range(11)})
    assert len(topic.received()) == arrive


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        (".kind", "String", "x"), ("kind.", "String", "x"), ("a..b", "String", "x"),
        ("AWS.kind", "String", "x"),
        ("amazon.kind", "String", "x"), ("a b", "String", "x"), ("kind", "Text", "x"), ("kind", "String", ""),
        ("kind", "Number", "many"), ("kind", "String.Array", "x"), ("kind", "String.Array", '[["x"]]'),
    ],
)  # fmt: skip
def test_attributes_that_are_refused(account: Account, name: str, kind: str, value: str) -> None:
    topic = Topic(account)
    attribute = {name: {"DataType": kind, "StringValue": value}}
    with pytest.raises(ClientError, match="InvalidParameter"):
        topic.sns.publish(TopicArn=topic.arn, Message="x", MessageAttributes=attribute)


def test_attributes_count_in_the_size_of_a_message(account: Account) -> None:
    topic = Topic(account)
    topic.publish("x" * 262_000, a="x" * 100)
    with pytest.raises(ClientError, match="Message too long"):
        topic.publish("x" * 262_000, a="x" * 200)


@pytest.mark.parametrize(
    ("policy", "attributes", "passes"),
    [
        ({"kind": ["failed"]}, {"kind": "failed"}, True),
        ({"kind": ["failed"]}, {"kind": "missed"}, False),
        ({"kind": ["failed"]}, {}, False),
        ({"kind": [{"anything-but": ["failed"]}]}, {}, False),
        ({"kind": [{"exists": False}]}, {}, False),
        ({"tables": ["orders"]}, {"tables": '["sessions", "orders"]'}, True),
        ({"tables": ["orders"], "kind": ["failed"]}, {"tables": '["orders"]'}, False),
    ],
)
@pytest.mark.parametrize("structure", ["", "json"])
def test_a_filter_on_attributes(
    account: Account, structure: str, policy: dict[str, Any], attributes: dict[str, str], passes: bool
) -> None:
    topic = Topic(account, FilterPolicy=json.dumps(policy))
    topic.publish(TEXTS if structure else "x", structure, **attributes)
    assert len(topic.received()) == int(passes)


ALARM = {"AlarmName": "p-missed-orders", "NewStateValue": "ALARM"}
FAILED = {"kind": "failed", "tables": [{"table": "orders", "error": "A"}, {"table": "users", "error": "B"}]}


@pytest.mark.parametrize(
    ("policy", "body", "passes"),
    [
        ({"kind": ["failed"]}, FAILED, True),
        ({"kind": ["failed"]}, ALARM, False),
        ({"$or": [{"kind": ["failed"]}, {"AlarmName": [{"prefix": "p-missed-"}]}]}, ALARM, True),
        ({"$or": [{"kind": ["failed"]}, {"AlarmName": [{"prefix": "p-missed-"}]}]}, FAILED, True),
        ({"tables": {"table": ["users"]}}, FAILED, True),
        ({"tables": {"table": ["users"], "error": ["B"]}}, FAILED, True),
        ({"tables": {"table": ["users"], "error": ["A"]}}, FAILED, False),
        ({"tables": {"table": ["users"]}}, ALARM, False),
        ({"kind": ["failed"]}, "The backup failed.", False),
    ],
)
@pytest.mark.parametrize("structure", ["", "json"])
def test_a_filter_on_the_body(
    account: Account, structure: str, policy: dict[str, Any], body: Any, passes: bool
) -> None:
    topic = Topic(account, FilterPolicy=json.dumps(policy), FilterPolicyScope="MessageBody")
    text = body if isinstance(body, str) else json.dumps(body)
    topic.publish({"default": "in words", "sqs": text} if structure else text, structure)
    assert len(topic.received()) == int(passes)


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"FilterPolicy": "{"}, "failed to parse JSON"),
        ({"FilterPolicy": "[]"}, "must be a JSON object"),
        ({"FilterPolicy": '{"kind": "failed"}'}, "must be an object or an array"),
        ({"FilterPolicy": '{"kind": []}'}, "Empty arrays are not allowed"),
        ({"FilterPolicy": '{"a": {"b": ["c"]}}'}, "does not support nested"),
        ({"FilterPolicy": json.dumps({f"k{n}": ["x"] for n in range(6)})}, "more than 5 keys"),
        ({"FilterPolicy": json.dumps({"a": ["x"] * 20, "b": ["x"] * 20})}, "too complex"),
        ({"FilterPolicyScope": "Body"}, "Please use either MessageBody or MessageAttributes"),
        ({"RawMessageDelivery": "yes"}, "Must be true or false"),
    ],
)
def test_subscriptions_that_are_refused(account: Account, attributes: dict[str, str], words: str) -> None:
    topic = Topic(account)
    for name, value in attributes.items():
        with pytest.raises(ClientError, match=words):
            topic.set(name, value)
    with pytest.raises(ClientError, match=words):
        topic.sns.subscribe(
            TopicArn=topic.arn, Protocol="https", Endpoint="https://127.0.0.1:1/", Attributes=attributes
        )


def test_a_person_gets_no_raw_message(account: Account) -> None:
    topic = Topic(account)
    with pytest.raises(ClientError, match=r"\[email\] does not support raw message delivery"):
        topic.sns.subscribe(
            TopicArn=topic.arn, Protocol="email", Endpoint=MAIL, Attributes={"RawMessageDelivery": "true"}
        )


def test_a_template_is_held_to_the_same(account: Account) -> None:
    topic, cloudformation = Topic(account), account.client("cloudformation")

    def deployed(name: str, **properties: Any) -> str:
        given = {"TopicArn": topic.arn, "Protocol": "lambda", "Endpoint": topic.queue, **properties}
        body = {"Resources": {"S": {"Type": "AWS::SNS::Subscription", "Properties": given}}}
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(body), OnFailure="DO_NOTHING")
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        return str(stack["StackStatus"])

    assert deployed("raw", RawMessageDelivery=True) == "CREATE_FAILED"
    assert deployed("flat", FilterPolicy={"kind": "failed"}) == "CREATE_FAILED"
    assert deployed("good", Protocol="sqs", RawMessageDelivery=True) == "CREATE_COMPLETE"


def test_a_state_machine_sends_both(account: Account) -> None:
    """As Step Functions hands on what a state publishes: texts, and attributes to filter by."""
    topic = Topic(account, FilterPolicy='{"kind": ["failed"]}', RawMessageDelivery="true")
    state = machines.one_state(
        Type="Task",
        Resource="arn:aws:states:::sns:publish",
        Arguments={
            "TopicArn": topic.arn,
            "Message": "{% $string({'default': $states.input.kind}) %}",
            "MessageStructure": "json",
            "MessageAttributes": {"kind": {"DataType": "String", "StringValue": "{% $states.input.kind %}"}},
        },
    )
    arn = machines.machine(account, state, machines.statement("sns:Publish", resource=topic.arn))
    for kind in ("failed", "other"):
        machines.output(machines.finish(account, arn, {"kind": kind}))
    assert [each["Body"] for each in topic.received()] == ["failed"]
