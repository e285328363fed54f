# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A queue as its template wants it beside what SQS tells: whether a start that failed gets into it, at once.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .._model.standing import Difference
from .alert_policy import denying, without
from .differences import compared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._stacks.template import Resource

SEND = "sqs:SendMessage"
# What counts if a template sets nothing.
DEFAULTS = {
    "DelaySeconds": 0,
    "KmsMasterKeyId": "",
    "MessageRetentionPeriod": 345600,
    "SqsManagedSseEnabled": True,
}
SMALLEST = 262144  # a message of a schedule is no larger, and queues may let in larger ones


def queue(resource: Resource, found: Mapping[str, Any]) -> Iterator[Difference]:
    """Attribute by attribute."""
    now = found["queue"]
    told = {key: now.get(key, "") for key in DEFAULTS}
    yield from compared(_wanted(resource.properties), told)
    if (size := int(now.get("MaximumMessageSize", SMALLEST))) < SMALLEST:
        yield Difference(f"MaximumMessageSize is {size}, should be {SMALLEST} or more")
    for number, statement in enumerate(_denying(resource, now), 1):
        yield Difference(f"its policy denies {SEND} (statement {statement.get('Sid', number)})")


def attributes(resource: Resource, now: Mapping[str, str]) -> dict[str, str]:
    """What to set for a queue to be as its template says; of its policy only what keeps messages out goes."""
    wanted = _wanted(resource.properties)
    if int(now.get("MaximumMessageSize", SMALLEST)) < SMALLEST:
        wanted["MaximumMessageSize"] = str(SMALLEST)
    if bad := _denying(resource, now):
        kept = without(json.loads(now["Policy"]), bad)
        wanted["Policy"] = json.dumps(kept) if kept else ""
    return wanted


def _wanted(properties: Mapping[str, Any]) -> dict[str, str]:
    values = {key: properties.get(key, default) for key, default in DEFAULTS.items()}
    if values["KmsMasterKeyId"]:
        values["SqsManagedSseEnabled"] = False
    return {
        key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in values.items()
    }


def _denying(resource: Resource, now: Mapping[str, str]) -> list[dict[str, Any]]:
    """What may keep the role of the schedules out."""
    policy = now.get("Policy")
    return denying(json.loads(policy), SEND, now["QueueArn"], f"{resource.stack}-") if policy else []
