# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What SNS refuses in a topic or a message; each function returns the fault, or an empty string.

Imitates the constraints in the API reference of CreateTopic, SetTopicAttributes and Publish
(docs.aws.amazon.com/sns/latest/api).
"""

from __future__ import annotations

import json
import re
from typing import Any

MAX_BYTES = 262_144
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,256}|[A-Za-z0-9_-]{1,251}\.fifo")
_SUBJECT = re.compile(r"[!-~][ -~]{0,99}")
_ATTRIBUTES = frozenset({
    "ArchivePolicy", "ContentBasedDeduplication", "DataProtectionPolicy", "DeliveryPolicy", "DisplayName",
    "FifoThroughputScope", "FifoTopic", "KmsMasterKeyId", "Policy", "SignatureVersion", "TracingConfig",
})  # fmt: skip
_FEEDBACK = re.compile(
    r"(HTTP|Firehose|Lambda|Application|SQS)(SuccessFeedbackRoleArn|SuccessFeedbackSampleRate|FailureFeedbackRoleArn)"
)
_KEY = re.compile(
    r"(alias/[A-Za-z0-9/_-]+|arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)/.+|[0-9a-f-]{36}|mrk-\w+)"
)


def refused_name(name: str) -> str:
    """A topic's name."""
    return "" if _TOPIC.fullmatch(name) else "Topic Name"


def refused_attribute(name: str, value: str) -> str:
    """A topic's attribute."""
    if name not in _ATTRIBUTES and not _FEEDBACK.fullmatch(name):
        return "AttributeName"
    if name == "DisplayName" and (len(value) > 100 or re.search(r"[\x00-\x1f]", value)):
        return "DisplayName"
    if name == "KmsMasterKeyId" and value and not _KEY.fullmatch(value):
        return "KmsMasterKeyId"
    return _refused_policy(value) if name == "Policy" and value else ""


def _refused_policy(text: str) -> str:
    try:
        statements = json.loads(text)["Statement"]
    except (ValueError, KeyError, TypeError):
        return "Policy Error: null"
    for statement in statements if isinstance(statements, list) else [statements]:
        actions = statement.get("Action", [])
        for action in [actions] if isinstance(actions, str) else actions:
            if not action.lower().startswith("sns:"):
                return "Policy statement action out of service scope!"
    return ""


def refused_publish(message: Any, subject: Any) -> str:
    """A message and its subject."""
    text = message if isinstance(message, str) else json.dumps(message)
    if not message:
        return "Empty message"
    if len(text.encode()) > MAX_BYTES:
        return "Message too long"
    return "Subject" if subject and not _SUBJECT.fullmatch(str(subject)) else ""
