# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SNS with subscribers who must confirm (pending.py), topics that are checked, and a mailbox.

Imitates the API reference of CreateTopic, SetTopicAttributes, Subscribe, ConfirmSubscription and Publish
(docs.aws.amazon.com/sns/latest/api) and "Enable compatibility between event sources from AWS services and
encrypted topics" (docs.aws.amazon.com/sns/latest/dg/sns-key-management.html).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import sns as ministack_sns
from ministack.services.cloudformation import provisioners

from local_aws.server import control
from local_aws.services.iam import permissions

from . import encryption, filters, messages, pending
from .checks import refused_attribute, refused_name, refused_publish
from .messages import STRUCTURED, refused_attributes, refused_structure, text_for

Params = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]
Handler = Callable[[Params], Response]

PAGE = 100
FOOTER = "\n\n--\nIf you wish to stop receiving notifications from this topic, please click or visit the link"

published_listeners: list[Callable[[str], None]] = []
_mails: list[dict[str, Any]] = []
_lock = threading.Lock()


def install() -> None:
    """Replace what is laxer than AWS and mount the mailbox."""
    _wrap("_create_topic", _create_topic)
    _wrap("_set_topic_attributes", _set_topic_attributes)
    _wrap("_subscribe", _subscribe)
    _wrap("_confirm_subscription", _confirm_subscription)
    _wrap("_publish", _publish)
    _wrap("_set_subscription_attributes", _set_subscription_attributes)
    ministack_sns._list_subscriptions = _list_subscriptions
    ministack_sns._list_subscriptions_by_topic = _list_by_topic
    ministack_sns._fanout = _fanout(ministack_sns._fanout)
    for kind in ("AWS::SNS::Topic", "AWS::SNS::Subscription"):
        handlers = provisioners._RESOURCE_HANDLERS[kind]
        handlers["create"] = _provisioned(handlers["create"])
        handlers["update"] = _provisioned(handlers["update"])
    control.route("GET", "mailbox", _mailbox)
    pending.install()
    filters.install()
    messages.install()


def _wrap(name: str, around: Callable[[Handler, Params], Response]) -> None:
    original: Handler = getattr(ministack_sns, name)
    setattr(ministack_sns, name, lambda params: around(original, params))


def _read(params: Params, key: str) -> str:
    return str(ministack_sns._p(params, key) or "")


def _entries(params: Params) -> dict[str, str]:
    found, number = {}, 1
    while name := _read(params, f"Attributes.entry.{number}.key"):
        found[name] = _read(params, f"Attributes.entry.{number}.value")
        number += 1
    return found


def _error(problem: str) -> Response:
    response: Response = ministack_sns._error("InvalidParameter", f"Invalid parameter: {problem}", 400)
    return response


def _create_topic(original: Handler, params: Params) -> Response:
    problem = refused_name(_read(params, "Name"))
    for name, value in _entries(params).items():
        problem = problem or refused_attribute(name, value)
    return _error(problem) if problem else original(params)


def _set_topic_attributes(original: Handler, params: Params) -> Response:
    problem = refused_attribute(_read(params, "AttributeName"), _read(params, "AttributeValue"))
    return _error(problem) if problem else original(params)


def _publish(original: Handler, params: Params) -> Response:
    message, subject = ministack_sns._p(params, "Message"), ministack_sns._p(params, "Subject")
    problem = (
        refused_publish(message, subject)
        or refused_structure(str(message), _read(params, "MessageStructure"))
        or refused_attributes(_attributes(params))
    )
    return _error(problem) if problem else _locked(params) or original(params)


def _attributes(params: Params) -> dict[str, dict[str, Any]]:
    """The attributes of a message, also what is empty."""
    found, number = {}, 1
    while name := _read(params, f"MessageAttributes.entry.{number}.Name"):
        at = f"MessageAttributes.entry.{number}.Value"
        found[name] = {
            key: _read(params, f"{at}.{key}") for key in ("DataType", "StringValue", "BinaryValue")
        }
        number += 1
    return found


def _set_subscription_attributes(original: Handler, params: Params) -> Response:
    arn = _read(params, "SubscriptionArn")
    found = ministack_sns._find_subscription(ministack_sns._sub_arn_to_topic.get(arn, ""), arn)
    wanted = {_read(params, "AttributeName"): _read(params, "AttributeValue")}
    problem = filters.refused(found["protocol"], {**found["attributes"], **wanted}) if found else ""
    return _error(problem) if problem else original(params)


def _locked(params: Params) -> Response | None:
    """What Publish answers if the topic's key cannot be used."""
    topic = ministack_sns._topic_by_arn_any_scope(_read(params, "TopicArn") or _read(params, "TargetArn"))
    found = encryption.publishing_problem(topic) if topic else None
    return ministack_sns._error(*found, 400) if found else None


def _subscribe(original: Handler, params: Params) -> Response:
    wanted = (_read(params, "Protocol"), _read(params, "Endpoint"))
    if problem := filters.refused(wanted[0], _entries(params)):
        return _error(problem)
    before = _subscription(_read(params, "TopicArn"), wanted)
    answer = original(params)
    topic = ministack_sns._topic_by_arn_any_scope(_read(params, "TopicArn"))
    if answer[0] != 200 or topic is None:
        return answer
    pending.ask_new(topic)
    if before and not before["confirmed"]:
        pending.ask(topic, before)
    made = _subscription(topic["arn"], wanted)
    shown = made["arn"]
    if not made["confirmed"] and _read(params, "ReturnSubscriptionArn") != "true":
        shown = "pending confirmation"
    result = f"<SubscribeResult><SubscriptionArn>{shown}</SubscriptionArn></SubscribeResult>"
    response: Response = ministack_sns._xml(200, "SubscribeResponse", result)
    return response


def _subscription(topic_arn: str, wanted: tuple[str, str]) -> dict[str, Any]:
    """A topic's subscription of this protocol and endpoint; empty if there is none."""
    topic = ministack_sns._topic_by_arn_any_scope(topic_arn)
    found: list[dict[str, Any]] = topic["subscriptions"] if topic else []
    return next((one for one in found if (one["protocol"], one["endpoint"]) == wanted), {})


def _confirm_subscription(original: Handler, params: Params) -> Response:
    topic = ministack_sns._topic_by_arn_any_scope(_read(params, "TopicArn"))
    if pending.is_stale(topic, _read(params, "Token")):
        return _error("Token")
    return original(params)


def _rows(subscriptions: list[dict[str, Any]], token: str, operation: str) -> Response:
    start = int(token) if token.isdigit() else 0
    members = "".join(
        f"<member><SubscriptionArn>{one['arn'] if one['confirmed'] else 'PendingConfirmation'}"
        f"</SubscriptionArn><Owner>{one.get('owner', get_account_id())}</Owner>"
        f"<TopicArn>{one['topic_arn']}</TopicArn><Protocol>{one['protocol']}</Protocol>"
        f"<Endpoint>{ministack_sns._xml_escape(one['endpoint'])}</Endpoint></member>"
        for one in subscriptions[start : start + PAGE]
    )
    more = f"<NextToken>{start + PAGE}</NextToken>" if start + PAGE < len(subscriptions) else ""
    result = f"<{operation}Result><Subscriptions>{members}</Subscriptions>{more}</{operation}Result>"
    response: Response = ministack_sns._xml(200, f"{operation}Response", result)
    return response


def _list_subscriptions(params: Params) -> Response:
    subscriptions = [one for topic in ministack_sns._topics.values() for one in topic["subscriptions"]]
    return _rows(subscriptions, _read(params, "NextToken"), "ListSubscriptions")


def _list_by_topic(params: Params) -> Response:
    topic, refused = ministack_sns._get_topic(_read(params, "TopicArn"), "sns:ListSubscriptionsByTopic")
    if refused is not None:
        response: Response = refused
        return response
    return _rows(topic["subscriptions"], _read(params, "NextToken"), "ListSubscriptionsByTopic")


def _provisioned(original: Callable[..., Any]) -> Callable[..., Any]:
    """A template's topic or subscription: create(id, props, stack) or update(id, old, props, stack, ...)."""

    def provision(identifier: str, *more: Any, **options: Any) -> Any:
        props = [each for each in more if isinstance(each, dict)][-1]
        problem = refused_name(props["TopicName"]) if "TopicName" in props else ""
        for name in ("DisplayName", "KmsMasterKeyId"):
            problem = problem or (refused_attribute(name, str(props[name])) if name in props else "")
        if "Protocol" in props:
            problem = problem or filters.refused(props["Protocol"], _asked(props))
        if problem:
            raise ValueError(f"Invalid parameter: {problem} (Service: Sns, Status Code: 400)")
        if "Endpoint" in props and props.get("TopicArn") not in ministack_sns._topics:
            raise ValueError("Topic does not exist (Service: Sns, Status Code: 404)")
        made = original(identifier, *more, **options)
        if made[0] in ministack_sns._topics:
            _encrypt(ministack_sns._topics[made[0]], props.get("KmsMasterKeyId"))
        for topic in ministack_sns._topics.values():
            pending.ask_new(topic)
        return made

    return provision


def _asked(props: Params) -> dict[str, str]:
    """What a template's subscription asks for, as its attributes would be."""
    texts = {key: props[key] for key in filters.PROPERTIES if key in props}
    return {
        key: json.dumps(each)
        if isinstance(each, dict)
        else str(each).lower()
        if isinstance(each, bool)
        else str(each)
        for key, each in texts.items()
    }


def _encrypt(topic: dict[str, Any], key: str | None) -> None:
    topic["attributes"].pop("KmsMasterKeyId", None)
    if key:
        topic["attributes"]["KmsMasterKeyId"] = key


def _fanout(original: Callable[..., None]) -> Callable[..., None]:
    def deliver(
        topic_arn: str, message_id: str, message: str, subject: str, structure: str = "",
        attributes: dict[str, Any] | None = None, *more: Any, **options: Any
    ) -> None:  # fmt: skip
        given = attributes or options.pop("message_attributes", None) or {}
        sent = {} if structure == STRUCTURED else given
        with filters.seeing(given):
            original(topic_arn, message_id, message, subject, structure, sent, *more, **options)
            topic = ministack_sns._topic_by_arn_any_scope(topic_arn)
            if topic is None:
                return
            for subscription in topic["subscriptions"]:
                text = text_for(subscription["protocol"], message, structure)
                mail = subscription["confirmed"] and subscription["protocol"] in ("email", "email-json")
                if mail and ministack_sns._matches_filter_policy(subscription, given, text):
                    _send_mail(subscription, topic, message_id, text, subject)
        for listener in published_listeners:
            listener(topic_arn)

    return deliver


def _send_mail(
    subscription: dict[str, Any], topic: dict[str, Any], message_id: str, message: str, subject: str
) -> None:
    envelope = ministack_sns._build_envelope(topic["arn"], message_id, message, subject, {}, False)
    display = topic["attributes"].get("DisplayName") or "AWS Notifications"
    mail = {
        "to": subscription["endpoint"], "topic": topic["arn"],
        "subject": subject or "AWS Notification Message",
        "from": f"{display} <no-reply@sns.amazonaws.com>",
        "body": envelope if subscription["protocol"] == "email-json" else message + FOOTER,
        "message": message, "sent": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "account": subscription.get("owner") or topic["arn"].split(":")[4],
    }  # fmt: skip
    with _lock:
        _mails.append(mail)


def _mailbox(arguments: dict[str, Any]) -> dict[str, Any]:
    wanted = {"account": arguments.get("account"), "to": arguments.get("endpoint")}
    with _lock:
        found = [mail for mail in _mails if all(value in (None, mail[key]) for key, value in wanted.items())]
    return {"mails": found}


def publish_as_service(service: str, topic_arn: str, subject: str, message: str, source_arn: str) -> str:
    """Publish for an AWS service; returns why it could not, or an empty string."""
    topic = ministack_sns._topic_by_arn_any_scope(topic_arn)
    if topic is None or topic_arn.split(":")[3] != get_region():
        return f"Topic does not exist: {topic_arn}"
    account = get_account_id()
    source = {"aws:SourceAccount": account, "aws:SourceArn": source_arn, "aws:SourceOwner": account}
    policy = topic["attributes"].get("Policy")
    if not permissions.service_may(policy, service, "sns:Publish", topic_arn, account, source):
        return f"{service} is not authorized to perform: SNS:Publish on resource: {topic_arn}"
    if unusable := encryption.service_problem(topic, service, source):
        return unusable
    ministack_sns._fanout(topic_arn, new_uuid(), message, subject)
    return ""
