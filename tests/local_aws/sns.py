# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SNS with subscribers who must confirm, topics that are checked, and a mailbox to look into.

Imitates the API reference of CreateTopic, SetTopicAttributes, Subscribe, ConfirmSubscription and Publish
(docs.aws.amazon.com/sns/latest/api) and "Enable compatibility between event sources from AWS services and
encrypted topics" (docs.aws.amazon.com/sns/latest/dg/sns-key-management.html).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid, request_scope
from ministack.services import kms
from ministack.services import sns as ministack_sns
from ministack.services.cloudformation import provisioners

from . import control, iam
from .sns_checks import refused_attribute, refused_name, refused_publish

Params = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]
Handler = Callable[[Params], Response]

TO_CONFIRM = frozenset({"email", "email-json", "http", "https"})
TOKEN_SECONDS = 2 * 24 * 3600
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
    ministack_sns._list_subscriptions = _list_subscriptions
    ministack_sns._list_subscriptions_by_topic = _list_by_topic
    ministack_sns._fanout = _fanout(ministack_sns._fanout)
    for kind in ("AWS::SNS::Topic", "AWS::SNS::Subscription"):
        handlers = provisioners._RESOURCE_HANDLERS[kind]
        handlers["create"] = _provisioned(handlers["create"])
        handlers["update"] = _provisioned(handlers["update"])
    control.route("GET", "mailbox", _mailbox)
    control.route("POST", "confirm", _confirm_as_person)


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
    problem = refused_publish(message, subject)
    return _error(problem) if problem else original(params)


def _subscribe(original: Handler, params: Params) -> Response:
    answer = original(params)
    topic = ministack_sns._topic_by_arn_any_scope(_read(params, "TopicArn"))
    if answer[0] != 200 or topic is None:
        return answer
    _ask_for_confirmation(topic)
    wanted = (_read(params, "Protocol"), _read(params, "Endpoint"))
    [made] = [one for one in topic["subscriptions"] if (one["protocol"], one["endpoint"]) == wanted]
    shown = made["arn"]
    if not made["confirmed"] and _read(params, "ReturnSubscriptionArn") != "true":
        shown = "pending confirmation"
    result = f"<SubscribeResult><SubscriptionArn>{shown}</SubscriptionArn></SubscribeResult>"
    response: Response = ministack_sns._xml(200, "SubscribeResponse", result)
    return response


def _ask_for_confirmation(topic: dict[str, Any]) -> None:
    """Mark the topic's new subscriptions of people and web servers as pending."""
    for subscription in topic["subscriptions"]:
        if subscription["protocol"] in TO_CONFIRM and "asked_at" not in subscription:
            subscription.update(confirmed=False, token=new_uuid().replace("-", ""), asked_at=time.time())
            subscription["attributes"]["PendingConfirmation"] = "true"
            subscription["attributes"]["ConfirmationWasAuthenticated"] = "false"
    ministack_sns._refresh_subscription_counts(topic)


def _confirm_subscription(original: Handler, params: Params) -> Response:
    topic = ministack_sns._topic_by_arn_any_scope(_read(params, "TopicArn"))
    for subscription in topic["subscriptions"] if topic else []:
        if subscription.get("token") == _read(params, "Token"):
            asked_at = subscription.get("asked_at", time.time())
            if time.time() - asked_at > TOKEN_SECONDS:
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
        if problem:
            raise ValueError(f"Invalid parameter: {problem} (Service: Sns, Status Code: 400)")
        if "Endpoint" in props and props.get("TopicArn") not in ministack_sns._topics:
            raise ValueError("Topic does not exist (Service: Sns, Status Code: 404)")
        made = original(identifier, *more, **options)
        if made[0] in ministack_sns._topics:
            _encrypt(ministack_sns._topics[made[0]], props.get("KmsMasterKeyId"))
        for topic in ministack_sns._topics.values():
            _ask_for_confirmation(topic)
        return made

    return provision


def _encrypt(topic: dict[str, Any], key: str | None) -> None:
    topic["attributes"].pop("KmsMasterKeyId", None)
    if key:
        topic["attributes"]["KmsMasterKeyId"] = key


def _fanout(original: Callable[..., None]) -> Callable[..., None]:
    def deliver(
        topic_arn: str, message_id: str, message: str, subject: str, *more: Any, **options: Any
    ) -> None:
        original(topic_arn, message_id, message, subject, *more, **options)
        topic = ministack_sns._topic_by_arn_any_scope(topic_arn)
        if topic is None:
            return
        for subscription in topic["subscriptions"]:
            if subscription["confirmed"] and subscription["protocol"] in ("email", "email-json"):
                _send_mail(subscription, topic, message_id, message, subject)
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


def _confirm_as_person(arguments: dict[str, Any]) -> dict[str, Any]:
    """Click the link in every confirmation mail that an endpoint has waiting."""
    account, endpoint = str(arguments["account"]), arguments["endpoint"]
    confirmed: list[str] = []
    problems: list[str] = []
    for (owner, region, arn), topic in list(ministack_sns._topics.to_dict().items()):
        for one in topic["subscriptions"] if owner == account else []:
            if one["endpoint"] != endpoint or one["confirmed"]:
                continue
            with request_scope(owner, region):
                status, _headers, body = ministack_sns._confirm_subscription(
                    {"TopicArn": [arn], "Token": [one["token"]]}
                )
            (confirmed if status == 200 else problems).append(one["arn"] if status == 200 else str(body))
    if problems or not confirmed:
        raise ValueError(
            f"{endpoint} has nothing to confirm: {'; '.join(problems) or 'no pending subscription'}."
        )
    return {"confirmed": confirmed}


def topic_keys(topic_arn: str) -> list[str]:
    """The customer key that encrypts a topic, if it has one."""
    topic = ministack_sns._topic_by_arn_any_scope(topic_arn)
    name = topic["attributes"].get("KmsMasterKeyId") if topic else None
    record = kms._resolve_key(name) if name and name != "alias/aws/sns" else None
    return [str(record["Arn"])] if record else []


def publish_as_service(service: str, topic_arn: str, subject: str, message: str, source_arn: str) -> str:
    """Publish for an AWS service; returns why it could not, or an empty string."""
    topic = ministack_sns._topic_by_arn_any_scope(topic_arn)
    if topic is None or topic_arn.split(":")[3] != get_region():
        return f"Topic does not exist: {topic_arn}"
    account = get_account_id()
    source = {"aws:SourceAccount": account, "aws:SourceArn": source_arn, "aws:SourceOwner": account}
    policy = topic["attributes"].get("Policy")
    if not iam.service_may(policy, service, "sns:Publish", topic_arn, account, source):
        return f"{service} is not authorized to perform: SNS:Publish on resource: {topic_arn}"
    if not _key_allows(topic["attributes"].get("KmsMasterKeyId"), service, account, source):
        return f"{service} may not use the key that encrypts {topic_arn}"
    ministack_sns._fanout(topic_arn, new_uuid(), message, subject)
    return ""


def _key_allows(key: str | None, service: str, account: str, source: dict[str, str]) -> bool:
    if not key:
        return True
    record = kms._resolve_key(key) if key != "alias/aws/sns" else None
    if record is None:
        return False
    return all(
        iam.service_may(record.get("Policy"), service, action, record["Arn"], account, source)
        for action in ("kms:GenerateDataKey", "kms:Decrypt")
    )
