# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.export import start
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import Outputs
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.run import (
    MachineError,
    TableResult,
    Watch,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

ARN = "arn:aws:states:eu-west-1:123456789012"
MACHINE = f"{ARN}:stateMachine:tk-export-1"
EXECUTION = f"{ARN}:execution:tk-export-1:by-hand-1"
MAP_RUN = f"{ARN}:mapRun:tk-export-1/Tables:1"
CHILD = f"{ARN}:execution:tk-export-1/Tables:"
WATCH = Watch(EXECUTION, ("orders", "sessions"), "export")
WHEN = "2026-11-23T02:00:00Z"
ORDERS = {"table": "orders", "ok": True, "prefix": "p", "export": "e", "items": 5, "bytes": 12}
SESSIONS = {"table": "sessions", "ok": False, "error": "E", "cause": "c", "started": WHEN, "finished": WHEN}


@pytest.fixture(name="client")
def fixture_client() -> Any:
    return boto3.client("stepfunctions", "eu-west-1", aws_access_key_id="test", aws_secret_access_key="test")


@pytest.fixture(name="stub")
def fixture_stub(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def says_execution(stub: Stubber, arn: str, status: str, **more: str) -> None:
    common = {"stateMachineArn": MACHINE, "startDate": WHEN}
    stub.add_response(
        "describe_execution",
        {"executionArn": arn, "status": status, **common, **more},
        {"executionArn": arn},
    )


def says_map_run(stub: Stubber, *map_runs: str) -> None:
    common = {"executionArn": EXECUTION, "stateMachineArn": MACHINE, "startDate": WHEN}
    stub.add_response(
        "list_map_runs",
        {"mapRuns": [{"mapRunArn": arn, **common} for arn in map_runs]},
        {"executionArn": EXECUTION},
    )


def says_children(stub: Stubber, **states: str) -> None:
    common = {"stateMachineArn": MACHINE, "startDate": WHEN}
    children = [
        {"executionArn": CHILD + name, "name": name, "status": status, **common}
        for name, status in states.items()
    ]
    stub.add_response("list_executions", {"executions": children}, {"mapRunArn": MAP_RUN, "maxResults": 1000})


def says_last_state(stub: Stubber, kind: str, given: Any) -> None:
    details = {"name": "Last", "input": json.dumps(given)}
    events = [{"timestamp": WHEN, "type": kind, "id": 1, "stateEnteredEventDetails": details}]
    stub.add_response("get_execution_history", {"events": events})


def report(*tables: dict[str, Any], version: int = 1) -> dict[str, Any]:
    return {"version": version, "scheduled": None, "tables": list(tables)}


def test_a_stack_without_a_machine_is_refused() -> None:
    with pytest.raises(MachineError, match="tk-export-1 is ROLLBACK_COMPLETE and has no state machine"):
        start.check(Stack("tk-export-1", "ROLLBACK_COMPLETE", Outputs(), ()))


def test_run_name_is_readable_legal_and_never_the_same() -> None:
    now = datetime(2026, 11, 23, 14, 0, 3, tzinfo=UTC)
    first, second = start.run_name(now), start.run_name(now)
    assert first.startswith("by-hand-20261123T140003Z-")
    assert first != second
    assert len(first) <= 80


def test_start_sends_the_sorted_tables_and_who_asked(client: Any, stub: Stubber) -> None:
    payload = '{"started_by": "me", "tables": ["orders", "sessions"]}'
    stub.add_response(
        "start_execution",
        {"executionArn": EXECUTION, "startDate": WHEN},
        {"stateMachineArn": MACHINE, "name": ANY, "input": payload},
    )
    stack = Stack("tk-export-1", "UPDATE_COMPLETE", Outputs(state_machine_arn=MACHINE), ())
    now = datetime(2026, 11, 23, 14, 0, 3, tzinfo=UTC)
    started = start.start(lambda _: client, stack, ["sessions", "orders"], "me", now)
    assert list(started) == [WATCH]


def test_before_the_map_began_there_is_nothing_to_see(client: Any, stub: Stubber) -> None:
    says_execution(stub, EXECUTION, "RUNNING")
    says_map_run(stub)
    look = start.look(lambda _: client, WATCH)
    assert (look.watch, look.ended, look.results) == (WATCH, False, ())


def test_a_child_that_ended_is_described_once(client: Any, stub: Stubber) -> None:
    says_execution(stub, EXECUTION, "RUNNING")
    says_map_run(stub, MAP_RUN)
    says_children(stub, b="RUNNING", a="SUCCEEDED")
    says_execution(stub, CHILD + "a", "SUCCEEDED", output=json.dumps(ORDERS))
    look = start.look(lambda _: client, WATCH)
    assert look.results == (TableResult("orders", ok=True, prefix="p", export="e", items=5, bytes=12),)
    assert look.watch == replace(WATCH, map_run=MAP_RUN, seen=("a",))

    says_execution(stub, EXECUTION, "RUNNING")
    says_children(stub, b="PENDING_REDRIVE", a="SUCCEEDED")
    again = start.look(lambda _: client, look.watch)
    assert (again.watch, again.ended, again.results) == (look.watch, False, ())


@pytest.mark.parametrize(
    ("status", "more", "error", "cause"),
    [
        ("FAILED", {"error": "States.Runtime", "cause": "broken"}, "States.Runtime", "broken"),
        ("TIMED_OUT", {}, "TIMED_OUT", "The execution of this table ended TIMED_OUT"),
    ],
)
def test_a_child_that_died_is_a_failed_table(
    client: Any, stub: Stubber, status: str, more: dict[str, str], error: str, cause: str
) -> None:
    says_execution(stub, EXECUTION, "RUNNING")
    says_children(stub, a=status)
    says_execution(stub, CHILD + "a", status, input='{"table": {"name": "orders"}}', **more)
    look = start.look(lambda _: client, replace(WATCH, map_run=MAP_RUN))
    assert look.results == (TableResult("orders", ok=False, error=error, cause=cause),)


@pytest.mark.parametrize(
    ("status", "kind"), [("SUCCEEDED", "SucceedStateEntered"), ("FAILED", "FailStateEntered")]
)
def test_an_ended_run_is_read_from_its_report_alone(
    client: Any, stub: Stubber, status: str, kind: str
) -> None:
    says_execution(stub, EXECUTION, status)
    says_last_state(stub, kind, report(ORDERS, SESSIONS))
    look = start.look(lambda _: client, replace(WATCH, map_run=MAP_RUN, seen=("a",)))
    assert look.ended
    assert look.state == status
    assert [(result.table, result.ok) for result in look.results] == [("orders", True), ("sessions", False)]
    assert look.results[1].started == WHEN


def test_a_table_that_the_report_leaves_out_has_failed(client: Any, stub: Stubber) -> None:
    says_execution(stub, EXECUTION, "SUCCEEDED")
    says_last_state(stub, "SucceedStateEntered", report(ORDERS))
    look = start.look(lambda _: client, WATCH)
    assert look.results[1] == TableResult(
        "sessions",
        ok=False,
        error="SUCCEEDED",
        cause="The run ended SUCCEEDED without a result for this table",
    )


@pytest.mark.parametrize("status", ["TIMED_OUT", "ABORTED", "A_STATE_OF_THE_FUTURE"])
def test_without_a_report_the_children_count_and_the_rest_has_failed(
    client: Any, stub: Stubber, status: str
) -> None:
    says_execution(stub, EXECUTION, status, error="E", cause="somebody stopped it")
    stub.add_response("get_execution_history", {"events": [{"timestamp": WHEN, "type": "Other", "id": 1}]})
    says_children(stub, b="ABORTED", a="SUCCEEDED")
    says_execution(stub, CHILD + "b", "ABORTED", input='{"table": {"name": "sessions"}}')
    says_execution(stub, CHILD + "a", "SUCCEEDED", output=json.dumps(ORDERS))
    look = start.look(lambda _: client, replace(WATCH, map_run=MAP_RUN, seen=("a",)))
    assert look.ended
    assert [(result.table, result.ok) for result in look.results] == [("orders", True), ("sessions", False)]
    assert look.results[1].cause == (
        f"The run ended {status} without a result for this table: E: somebody stopped it"
    )


@pytest.mark.parametrize("given", [{"tables": ["orders"]}, [], "text", None, report(ORDERS, version=2)])
def test_what_is_not_a_report_of_this_version_is_not_read_as_one(given: Any) -> None:
    assert start.report_results(given) is None
