# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A state machine that is deleted while it runs keeps its name until its executions take their next step.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html: its status is
DELETING, and executions are terminated on the next state transition. Until then CreateStateMachine answers
StateMachineDeleting, DescribeStateMachine shows the status, and what runs can be listed and stopped. It fails
with States.Runtime, "State machine ... has been deleted.":
https://repost.aws/knowledge-center/step-functions-stuck-deleting-status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.core.responses import json_response
from ministack.services import stepfunctions as sf

if TYPE_CHECKING:
    from collections.abc import Callable

_leaving: dict[str, list[dict[str, Any]]] = {}
_machines: dict[str, dict[str, Any]] = {}


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
    _machines[machine] = dict(sf._state_machines.get(machine, {}))


def is_going(machine: str) -> bool:
    """Whether it was deleted, and something of it runs."""
    return any(each["status"] == "RUNNING" for each in _leaving.get(machine, ()))


def refusal(machine: str) -> str:
    """Why no machine of this ARN can be made yet, or nothing."""
    return f"State Machine is being deleted: '{machine}'" if is_going(machine) else ""


def deleted(original: Callable[..., Any], data: dict[str, Any]) -> Any:
    """DeleteStateMachine; ministack forgets the executions with it."""
    machine = data.get("stateMachineArn", "")
    begin(machine)
    answer = original(data)
    for each in _leaving[machine]:
        sf._executions[each["executionArn"]] = each
    return answer


def described(original: Callable[..., Any], data: dict[str, Any]) -> Any:
    """DescribeStateMachine."""
    machine = data.get("stateMachineArn", "")
    if machine in sf._state_machines or not is_going(machine):
        return original(data)
    kept = {key: each for key, each in _machines[machine].items() if key not in sf._SM_INTERNAL_KEYS}
    return json_response({**kept, "status": "DELETING"})
