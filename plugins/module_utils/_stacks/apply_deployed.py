# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judges how a deployment by amazon.aws.cloudformation ended, and protects the stack.

That module takes an error of its own looks for the end of the stack, and a rollback for a success.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._aws import cloudformation
from . import events, gather, state

if TYPE_CHECKING:
    from collections.abc import Mapping


class NotAsWantedError(Exception):
    """The stack is not what was deployed; the text says what it is, why, and what to do."""


def check_deployed(
    client: Any, step: Mapping[str, Any], timeout: int, *, check: bool
) -> tuple[bool, dict[str, Any]]:
    """Whether its termination protection had to be switched on, and the stack; raises unless as wanted."""
    name = step["stack_name"]
    stack = gather.read_stack(client, name, step["engine"], wait_timeout=timeout)
    if stack is None:
        raise NotAsWantedError(
            f"The stack {name} is gone: it could not be created and was removed again, or somebody removed"
            " it. Its events in CloudFormation's console (filter: deleted) tell why; then run this again."
        )
    if stack.status not in state.DEPLOYED:
        why = "; ".join(events.failures(cloudformation.stack_events(client, name)))
        advice = state.STUCK.get(stack.status, "remove the cause, then run this again")
        raise NotAsWantedError(
            f"The stack {name} ended in the state {stack.status}: {why or 'CloudFormation tells no reason'}."
            f" What to do: {advice}."
        )
    template = gather.read_template(client, stack)
    if state.fingerprints(template) != step["fingerprints"]:
        raise NotAsWantedError(
            f"The stack {name} is not as it was just deployed: another job has deployed it meanwhile. See"
            " that no two jobs deploy the same target at once, then run this again."
        )
    if not stack.protected and not check:
        cloudformation.protect(client, name, on=True)
    return not stack.protected, gather.record(stack, template)
