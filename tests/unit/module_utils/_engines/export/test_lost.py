# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Executions that lost the results of their tables: what their children did counts."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.export import history, start
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import Outputs
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.run import Watch
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.stack import Stack
from local_aws.client.machines import machine, statement
from tests.unit.support.records import table

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import Run
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.run import TableResult
    from local_aws.client.fixtures import Account

WHEN = "2026-11-23T02:00:00Z"
GOOD = {
    "table": "orders", "ok": True, "prefix": "retain-35d/orders/20261123T020000Z-1a2b3c4d", "items": 5,
    "export": "01700000000001-abcdef01", "bytes": 12, "started": WHEN, "finished": WHEN,
}  # fmt: skip
BAD = {"table": "sessions", "ok": False, "error": "E", "cause": "c", "started": WHEN, "finished": WHEN}
LOST = {"ok": False, "error": "NoResult", "cause": "lost", "started": WHEN, "finished": WHEN}
STATES = {
    "Tables": {
        "Type": "Map", "Label": "Tables", "Items": "{% $states.input.results %}", "Next": "End",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Child",
            "States": {"Child": {"Type": "Pass", "End": True}},
        },
    },
    "End": {
        "Type": "Choice",
        "Choices": [{"Condition": "{% $states.context.Execution.Input.waits %}", "Next": "Wait"}],
        "Default": "Report",
    },
    "Wait": {"Type": "Wait", "Seconds": 90000, "Next": "Report"},
    "Report": {"Type": "Pass", "Output": "{% $states.context.Execution.Input.report %}", "Next": "Fail"},
    "Fail": {"Type": "Fail", "Error": "SomeTablesFailed", "Cause": "2 of 3"},
}  # fmt: skip


@dataclass
class Lossy:
    """A machine whose executions report what they are told to, whatever their children did."""

    account: Account
    machine: str

    def run(self, *reported: dict[str, Any], waits: bool = False) -> str:
        client = self.account.client("stepfunctions")
        report = {"version": 1, "scheduled": None, "tables": list(reported)}
        given = {"results": [GOOD, BAD], "report": report, "waits": waits, "schedule": "24h"}
        arn: str = client.start_execution(stateMachineArn=self.machine, input=json.dumps(given))[
            "executionArn"
        ]
        ends = time.monotonic() + 20
        while client.describe_execution(executionArn=arn)["status"] == "RUNNING":
            assert time.monotonic() < ends
            if waits and len(self.children(arn)) == 2:
                client.stop_execution(executionArn=arn)
            time.sleep(0.05)
        return arn

    def children(self, execution: str) -> list[Any]:
        client = self.account.client("stepfunctions")
        runs = client.list_map_runs(executionArn=execution)["mapRuns"]
        found = [client.list_executions(mapRunArn=each["mapRunArn"])["executions"] for each in runs]
        return [child for some in found for child in some if child["status"] == "SUCCEEDED"]

    def seen_by_status(self) -> dict[str, list[Run]]:
        tables = tuple(table(name, schedule="24h") for name in ("orders", "sessions", "users"))
        stack = Stack("m", "CREATE_COMPLETE", Outputs(state_machine_arn=self.machine), tables)
        names = [each.name for each in tables]
        past = history.latest_runs(Aws(self.account.client), stack, "bucket", names)
        return {name: list(each.runs) for name, each in past.items()}

    def seen_by_run(self, execution: str) -> dict[str, TableResult]:
        watch = Watch(execution, ("orders", "sessions", "users"), "export")
        found = start.look(Aws(self.account.client), watch)
        assert found.ended
        return {result.table: result for result in found.results}


@pytest.fixture(name="lossy")
def fixture_lossy(account: Account) -> Lossy:
    may = statement("states:StartExecution", "states:DescribeExecution", "states:StopExecution")
    return Lossy(account, machine(account, STATES, may))


def test_a_table_whose_result_was_lost_is_as_its_child_left_it(lossy: Lossy) -> None:
    lost = [{**LOST, "table": name} for name in ("orders", "sessions", "users")]
    execution = lossy.run(*lost)
    found = lossy.seen_by_status()
    assert {name: [run.state for run in runs] for name, runs in found.items()} == {
        "orders": ["SUCCEEDED"], "sessions": ["FAILED"], "users": ["FAILED"],
    }  # fmt: skip
    assert found["orders"][0].point
    assert found["orders"][0].point.prefix == GOOD["prefix"]
    assert (found["sessions"][0].error, found["users"][0].error) == ("E", "NoResult")
    results = lossy.seen_by_run(execution)
    assert {name: (each.ok, each.error) for name, each in results.items()} == {
        "orders": (True, ""), "sessions": (False, "E"), "users": (False, "NoResult"),
    }  # fmt: skip


def test_what_a_stopped_run_had_backed_up_is_backed_up(lossy: Lossy) -> None:
    execution = lossy.run(waits=True)
    found = lossy.seen_by_status()
    assert {name: [run.state for run in runs] for name, runs in found.items()} == {
        "orders": ["SUCCEEDED"], "sessions": ["FAILED"], "users": ["ABORTED"],
    }  # fmt: skip
    assert {run.id for runs in found.values() for run in runs} == {execution}


def test_a_report_that_has_lost_nothing_is_taken_at_its_word(lossy: Lossy) -> None:
    lossy.run({**BAD, "table": "orders"}, {**BAD, "table": "users"})
    lossy.account.forget_calls()
    found = lossy.seen_by_status()
    assert [run.state for run in found["orders"]] == ["FAILED"]
    assert not {"ListMapRuns", "DescribeExecution"} & {call["operation"] for call in lossy.account.calls()}
