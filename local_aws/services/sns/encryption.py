# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The keys that encrypt topics, and who may use them.

https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html: whoever publishes needs
kms:GenerateDataKey and kms:Decrypt; an AWS service needs them from the key's own policy, which the key that
AWS manages for SNS does not give. What CloudWatch writes then:
https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns.
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import get_account_id
from ministack.services import sns

from local_aws.services.iam import permissions
from local_aws.services.kms import key_states

Topic = dict[str, Any]
MANAGED = "alias/aws/"
_NAMES = {"cloudwatch.amazonaws.com": "CloudWatch Alarms"}
ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")


def topic_keys(topic_arn: str) -> list[str]:
    """The customer key that encrypts a topic, if it has one."""
    topic = sns._topic_by_arn_any_scope(topic_arn)
    name = _name(topic) if topic else ""
    key = key_states.record(name) if name and MANAGED not in name else None
    return [str(key["Arn"])] if key else []


def publishing_problem(topic: Topic) -> tuple[str, str] | None:
    """Why the caller cannot publish to an encrypted topic: SNS's error and its words; None if they can."""
    name = _name(topic)
    if not name or MANAGED in name:
        return None
    if found := key_states.problem(name):
        code = found[0].removesuffix("Exception").removeprefix("KMS")
        return f"KMS{code}", _told(*found)
    key = str((key_states.record(name) or {})["Arn"])
    decisions = [permissions.principal_allows(permissions.caller(), action, key) for action in ACTIONS]
    denied = [each.message for each in decisions if not each.allowed]
    return ("KMSAccessDenied", _told("AccessDeniedException", denied[0])) if denied else None


def service_problem(topic: Topic, service: str, source: dict[str, str]) -> str:
    """Why an AWS service cannot publish to an encrypted topic; empty if it can."""
    name = _name(topic)
    if not name:
        return ""
    key = key_states.record(name) if MANAGED not in name else None
    if key is None or not _lets(key, service, source):
        who = _NAMES.get(service, service)
        return f"{who} does not have authorization to access the SNS topic encryption key."
    unusable = key_states.problem(name)
    return _told(*unusable) if unusable else ""


def _lets(key: dict[str, Any], service: str, source: dict[str, str]) -> bool:
    return all(
        permissions.service_may(key.get("Policy"), service, action, key["Arn"], get_account_id(), source)
        for action in ACTIONS
    )


def _told(code: str, problem: str) -> str:
    return f"{problem} (Service: AWSKMS; Status Code: 400; Error Code: {code})"


def _name(topic: Topic) -> str:
    return str(topic["attributes"].get("KmsMasterKeyId") or "")
