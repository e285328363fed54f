# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Step Functions, one function per API call. Clients come from retry.retrying()."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code

if TYPE_CHECKING:
    from collections.abc import Iterator

LAST_STATES = ("SucceedStateEntered", "FailStateEntered")


def describe_state_machine(client: Any, machine: str) -> dict[str, Any] | None:
    """The state machine of an ARN, None if there is none. See is_deleting."""
    try:
        described: dict[str, Any] = client.describe_state_machine(stateMachineArn=machine)
    except is_boto3_error_code("StateMachineDoesNotExist"):
        return None
    return described


def is_deleting(described: dict[str, Any] | None) -> bool:
    """Whether it was deleted, and stays until what runs has ended."""
    return described is not None and described.get("status") == "DELETING"


def start_execution(client: Any, machine: str, name: str, payload: dict[str, Any]) -> str:
    """The execution's ARN. A retry with the same name and payload is answered with the same execution."""
    answer = client.start_execution(
        stateMachineArn=machine, name=name, input=json.dumps(payload, sort_keys=True)
    )
    return str(answer["executionArn"])


def list_executions(
    client: Any, *, machine: str = "", map_run: str = "", status: str = "", page_size: int = 1000
) -> Iterator[dict[str, Any]]:
    """Executions of a state machine or children of a map run, newest first; pages are read as needed."""
    wanted = {"stateMachineArn": machine, "mapRunArn": map_run, "statusFilter": status}
    arguments: dict[str, Any] = {key: value for key, value in wanted.items() if value}
    for page in client.get_paginator("list_executions").paginate(maxResults=page_size, **arguments):
        yield from page.get("executions", ())


def running(client: Any, machine: str) -> list[str]:
    """ARNs of the executions that run; none if the state machine is gone."""
    try:
        listed = list_executions(client, machine=machine, status="RUNNING")
        return [str(execution["executionArn"]) for execution in listed]
    except is_boto3_error_code("StateMachineDoesNotExist"):
        return []


def list_map_runs(client: Any, execution: str) -> list[str]:
    """ARNs of the map runs that an execution has begun."""
    pages = client.get_paginator("list_map_runs").paginate(executionArn=execution)
    return [str(run["mapRunArn"]) for page in pages for run in page.get("mapRuns", ())]


def describe_execution(client: Any, execution: str) -> dict[str, Any]:
    """State, input and output (both JSON text) of an execution."""
    answer: dict[str, Any] = client.describe_execution(executionArn=execution)
    return answer


def last_state(client: Any, execution: str) -> Any:
    """What the last Succeed or Fail state of an ended execution was given; None if it entered neither.

    The last events of a run are (ExecutionSucceeded, SucceedStateExited, SucceedStateEntered) or
    (ExecutionFailed, FailStateEntered), so one small page holds the report however long the history is.
    No more is asked for: each event carries it whole.
    """
    answer = client.get_execution_history(
        executionArn=execution, reverseOrder=True, maxResults=3, includeExecutionData=True
    )
    for event in answer["events"]:
        if event["type"] in LAST_STATES:
            return json.loads(event["stateEnteredEventDetails"]["input"])
    return None


def stop_execution(client: Any, execution: str, cause: str) -> None:
    """End a running execution as ABORTED."""
    client.stop_execution(executionArn=execution, error="Stopped", cause=cause)
