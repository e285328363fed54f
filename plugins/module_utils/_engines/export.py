# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The export engine's past: the latest runs of many tables, and the points that they left in the bucket."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils import _names
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import dynamodb, s3, stepfunctions
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines._export_verify import (
    described_part,
    export_flaws,
    manifest_part,
    object_flaws,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._evidence import (
    FAILED,
    SUCCEEDED,
    Findings,
    Past,
    Point,
    Run,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines._stacks import Stack

__all__ = ["SERVICE", "latest_runs", "looks", "read_point"]

SERVICE = "states"
REPORT_VERSION = 1


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

    Executions are numbered from the newest: those from first to last are read, and none from before since.
    """
    del young  # executions tell all there is to know
    client = aws("stepfunctions")
    runs: dict[str, list[Run]] = {table: [] for table in tables}
    missing = set(tables)
    executions = stepfunctions.list_executions(client, machine=stack.outputs["StateMachineArn"])
    for number, execution in enumerate(executions):
        if not missing or number == last or (since and execution["startDate"] < since):
            break
        if number < first:
            continue
        for table, run in _runs_of(client, stack, bucket, execution):
            if table in runs:
                runs[table].append(run)
                if run.state == SUCCEEDED:
                    missing.discard(table)
    return {table: Past(tuple(found)) for table, found in runs.items()}


def _runs_of(client: Any, stack: Stack, bucket: str, execution: dict[str, Any]) -> Iterator[tuple[str, Run]]:
    arn, state = execution["executionArn"], execution["status"]
    if state in {SUCCEEDED, FAILED}:
        reported = _reported(stepfunctions.last_state(client, arn), stack, bucket, arn)
        if reported is not None:
            yield from reported.items()
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
    for table in _asked_tables(stack, asked):
        yield table, run


def _asked_tables(stack: Stack, asked: dict[str, Any]) -> list[str]:
    """The tables of an execution that did not report, by its input."""
    if "tables" in asked:
        return [str(table) for table in asked["tables"]]
    schedule = asked.get("schedule")
    return [table["name"] for table in stack.tables if table["enabled"] and table["schedule"] == schedule]


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
    finished = datetime.fromisoformat(entry["finished"])
    point = None
    if entry["ok"] is True:
        export = f"table/{entry['table']}/export/{entry['export']}"
        arn = _names.arn(stack.outputs["StateMachineArn"], "dynamodb", export)
        point = Point(
            bucket=bucket,
            prefix=entry["prefix"],
            export_arn=arn,
            items=int(entry["items"]),
            bytes=int(entry["bytes"]),
            finished=finished,
            retention_days=_retention_days(entry["prefix"]),
        )
    return Run(
        id=execution,
        state=SUCCEEDED if point else FAILED,
        scheduled=report.get("scheduled"),
        started=datetime.fromisoformat(entry["started"]),
        finished=finished,
        error=entry.get("error", ""),
        cause=entry.get("cause", ""),
        point=point,
    )


def _retention_days(prefix: str) -> int:
    """Of a point, from the retention class that its prefix begins with."""
    match = re.match(r"retain-(\d+)d/", prefix)
    if not match:
        raise ValueError(f"{prefix} is in no retention class.")
    return int(match[1])


def read_point(aws: Aws, bucket: str, folder: str) -> Point | None:
    """The point in a folder, None if there is none that holds a whole table.

    Nor is an empty one: only its run knows whether it may be.
    """
    client = aws("s3")
    for export in s3.list_folders(client, bucket, f"{folder}AWSDynamoDB/"):
        body = s3.get_object(client, bucket, f"{export}manifest-summary.json")
        summary = json.loads(body.read()) if body else {}
        if summary.get("itemCount") and not _is_part(aws, summary):
            return Point(
                bucket=bucket,
                prefix=folder.rstrip("/"),
                export_arn=summary["exportArn"],
                items=summary["itemCount"],
                bytes=summary["billedSizeBytes"],
                finished=datetime.fromisoformat(summary["endTime"]),
                retention_days=_retention_days(folder),
            )
    return None


def _is_part(aws: Aws, summary: dict[str, Any]) -> bool:
    """Whether an export is of less than a whole table, as its summary says or DynamoDB still knows."""
    described = dynamodb.describe_export(aws("dynamodb"), summary["exportArn"])
    return bool(manifest_part(summary) or described_part(described or {}))
