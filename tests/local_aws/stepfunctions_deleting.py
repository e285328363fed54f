# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A state machine that is deleted while it runs keeps its name until its executions take their next step.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html: its status is
DELETING, and executions are terminated on the next state transition. Until then CreateStateMachine answers
StateMachineDeleting. They fail with States.Runtime, "State machine ... has been deleted.":
https://repost.aws/knowledge-center/step-functions-stuck-deleting-status.
"""

from __future__ import annotations

from typing import Any

from ministack.services import stepfunctions as sf

_leaving: dict[str, list[dict[str, Any]]] = {}


def begin(machine: str) -> None:
    """Let what runs end with its next step, which Run.check() sees."""
    running = [
        each
        for each in sf._executions.values()
        if each["stateMachineArn"] == machine and each["status"] == "RUNNING"
    ]
    for record in running:
        record["_machine_deleted"] = True
    _leaving[machine] = running


def refusal(machine: str) -> str:
    """Why no machine of this ARN can be made yet, or nothing."""
    going = any(each["status"] == "RUNNING" for each in _leaving.get(machine, ()))
    return f"State Machine is being deleted: '{machine}'" if going else ""
