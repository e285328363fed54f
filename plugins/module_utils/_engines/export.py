# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The export engine's past: the latest runs of many tables, and the points that they left in the bucket."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils import _names
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import s3, stepfunctions
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines._export_verify import (
    export_flaws,
    object_flaws,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._evidence import (
    FAILED,
    SUCCEEDED,
    Point,
    Run,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines._stacks import Stack

__all__ = ["export_flaws", "latest_runs", "newest_point", "object_flaws", "point_folders"]

REPORT_VERSION = 1
NEWEST_ATTEMPTS = 5  # how many failed ones in a row may hide a point


def latest_runs(
    aws: Aws,
    stack: Stack,
    bucket: str,
    tables: Collection[str],
    *,
    first: int = 0,
    last: int | None = None,
    since: datetime | None = None,
) -> dict[str, list[Run]]:
    """The runs of each table, from the newest execution back until every table has one that succeeded.

    Executions are numbered from the newest: those from first to last are read, and none from before since.
    """
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
    return runs


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


def point_folders(aws: Aws, bucket: str, retention_days: Iterable[int]) -> list[str]:
    """The folders of all tables that have points, or had attempts at one, in any of the retention classes."""
    client = aws("s3")
    return [
        folder for days in retention_days for folder in s3.list_folders(client, bucket, f"retain-{days}d/")
    ]


def newest_point(aws: Aws, bucket: str, folders: Iterable[str]) -> Point | None:
    """The newest point in the folders of a table, for tables whose runs are not remembered.

    An empty export does not count: only its run knows whether it may be empty.
    """
    client = aws("s3")
    attempts = [attempt for folder in folders for attempt in s3.list_folders(client, bucket, folder)]
    # Below the class and the table, a folder is named by the time of its run.
    newest = sorted(attempts, key=lambda attempt: attempt.split("/")[-2], reverse=True)[:NEWEST_ATTEMPTS]
    for attempt in newest:
        for export in s3.list_folders(client, bucket, f"{attempt}AWSDynamoDB/"):
            body = s3.get_object(client, bucket, f"{export}manifest-summary.json")
            summary = json.loads(body.read()) if body else {}
            if summary.get("itemCount"):
                return Point(
                    bucket=bucket,
                    prefix=attempt.rstrip("/"),
                    export_arn=summary["exportArn"],
                    items=summary["itemCount"],
                    bytes=summary["billedSizeBytes"],
                    finished=datetime.fromisoformat(summary["endTime"]),
                    retention_days=_retention_days(attempt),
                )
    return None
