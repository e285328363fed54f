# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Deliver a schedule's invocation with its role, retry it, and at last put it into the dead-letter queue.

Imitates "Adding context attributes in EventBridge Scheduler", "Configuring a schedule's retry policy" and
"Configuring a schedule's dead-letter queue" (docs.aws.amazon.com/scheduler/latest/UserGuide/
managing-schedule-context-attributes.html, configuring-schedule-dlq.html). How long AWS waits between two
attempts is not documented beyond "exponential backoff": here one minute, doubled each time, up to one hour.
"""

from __future__ import annotations

import json
import logging
import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import sqs
from ministack.services import stepfunctions as sf

from local_aws.services.iam import permissions

from .checks import source

_log = logging.getLogger("local_aws.scheduler")
_lock = threading.Lock()
_SERVICE = "scheduler.amazonaws.com"


@dataclass
class Invocation:
    """One occurrence of a schedule, until it is delivered or given up."""

    account: str
    region: str
    schedule: dict[str, Any]
    scheduled: float
    attempts: int = 0
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def payload(self) -> str:
        """The target's input with the context attributes filled in."""
        text = str(self.schedule["Target"].get("Input") or "{}")
        values = {
            "schedule-arn": self.schedule["Arn"], "scheduled-time": _stamp(self.scheduled),
            "execution-id": self.id, "attempt-number": str(self.attempts),
        }  # fmt: skip
        for name, value in values.items():
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return text


_waiting: list[tuple[float, Invocation]] = []


def _stamp(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def invoke_at(moment: float, invocation: Invocation) -> None:
    """Deliver the invocation at a moment, now or later."""
    with _lock:
        _waiting.append((moment, invocation))


def deliver_waiting(now: float) -> None:
    """Deliver what is due."""
    with _lock:
        ready = sorted((one for one in _waiting if one[0] <= now), key=lambda one: one[0])
        _waiting[:] = [one for one in _waiting if one[0] > now]
    for _due, invocation in ready:
        with request_scope(invocation.account, invocation.region):
            _attempt(invocation, now)


def _attempt(invocation: Invocation, now: float) -> None:
    invocation.attempts += 1
    code, message = _deliver(invocation)
    if not code:
        return
    policy = invocation.schedule["Target"].get("RetryPolicy") or {}
    if invocation.attempts > policy.get("MaximumRetryAttempts", 185):
        _give_up(invocation, code, message, "MaximumRetryAttempts")
        return
    again = now + min(60 * 2 ** min(invocation.attempts - 1, 10), 3600)
    if again - invocation.scheduled > policy.get("MaximumEventAgeInSeconds", 86400):
        _give_up(invocation, code, message, "MaximumEventAgeInSeconds")
        return
    invoke_at(again, invocation)


def _deliver(invocation: Invocation) -> tuple[str, str]:
    """Start the state machine; returns the error's code and message, or two empty strings."""
    target = invocation.schedule["Target"]
    role, machine = target["RoleArn"], target["Arn"]
    if not permissions.role_trusts(
        role, _SERVICE, source({**invocation.schedule, "_region": invocation.region})
    ):
        return "AWS.Scheduler.InternalServerError", f"{_SERVICE} is not authorized to assume the role {role}"
    decision = permissions.role_allows(role, "states:StartExecution", machine, session=invocation.id)
    if not decision.allowed:
        return "AccessDeniedException", decision.message
    with permissions.acting_as(role):
        request = {"stateMachineArn": machine, "input": invocation.payload()}
        status, _headers, body = sf._start_execution(request)
    if status == 200:
        return "", ""
    answer = json.loads(body)
    return str(answer["__type"]).rsplit("#", 1)[-1], str(answer["message"])


def _give_up(invocation: Invocation, code: str, message: str, condition: str) -> None:
    target = invocation.schedule["Target"]
    queue_arn = (target.get("DeadLetterConfig") or {}).get("Arn", "")
    queue = sqs._queue_by_arn(queue_arn) if queue_arn else None
    allowed = (
        queue is not None and permissions.role_allows(target["RoleArn"], "sqs:SendMessage", queue_arn).allowed
    )
    if queue is None or not allowed:
        _log.warning("%s is lost: %s: %s", invocation.schedule["Arn"], code, message)
        return
    attributes = {
        "ERROR_CODE": code, "ERROR_MESSAGE": message, "EXECUTION_ID": invocation.id,
        "EXHAUSTED_RETRY_CONDITION": condition, "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": str(invocation.attempts - 1), "SCHEDULE_ARN": invocation.schedule["Arn"],
        "SCHEDULED_TIME": _stamp(invocation.scheduled), "TARGET_ARN": target["Arn"],
    }  # fmt: skip
    typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
    url = sqs._queue_name_to_url[queue_arn.rsplit(":", 1)[1]]
    sqs._act_send_message(
        {"QueueUrl": url, "MessageBody": invocation.payload(), "MessageAttributes": typed}, url
    )
