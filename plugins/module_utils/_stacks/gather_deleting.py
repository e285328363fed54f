# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""State machines that somebody deleted: they keep their names as long as something of them runs.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from .._aws import stepfunctions

if TYPE_CHECKING:
    from collections.abc import Iterable

CAUSE = "Stopped because its state machine was deleted"
POLL_SECONDS = 2


class StillThereError(Exception):
    """A state machine that does not go; the text says what to do."""


def runs_of_deleted(client: Any, machines: Iterable[str]) -> dict[str, list[str]]:
    """What runs of those state machines that are being deleted; one call for each, and one more for those."""
    described = {machine: stepfunctions.describe_state_machine(client, machine) for machine in machines}
    going = [machine for machine, each in described.items() if stepfunctions.is_deleting(each)]
    return {machine: stepfunctions.running(client, machine) for machine in going}


def finish(client: Any, machines: Iterable[str], timeout: float) -> list[str]:
    """Stop what keeps deleted state machines, and return what that was once they are gone."""
    runs = runs_of_deleted(client, machines)
    stopped = [execution for each in runs.values() for execution in each]
    for execution in stopped:
        stepfunctions.stop_execution(client, execution, CAUSE)
    end = time.monotonic() + timeout
    while left := list(runs_of_deleted(client, runs)):
        if time.monotonic() >= end:
            raise StillThereError(
                f"AWS still deletes {', '.join(left)}, and no stack can make a state machine of that name"
                " meanwhile: run this again later."
            )
        time.sleep(POLL_SECONDS)
    return stopped
