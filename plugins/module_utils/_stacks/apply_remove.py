# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Removes stacks, and sees that they are gone."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

from .._aws import cloudformation
from .._base import naming
from .._base.naming import TAG
from .events import failures
from .gather import is_ours, read_deployment
from .state import SHELLS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError

POLL_SECONDS = 5.0
FIRST_POLL_SECONDS = 0.2
LOOKS_THAT_MAY_FAIL = 5


class StaysError(Exception):
    """A stack that could not be removed; the text says why, and what to do."""


AGAIN = "Remove the cause and run this again: it goes on where it ended."


def remove(client: Any, name: str, going: Collection[str], timeout: int, *, check: bool) -> bool:
    """Remove a stack, one of those that are going; tells whether there was one."""
    stack = cloudformation.describe_stack(client, name)
    if stack is None:
        return False
    if not is_ours(stack):
        raise StaysError(
            f"The stack {name} was left as it is, since somebody else made it: it has no tag {TAG}, and"
            " holds nothing that tablekeeper deploys. Check the prefix."
        )
    if needing := [each for each in _needing(client, stack) if each not in going or not check]:
        raise StaysError(
            f"The stack {name} was left as it is, since {', '.join(needing)} cannot do without it: remove"
            " that machinery first. Run this again: it goes on where it ended."
        )
    if check:
        return True
    delete(client, stack, timeout)
    return True


def delete(client: Any, stack: Mapping[str, Any], timeout: int) -> None:
    """Remove a stack as DescribeStacks tells of it, and see that it is gone."""
    name = stack["StackName"]
    if stack.get("EnableTerminationProtection"):
        cloudformation.protect(client, name, on=False)
    cloudformation.delete_stack(client, name)
    status = wait(client, stack["StackId"], timeout)
    if status != "DELETE_COMPLETE":
        why = failures(cloudformation.stack_events(client, stack["StackId"]))
        raise StaysError(
            " ".join([f"The stack {name} is {status}.", *([f"{'; '.join(why)}."] if why else []), AGAIN])
        )


def _needing(client: Any, stack: dict[str, Any]) -> list[str]:
    """The machinery that cannot do without a stack: that of a store which is more than a shell."""
    prefix = stack["StackName"].removesuffix("-store")
    if stack["StackName"] != naming.store(prefix) or stack["StackStatus"] in SHELLS:
        return []
    return [each.name for each in read_deployment(client, prefix).machinery]


def wait(client: Any, stack_id: str, timeout: int) -> str:
    """The status of a stack once CloudFormation is not at work on it any more, or the time is over."""
    end, pause, failures = time.monotonic() + timeout, FIRST_POLL_SECONDS, 0
    while True:
        try:
            status = _status(client, stack_id)
            failures = 0
            if status != "DELETE_IN_PROGRESS" or time.monotonic() >= end:
                return status
        except (BotoCoreError, ClientError):
            failures += 1
            if failures == LOOKS_THAT_MAY_FAIL:
                raise
        time.sleep(pause)
        pause = min(POLL_SECONDS, pause * 2)


def _status(client: Any, stack_id: str) -> str:
    """Asked for by its id, a stack is found for 90 days after its end."""
    stack = cloudformation.describe_stack(client, stack_id)
    return str(stack["StackStatus"]) if stack else "DELETE_COMPLETE"
