# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why the last operation on a stack failed, told from its events."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_REASONS = 5
# What CloudFormation says of resources that it gave up because another one had failed.
_FOLLOWS = ("Resource creation cancelled", "Resource update cancelled", "Resource deletion cancelled")


def failures(events: Iterable[dict[str, Any]]) -> list[str]:
    """The first failures of the last operation, in order of time; `events` are the newest first.

    What failed only because something else had is left out.
    """
    mine = list(takewhile(lambda event: not _before(event), events))
    failed = [event for event in reversed(mine) if _failed(event)]
    told = dict.fromkeys(_sentence(event) for event in failed)
    return list(told)[:MOST_REASONS]


def _before(event: dict[str, Any]) -> bool:
    """Whether the operation began with this event of the stack itself."""
    return bool(event.get("ResourceStatusReason") == "User Initiated" and _is_stack(event))


def _is_stack(event: dict[str, Any]) -> bool:
    return bool(event.get("PhysicalResourceId") == event.get("StackId"))


def _failed(event: dict[str, Any]) -> bool:
    reason = str(event.get("ResourceStatusReason", ""))
    status = str(event["ResourceStatus"])
    return status.endswith("_FAILED") and not _is_stack(event) and not reason.startswith(_FOLLOWS)


def _sentence(event: dict[str, Any]) -> str:
    reason = str(event.get("ResourceStatusReason") or event["ResourceStatus"])
    return f"{event['LogicalResourceId']} ({event['ResourceType']}): {reason}"
