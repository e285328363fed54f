# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Start backups of the export engine and see how they are getting on."""

from __future__ import annotations

import json
import secrets
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from ..._aws import stepfunctions
from ..._model.run import Look, MachineError, TableResult, Watch, lost_result
from .planner import NAME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from ..._aws.client import Aws
    from ..._model.stack import Stack

SERVICE = "stepfunctions"
REPORT_VERSION = 1
UNDER_WAY = ("RUNNING", "PENDING_REDRIVE")
CUT_OFF = ("ABORTED", "TIMED_OUT")
BY_HAND = "by-hand-"  # begins the names of executions that no schedule has started
LOST = "NoResult"  # of a table whose child the execution lost sight of


def check(stack: Stack) -> None:
    """Raise if a stack cannot be used."""
    if not stack.outputs.state_machine_arn:
        raise MachineError(
            f"Stack {stack.name} is {stack.status} and has no state machine: "
            "run the backup playbook to finish it."
        )


def run_name(now: datetime) -> str:
    """A name for an execution that people can read and that no other has."""
    return f"{BY_HAND}{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def start(aws: Aws, stack: Stack, tables: Collection[str], started_by: str, now: datetime) -> Iterator[Watch]:
    """Start backups of a stack's tables, all in one execution."""
    payload = {"tables": sorted(tables), "started_by": started_by}
    machine = stack.outputs.state_machine_arn
    execution = stepfunctions.start_execution(aws(SERVICE), machine, run_name(now), payload)
    yield Watch(execution, tuple(sorted(tables)), NAME)


def look(aws: Aws, watch: Watch) -> Look:
    """See how an execution is getting on; when it has ended, every one of its tables has a result."""
    client = aws(SERVICE)
    execution = stepfunctions.describe_execution(client, watch.execution)
    state = str(execution["status"])
    if state in UNDER_WAY:
        watch, results = _finished_children(client, watch)
        return Look(watch, state, ended=False, results=tuple(results))
    results = _final_results(client, watch)
    found = {result.table for result in results}
    cause = ": ".join(text for text in (execution.get("error"), execution.get("cause")) if text)
    lost = [lost_result(table, state, cause) for table in watch.tables if table not in found]
    return Look(watch, state, ended=True, results=(*results, *lost))


def _final_results(client: Any, watch: Watch) -> list[TableResult]:
    reported = report_results(stepfunctions.last_state(client, watch.execution))
    lost = {result.table for result in reported or () if result.error == LOST}
    if reported is not None and not lost:
        return reported
    _watch, results = _finished_children(client, replace(watch, seen=()))
    if reported is not None:
        # What the execution lost, the children of its tables may still know.
        known = {result.table: result for result in results if result.table in lost}
        return [known.get(result.table, result) for result in reported]
    # What was cut off has no cause of its own: the run's is the better one.
    return [result for result in results if result.error not in CUT_OFF]


def _finished_children(client: Any, watch: Watch) -> tuple[Watch, list[TableResult]]:
    if not watch.map_run:
        watch = replace(watch, map_run=next(iter(stepfunctions.list_map_runs(client, watch.execution)), ""))
    if not watch.map_run:
        return watch, []
    children = stepfunctions.list_executions(client, map_run=watch.map_run)
    ended = [child for child in children if child["status"] not in UNDER_WAY]
    fresh = [child for child in ended if child["name"] not in watch.seen]
    described = [stepfunctions.describe_execution(client, child["executionArn"]) for child in fresh]
    results = [child_result(child) for child in described]
    return replace(watch, seen=(*watch.seen, *(child["name"] for child in fresh))), results


def report_results(report: Any) -> list[TableResult] | None:
    """The results in what the last state of a run was given; None if that is not a report."""
    if not isinstance(report, dict) or report.get("version") != REPORT_VERSION:
        return None
    return [table_result(entry) for entry in report["tables"]]


def child_result(child: dict[str, Any]) -> TableResult:
    """The result of a child execution that has ended."""
    if child["status"] == "SUCCEEDED":
        return table_result(json.loads(child["output"]))
    return TableResult(
        table=str(json.loads(child["input"])["table"]["name"]),
        ok=False,
        error=child.get("error") or child["status"],
        cause=child.get("cause") or f"The execution of this table ended {child['status']}",
    )


def table_result(entry: dict[str, Any]) -> TableResult:
    """A result as the state machine wrote it."""
    known = {field.name for field in fields(TableResult)}
    return TableResult(**{key: value for key, value in entry.items() if key in known and value is not None})
