# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stops what runs in state machines that go, or that somebody deleted: those keep their names meanwhile.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from .._aws import cloudwatch, stepfunctions
from .._base import naming

if TYPE_CHECKING:
    from collections.abc import Iterable

REMOVED = "Stopped because its stack is removed"
DELETED = "Stopped because its state machine was deleted"
POLL_SECONDS = 2


class StillThereError(Exception):
    """A state machine that does not go; the text says what to do."""


def runs_of_deleted(client: Any, machines: Iterable[str]) -> dict[str, list[str]]:
    """What runs of those state machines that are being deleted; one call for each, and one more for those."""
    described = {machine: stepfunctions.describe_state_machine(client, machine) for machine in machines}
    going = [machine for machine, each in described.items() if stepfunctions.is_deleting(each)]
    return {machine: stepfunctions.running(client, machine) for machine in going}


def stop(client: Any, alarms: Any, machines: Iterable[str], *, check: bool) -> list[str]:
    """Stop what runs, with no alarm that tells of it; returns what that was.

    A state machine that runs stays until its execution's next step, and a new one of its name is refused.
    """
    of = {machine: stepfunctions.running(client, machine) for machine in machines}
    running = [execution for executions in of.values() for execution in executions]
    if running and not check:
        names = [naming.aborted_alarm(machine) for machine, executions in of.items() if executions]
        cloudwatch.switch_off(alarms, names)
        for execution in running:
            stepfunctions.stop_execution(client, execution, REMOVED)
    return running


def finish(client: Any, machines: Iterable[str], timeout: float) -> list[str]:
    """Stop what keeps deleted state machines, and return what that was once they are gone."""
    runs = runs_of_deleted(client, machines)
    stopped = [execution for each in runs.values() for execution in each]
    for execution in stopped:
        stepfunctions.stop_execution(client, execution, DELETED)
    end = time.monotonic() + timeout
    while left := list(runs_of_deleted(client, runs)):
        if time.monotonic() >= end:
            raise StillThereError(
                f"AWS still deletes {', '.join(left)}, and no stack can make a state machine of that name"
                " meanwhile: run this again later."
            )
        time.sleep(POLL_SECONDS)
    return stopped
