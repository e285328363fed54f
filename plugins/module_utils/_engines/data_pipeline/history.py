# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The data_pipeline engine's past: the latest runs of many tables, and the points that they left.

Components are asked first, 25 a call: what they tell of a healthy table is enough while its latest run is
young. Instances are asked for the others. AWS does not say for sure that components tell it at all: where
they do not, the instances are looked for.
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-interpret-health-status.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from ..._aws import datapipeline
from ..._base import naming
from ..._model.evidence import SUCCEEDED, Findings, Past, Point, Run, Starter
from . import records
from . import runs as data_pipeline_runs
from .runs import ENGINE, moment
from .verify import findings, read_point

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from ..._aws.client import Aws
    from ..._model.outputs import TableRecord
    from ..._model.stack import Stack
    from .records import PipelineRecord

__all__ = ["SERVICE", "failed_runs", "latest_runs", "looks", "read_point"]

SERVICE = "datapipeline"


def looks(aws: Aws, point: Point, *, content: bool) -> dict[str, Callable[[], Findings]]:
    """How to look closely at a point, by the service that is asked."""
    return {"s3": partial(findings, aws, point, content=content)}


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
    """What is known of each table's latest runs, scheduled and on demand.

    A run of a table that was scheduled after its time in young is taken from what its component tells.
    """
    del bucket, last, since  # pipelines tell where they put things, and are not asked for their whole history
    if first:
        return {table: Past() for table in tables}
    client = aws(SERVICE)
    hand = data_pipeline_runs.by_hand(stack.name, datapipeline.list_pipelines(client))
    standing = records.pipelines(stack.outputs)
    told = datapipeline.describe_pipelines(client, [*(each.id for each in standing), *hand])
    runs: dict[str, list[Run]] = {table: [] for table in tables}
    starters: dict[str, Starter] = {}
    for record in standing:
        rows = {row.name: row for row in data_pipeline_runs.members(stack, record) if row.name in runs}
        if rows:
            scheduled = _Scheduled(client, record, told.get(record.id, {}), rows, young or {})
            for table, run in scheduled.runs():
                runs[table].append(run)
            starters |= scheduled.starters
    for pipeline in hand:
        for table, run in _on_demand(client, pipeline, tables):
            runs[table].append(run)
    return {table: Past(tuple(found), starters.get(table)) for table, found in runs.items()}


def failed_runs(
    aws: Aws, stack: Stack, bucket: str, since: Mapping[str, datetime], known: Collection[str]
) -> dict[str, Past]:
    """None: each pipeline was asked about its own tables, whose runs no other's can hide."""
    del aws, stack, bucket, since, known
    return {}


def _on_demand(client: Any, pipeline: str, tables: Collection[str]) -> list[tuple[str, Run]]:
    mine = data_pipeline_runs.components(tables)
    ids = data_pipeline_runs.chosen(datapipeline.query_instances(client, pipeline), mine)
    found = data_pipeline_runs.describe(client, pipeline, ids, mine)
    return [(table, data_pipeline_runs.run_of(pipeline, fields, scheduled=False)) for table, fields in found]


@dataclass
class _Scheduled:
    """A pipeline that runs by the clock."""

    client: Any
    record: PipelineRecord
    told: Mapping[str, Any]  # what AWS says of the pipeline; nothing if it is gone
    rows: Mapping[str, TableRecord]
    young: Mapping[str, datetime]

    def __post_init__(self) -> None:
        self.starters: dict[str, Starter] = {}

    def runs(self) -> list[tuple[str, Run]]:
        tables = data_pipeline_runs.components(self.rows)
        found: list[tuple[str, Run]] = []
        closer: list[str] = []
        since: dict[str, str] = {}
        described = datapipeline.describe_objects(self.client, self.record.id, list(tables))
        components = {each["id"]: each for each in described}
        for component, table in tables.items():
            fields = components.get(component, {})
            self.starters[table] = self._starter(fields)
            if run := self._told_run(table, fields):
                found.append((table, run))
                continue
            if instance := fields.get("@healthStatusFromInstanceId"):
                closer.append(instance)
            if components and _open(fields):
                since[component] = fields.get("@latestRunTime") or self._window(table)
        if since:
            ids = datapipeline.query_instances(self.client, self.record.id, min(since.values()))
            closer += data_pipeline_runs.chosen(ids, since)
        instances = data_pipeline_runs.describe(
            self.client, self.record.id, list(dict.fromkeys(closer)), tables
        )
        known = {table for table, _run in found}
        return found + [
            (table, data_pipeline_runs.run_of(self.record.id, fields, scheduled=True))
            for table, fields in instances
            if table not in known
        ]

    def _starter(self, component: Mapping[str, str]) -> Starter:
        state = self.told.get("@pipelineState", "UNKNOWN") if self.told else ""
        if component.get("@status") == "PAUSED":
            state = "PAUSED"
        health = self.told.get("@healthStatus", "")
        return Starter(self.record.id, self.record.name, state, datapipeline.WORKING.get(state), health)

    def _told_run(self, table: str, component: Mapping[str, str]) -> Run | None:
        """The latest run, if it went well and what the component tells of it is enough."""
        if component.get("@healthStatus") != "HEALTHY" or _open(component) or table not in self.young:
            return None
        scheduled = moment(component["@latestCompletedRunTime"])
        # Who activates a pipeline may have changed where it puts things.
        activated = self.told.get("@lastActivationTime")
        if scheduled < self.young[table] or not activated or moment(activated) >= scheduled:
            return None
        finished, days = self._finished(scheduled, component), self.rows[table].retention_days
        point = Point(
            bucket=_bucket(component), prefix=self._prefix(table, scheduled), export_arn="", items=None,
            bytes=None, finished=finished, retention_days=days, engine=ENGINE, taken=scheduled,
        )  # fmt: skip
        name = component.get("@healthStatusFromInstanceId", component["id"])
        return Run(
            id=f"{self.record.id}/{name}", state=SUCCEEDED, started=scheduled, finished=finished,
            scheduled=f"{data_pipeline_runs.stamp(scheduled)}Z", point=point,
        )  # fmt: skip

    def _finished(self, scheduled: datetime, component: Mapping[str, str]) -> datetime:
        """When the health was told, if that can be this run's end; otherwise at least its start is known."""
        updated = moment(component.get("@healthStatusUpdatedTime", data_pipeline_runs.stamp(scheduled)))
        end = scheduled + timedelta(hours=self.record.limit)
        return updated if scheduled <= updated <= end else scheduled

    def _prefix(self, table: str, scheduled: datetime) -> str:
        points = naming.points(table, self.rows[table].retention_days)
        return f"{points}/{data_pipeline_runs.run_directory(scheduled)}"

    def _window(self, table: str) -> str:
        """From when on instances count for a table of which nothing is told; empty: from the beginning."""
        if table not in self.young:
            return ""
        return data_pipeline_runs.stamp(self.young[table] - timedelta(hours=self.record.every))


def _bucket(component: Mapping[str, str]) -> str:
    return component.get("myDirectory", "").removeprefix("s3://").split("/")[0]


def _open(component: Mapping[str, str]) -> bool:
    """Whether there may be a run that has not ended, or nothing is told."""
    latest = component.get("@latestRunTime")
    told = bool(latest) and "@healthStatus" in component
    return not told or latest != component.get("@latestCompletedRunTime")
