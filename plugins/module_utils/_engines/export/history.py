# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The export engine's past: the latest runs of many tables, and the points that they left in the bucket."""

from __future__ import annotations

import heapq
import json
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ..._aws import stepfunctions
from ..._base import naming
from ..._model.evidence import FAILED, RUNNING, SUCCEEDED, Findings, Past, Point, Run
from .planner import NAME
from .points import retention_days
from .start import LOST, REPORT_VERSION
from .verify import export_flaws, object_flaws

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from ..._aws.client import Aws
    from ..._model.stack import Stack

__all__ = ["SERVICE", "failed_runs", "latest_runs", "looks", "reported_points"]

SERVICE = "states"
ENDED_BADLY = (FAILED, "TIMED_OUT", "ABORTED")


def looks(aws: Aws, point: Point, *, content: bool) -> dict[str, Callable[[], Findings]]:
    """How to look closely at a point, by the service that is asked."""
    return {
        "s3": lambda: Findings(object_flaws(aws, point, content=content)),
        "dynamodb": lambda: Findings(export_flaws(aws, point)),
    }


def latest_runs(
    aws: Aws,
    stack: Stack,
    bucket: str,
    tables: Collection[str],
    *,
    first: int = 0,
    last: int | None = None,
    since: datetime | None = None,
    young: Mapping[str, datetime] | None = None,
) -> dict[str, Past]:
    """The runs of each table, from the newest execution back until every table has one that succeeded.

    Executions are numbered from the newest: those from first to before last are read, and none from before
    since.
    """
    del young  # executions tell all there is to know
    client = aws("stepfunctions")
    machine = stack.outputs.state_machine_arn
    runs: dict[str, list[Run]] = {table: [] for table in tables}
    missing = set(tables)
    for number, execution in enumerate(stepfunctions.list_executions(client, machine=machine)):
        if not missing or number == last or (since and execution["startDate"] < since):
            break
        if number < first:
            continue
        for table, run in runs_of(client, stack, bucket, execution):
            if table in runs:
                runs[table].append(run)
                if run.state == SUCCEEDED:
                    missing.discard(table)
    return {table: Past(tuple(found)) for table, found in runs.items()}


def failed_runs(
    aws: Aws, stack: Stack, bucket: str, since: Mapping[str, datetime], known: Collection[str]
) -> dict[str, Past]:
    """The latest run since its time of each table, in executions that ended badly and were not read yet.

    Beside hourly tables it may be far down the list, and theirs may have failed as well.
    """
    client, machine = aws("stepfunctions"), stack.outputs.state_machine_arn
    runs: dict[str, Run] = {}
    listed = heapq.merge(
        *(stepfunctions.list_executions(client, machine=machine, status=state) for state in ENDED_BADLY),
        key=itemgetter("startDate"),
        reverse=True,
    )
    for execution in listed:
        sought = [moment for table, moment in since.items() if table not in runs]
        if not sought or execution["startDate"] < min(sought):
            break
        if execution["executionArn"] in known:
            continue
        for table, run in runs_of(client, stack, bucket, execution):
            if table in since and run.started >= since[table]:
                runs.setdefault(table, run)
    return {table: Past((run,)) for table, run in runs.items()}


def runs_of(client: Any, stack: Stack, bucket: str, execution: dict[str, Any]) -> Iterator[tuple[str, Run]]:
    """What an execution, as ListExecutions tells of it, was for each of its tables."""
    arn, state = execution["executionArn"], execution["status"]
    if state in {SUCCEEDED, FAILED}:
        report = stepfunctions.last_state(client, arn)
        reported = _reported(report, stack, bucket, arn)
        if reported is not None:
            lost = [entry["table"] for entry in report["tables"] if entry.get("error") == LOST]
            yield from (reported | _left_by_children(client, stack, bucket, arn, report, lost)).items()
            return
    description = stepfunctions.describe_execution(client, arn)
    asked = json.loads(description.get("input", "{}"))
    run = Run(
        id=arn,
        state=f"{SUCCEEDED} without a report" if state == SUCCEEDED else state,
        scheduled=asked.get("scheduled"),
        started=execution["startDate"],
        finished=execution.get("stopDate"),
        error=description.get("error", ""),
        cause=description.get("cause", ""),
    )
    tables = _asked_tables(stack, asked)
    ended = [] if state == RUNNING else tables
    yield from (
        dict.fromkeys(tables, run) | _left_by_children(client, stack, bucket, arn, asked, ended)
    ).items()


def reported_points(
    aws: Aws, stack: Stack, bucket: str, since: datetime, most: int
) -> Iterator[tuple[str, Point]]:
    """The points that the newest executions reported, of those that began since."""
    client, machine = aws("stepfunctions"), stack.outputs.state_machine_arn
    for execution in islice(stepfunctions.list_executions(client, machine=machine), most):
        if execution["startDate"] < since:
            return
        for table, run in runs_of(client, stack, bucket, execution):
            if run.point:
                yield table, run.point


def _left_by_children(
    client: Any, stack: Stack, bucket: str, execution: str, told: dict[str, Any], tables: list[str]
) -> dict[str, Run]:
    """The runs of tables whose children did their work, although the execution has no result of them."""
    if not tables:
        return {}
    children = [
        child
        for map_run in stepfunctions.list_map_runs(client, execution)
        for child in stepfunctions.list_executions(client, map_run=map_run, status=SUCCEEDED)
    ]
    outputs = [
        stepfunctions.describe_execution(client, child["executionArn"])["output"] for child in children
    ]
    entries = [entry for entry in map(json.loads, outputs) if entry["table"] in tables]
    report = {"version": REPORT_VERSION, "scheduled": told.get("scheduled"), "tables": entries}
    return _reported(report, stack, bucket, execution) or {}


def _asked_tables(stack: Stack, asked: dict[str, Any]) -> list[str]:
    """The tables of an execution that did not report, by its input."""
    if "tables" in asked:
        return [str(table) for table in asked["tables"]]
    schedule = asked.get("schedule")
    return [table.name for table in stack.tables if table.enabled and table.schedule == schedule]


def _reported(report: Any, stack: Stack, bucket: str, execution: str) -> dict[str, Run] | None:
    """What the last state of an execution says of each table; None if it is no report that is known here."""
    if not isinstance(report, dict) or report.get("version") != REPORT_VERSION:
        return None
    try:
        return {
            entry["table"]: _entry_run(entry, report, stack, bucket, execution) for entry in report["tables"]
        }
    except (KeyError, TypeError, ValueError):
        return None


def _entry_run(
    entry: dict[str, Any], report: dict[str, Any], stack: Stack, bucket: str, execution: str
) -> Run:
    started, finished = (datetime.fromisoformat(entry[each]) for each in ("started", "finished"))
    point = None
    if entry["ok"] is True:
        export = f"table/{entry['table']}/export/{entry['export']}"
        arn = naming.arn(stack.outputs.state_machine_arn, "dynamodb", export)
        point = Point(
            bucket=bucket,
            prefix=entry["prefix"],
            export_arn=arn,
            items=int(entry["items"]),
            bytes=int(entry["bytes"]),
            finished=finished,
            retention_days=retention_days(entry["prefix"]),
            engine=NAME,
            taken=datetime.fromisoformat(entry["taken"]) if entry.get("taken") else started,
        )
    return Run(
        id=execution,
        state=SUCCEEDED if point else FAILED,
        scheduled=report.get("scheduled"),
        started=started,
        finished=finished,
        error=entry.get("error", ""),
        cause=entry.get("cause", ""),
        point=point,
    )
