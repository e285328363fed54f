# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import stepfunctions
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.retry import retrying
from tests.unit.support.sleeping import without_waiting

if TYPE_CHECKING:
    from collections.abc import Iterator

ARN = "arn:aws:states:eu-west-1:123456789012"
MACHINE = f"{ARN}:stateMachine:tablekeeper-export-1"
EXECUTION = f"{ARN}:execution:tablekeeper-export-1:by-hand"
MAP_RUN = f"{ARN}:mapRun:tablekeeper-export-1/Tables:1"
STARTED = "2026-11-23T02:00:00Z"


@pytest.fixture(name="client")
def fixture_client() -> Any:
    return boto3.client("stepfunctions", "eu-west-1", aws_access_key_id="test", aws_secret_access_key="test")


@pytest.fixture(name="stub")
def fixture_stub(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def execution(name: str, status: str = "SUCCEEDED") -> dict[str, Any]:
    return {
        "executionArn": f"{EXECUTION}-{name}",
        "stateMachineArn": MACHINE,
        "name": name,
        "status": status,
        "startDate": STARTED,
    }


def test_start_execution_sends_the_payload_as_sorted_json(client: Any, stub: Stubber) -> None:
    stub.add_response(
        "start_execution",
        {"executionArn": EXECUTION, "startDate": STARTED},
        {
            "stateMachineArn": MACHINE,
            "name": "by-hand",
            "input": '{"started_by": "me", "tables": ["orders"]}',
        },
    )
    payload = {"tables": ["orders"], "started_by": "me"}
    assert stepfunctions.start_execution(client, MACHINE, "by-hand", payload) == EXECUTION


@pytest.mark.parametrize(
    ("keyword", "arn", "parameter"),
    [("machine", MACHINE, "stateMachineArn"), ("map_run", MAP_RUN, "mapRunArn")],
)
def test_list_executions_reads_every_page(
    client: Any, stub: Stubber, keyword: str, arn: str, parameter: str
) -> None:
    first = {parameter: arn, "maxResults": 2}
    stub.add_response(
        "list_executions", {"executions": [execution("c"), execution("b")], "nextToken": "more"}, first
    )
    stub.add_response("list_executions", {"executions": [execution("a")]}, {**first, "nextToken": "more"})
    found = stepfunctions.list_executions(client, page_size=2, **{keyword: arn})
    assert [item["name"] for item in found] == ["c", "b", "a"]


def test_list_executions_asks_for_no_page_that_is_not_read(client: Any, stub: Stubber) -> None:
    stub.add_response("list_executions", {"executions": [execution("b")], "nextToken": "more"})
    assert next(stepfunctions.list_executions(client, machine=MACHINE))["name"] == "b"


def test_a_throttled_page_is_asked_for_again_and_earlier_pages_are_not(
    client: Any, stub: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_waiting(monkeypatch)
    retrying(client)
    stub.add_response("list_executions", {"executions": [execution("b")], "nextToken": "more"})
    stub.add_client_error("list_executions", "ThrottlingException", "Rate exceeded")
    stub.add_response(
        "list_executions",
        {"executions": [execution("a")]},
        {"stateMachineArn": MACHINE, "maxResults": 1000, "nextToken": "more"},
    )
    found = stepfunctions.list_executions(client, machine=MACHINE)
    assert [item["name"] for item in found] == ["b", "a"]


def test_a_denied_call_is_not_tried_again(client: Any, stub: Stubber) -> None:
    retrying(client)
    stub.add_client_error("describe_execution", "AccessDeniedException", "no")
    with pytest.raises(client.exceptions.ClientError, match="AccessDeniedException"):
        stepfunctions.describe_execution(client, EXECUTION)


def test_list_map_runs(client: Any, stub: Stubber) -> None:
    run = {"executionArn": EXECUTION, "mapRunArn": MAP_RUN, "stateMachineArn": MACHINE, "startDate": STARTED}
    stub.add_response("list_map_runs", {"mapRuns": [run]}, {"executionArn": EXECUTION})
    assert stepfunctions.list_map_runs(client, EXECUTION) == [MAP_RUN]


HISTORY_REQUEST = {
    "executionArn": EXECUTION,
    "reverseOrder": True,
    "maxResults": 3,
    "includeExecutionData": True,
}


def event(number: int, kind: str, **details: Any) -> dict[str, Any]:
    return {"id": number, "type": kind, "timestamp": STARTED, **details}


@pytest.mark.parametrize("last", ["SucceedStateEntered", "FailStateEntered"])
def test_last_state_is_the_input_of_the_last_state(client: Any, stub: Stubber, last: str) -> None:
    report = {"version": 1, "scheduled": None, "tables": []}
    events = [
        event(9, "ExecutionFailed" if last.startswith("Fail") else "ExecutionSucceeded"),
        event(8, last, stateEnteredEventDetails={"name": "Done", "input": json.dumps(report)}),
        event(7, "ChoiceStateExited"),
    ]
    stub.add_response("get_execution_history", {"events": events, "nextToken": "older"}, HISTORY_REQUEST)
    assert stepfunctions.last_state(client, EXECUTION) == report


def test_an_execution_that_was_cut_off_has_no_last_state(client: Any, stub: Stubber) -> None:
    events = [event(9, "ExecutionTimedOut"), event(8, "MapRunStarted")]
    stub.add_response("get_execution_history", {"events": events}, HISTORY_REQUEST)
    assert stepfunctions.last_state(client, EXECUTION) is None
