# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Start backups of the data_pipeline engine on demand, and see how they are getting on.

A pipeline on demand is a scheduled one without its schedule and without the tables that are not asked for: it
makes the same cluster. The last one stays, so that its runs can be told, until the next is made.
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-concepts-schedules.html
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..._aws import datapipeline, s3
from ..._aws.client import ask
from ..._model.evidence import SUCCEEDED, Run
from ..._model.refusal import Refusal
from ..._model.run import Look, MachineError, StartError, TableResult, Watch, lost_result
from . import definition, pipelines, records, retire
from . import runs as data_pipeline_runs
from .runs import BY_HAND, ENGINE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from ..._aws.client import Aws
    from ..._model.outputs import TableRecord
    from ..._model.stack import Stack
    from .records import PipelineRecord

# A pipeline, and the tables to back up as it does.
_Share = tuple["PipelineRecord", list["TableRecord"]]

SERVICE = "datapipeline"
LONGEST_DESCRIPTION = 1024


def check(stack: Stack) -> None:
    """Raise if a stack cannot be used."""
    if "ClusterRoleArn" not in stack.outputs.raw:
        raise MachineError(
            f"Stack {stack.name} is {stack.status} and has no role for its clusters: "
            "run the backup playbook to finish it."
        )


def start(aws: Aws, stack: Stack, tables: Collection[str], started_by: str, now: datetime) -> Iterator[Watch]:
    """Start backups of a stack's tables, on one cluster for each of its pipelines that has some of them."""
    client = aws(SERVICE)
    shares = _shares(stack, tables)
    _make_way(client, stack, now)
    for name, (record, rows) in shares.items():
        scheduled = datapipeline.get_definition(client, record.id)
        model = data_pipeline_runs.members(stack, record)[0]
        objects = definition.on_demand(scheduled, record.name, rows, model)
        pipeline = datapipeline.create_pipeline(
            client,
            f"{name}{BY_HAND}",
            uuid.uuid4().hex,
            f"Backs up DynamoDB tables once, for {started_by}"[:LONGEST_DESCRIPTION],
            _tags(stack),
        )
        try:
            datapipeline.put_definition(client, pipeline, objects)
            datapipeline.activate_pipeline(client, pipeline)
        except Exception:
            datapipeline.delete_pipeline(client, pipeline)
            raise
        yield Watch(pipeline, tuple(sorted(row.name for row in rows)), engine=ENGINE)


def _shares(stack: Stack, tables: Collection[str]) -> dict[str, _Share]:
    """By pipeline: its record, and the records of the tables to back up as it does."""
    shares: dict[str, _Share] = {}
    standing = records.pipelines(stack.outputs)
    without_pipeline = [row for row in stack.tables if row.name in tables and not row.enabled]
    for record in standing:
        rows = [row for row in data_pipeline_runs.members(stack, record) if row.name in tables]
        if rows:
            shares[record.name] = (record, list(rows))
    if without_pipeline and not standing:
        names = ", ".join(row.name for row in without_pipeline)
        raise StartError(
            f"{names}: every table of {stack.name} is disabled, so that it has no pipeline to follow. "
            "Set enabled to true and run the backup playbook."
        )
    for row in without_pipeline:
        _assign(shares, stack, row)
    return shares


def _assign(shares: dict[str, _Share], stack: Stack, row: TableRecord) -> None:
    """Give a disabled table to the first pipeline that has room for it."""
    for record in records.pipelines(stack.outputs):
        _record, rows = shares.get(record.name, (record, []))
        if len(rows) < pipelines.MOST_TABLES:
            shares.setdefault(record.name, (record, rows))[1].append(row)
            return
    raise StartError(
        f"{row.name} is disabled, and the pipelines of {stack.name} have no room for it beside the other "
        "tables of this run: run it after them, by itself."
    )


def _make_way(client: Any, stack: Stack, now: datetime) -> None:
    """Remove what ran before on demand; refuse if it still runs: two clusters would read at once."""
    hand = data_pipeline_runs.by_hand(stack.name, datapipeline.list_pipelines(client))
    described = datapipeline.describe_pipelines(client, list(hand))
    told = {
        pipeline: fields
        for pipeline, fields in described.items()
        if fields["tags"].get("tablekeeper-stack") == stack.name
    }
    for pipeline, fields in told.items():
        if retire.on_demand_at_work(client, pipeline, fields, now):
            raise StartError(
                f"The pipeline {fields['name']} ({pipeline}) still runs tables of {stack.name} on demand. "
                "Wait until it has ended, or delete it, then run again."
            )
    for pipeline in told:
        datapipeline.delete_pipeline(client, pipeline)


def _tags(stack: Stack) -> dict[str, str]:
    prefix = stack.name.rsplit("-data-pipeline-", 1)[0]
    return {"dynamodbdatapipeline": "true", "tablekeeper-prefix": prefix, "tablekeeper-stack": stack.name}


def look(aws: Aws, watch: Watch) -> Look:
    """See how a pipeline on demand is getting on; when it has ended, each of its tables has a result."""
    client = aws(SERVICE)
    told = datapipeline.describe_pipelines(client, [watch.execution]).get(watch.execution)
    state = str(told.get("@pipelineState", "")) if told else "DELETED"
    waiting = data_pipeline_runs.components(table for table in watch.tables if table not in watch.seen)
    ids = data_pipeline_runs.chosen(datapipeline.query_instances(client, watch.execution), waiting)
    found = data_pipeline_runs.describe(client, watch.execution, ids, waiting)
    runs = [
        (table, data_pipeline_runs.run_of(watch.execution, each, scheduled=False)) for table, each in found
    ]
    results = [_result(aws, table, run) for table, run in runs if run.finished]
    if state in retire.ENDED or not told:
        known = {*watch.seen, *(result.table for result in results)}
        results += [lost_result(table, state, "") for table in watch.tables if table not in known]
    seen = tuple(sorted({*watch.seen, *(result.table for result in results)}))
    fresh = Watch(watch.execution, watch.tables, seen=seen, engine=ENGINE)
    return Look(fresh, state, ended=len(seen) == len(watch.tables), results=tuple(results))


def _result(aws: Aws, table: str, run: Run) -> TableResult:
    ended = TableResult(
        table, ok=False, started=_shown(run.started), finished=_shown(run.finished), log=run.log
    )
    if run.state != SUCCEEDED or run.point is None:
        cause = run.cause or f"AWS gave no cause; see the instance {run.id}"
        return replace(ended, error=run.error, cause=cause)
    files, size = _measured(aws, run.point.bucket, run.point.prefix)
    return replace(ended, ok=True, prefix=run.point.prefix, items=None, bytes=size, files=files)


def _measured(aws: Aws, bucket: str, prefix: str) -> tuple[int | None, int | None]:
    """Files and bytes of a backup; none if the caller may not list them: the backup is good all the same."""
    start = f"{prefix}/data/"
    listed = ask("s3", lambda: list(s3.list_objects(aws("s3"), bucket, start)))
    if isinstance(listed, Refusal):
        return None, None
    data = [item["Size"] for item in listed if item["Key"] not in (f"{start}manifest", f"{start}_SUCCESS")]
    return len(data), sum(data)


def _shown(moment: datetime | None) -> str:
    return f"{data_pipeline_runs.stamp(moment)}Z" if moment else ""
