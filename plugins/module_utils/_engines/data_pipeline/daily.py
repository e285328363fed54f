# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the backups of many tables went, day by day, by the names of instances: a call tells of 100 of them.

The name of an instance tells table and time, and that it is found by its state tells the state. So no
instance is described.
https://docs.aws.amazon.com/datapipeline/latest/APIReference/API_QueryObjects.html
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from ..._aws import datapipeline
from ..._base import naming
from ..._model.daily import Told
from ..._model.evidence import RUNNING, SUCCEEDED, Point, Run
from . import records
from .runs import ENGINE, STATES, by_hand, components, moment, run_directory, stamp

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date, datetime

    from ..._aws.client import Aws
    from ..._model.outputs import TableRecord
    from ..._model.stack import Stack

SERVICE = "datapipeline"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def daily_runs(aws: Aws, stack: Stack, bucket: str, tables: Collection[str], since: datetime) -> Told:
    """What instances that were scheduled since a time tell of each day."""
    client = aws(SERVICE)
    rows = {row.name: row for row in stack.tables if row.name in tables}
    mine = components(rows)
    pipelines = {each.id: True for each in records.pipelines(stack.outputs)}
    pipelines |= dict.fromkeys(by_hand(stack.name, datapipeline.list_pipelines(client)), False)
    runs: dict[str, list[Run]] = defaultdict(list)
    named_otherwise = False
    for pipeline, scheduled in pipelines.items():
        for state, name in _instances(client, pipeline, since):
            component, _line, begun = name.removeprefix("@").partition("_")
            if begun and component not in mine:
                continue
            if not _TIME.fullmatch(begun):
                named_otherwise = True
                continue
            row = rows[mine[component]]
            runs[row.name].append(_run(pipeline, state, row, bucket, moment(begun), scheduled=scheduled))
    told = Told({table: tuple(each) for table, each in runs.items()})
    return replace(told, unread=_days(since, aws.time())) if named_otherwise else told


def _days(since: datetime, until: datetime) -> frozenset[date]:
    """All of them: of a name that tells nothing nobody knows which is meant."""
    first, last = since.astimezone(UTC).date(), until.astimezone(UTC).date()
    return frozenset(first + timedelta(days=number) for number in range((last - first).days + 1))


def _instances(client: Any, pipeline: str, since: datetime) -> Iterator[tuple[str, str]]:
    """State and name of each: first those that went well, then those that did not."""
    for state, statuses in _states().items():
        for name in datapipeline.query_instances(client, pipeline, stamp(since), statuses):
            yield state, name


def _states() -> Mapping[str, list[str]]:
    """What AWS Data Pipeline calls a state that a run may have here: three questions are enough."""
    asked: dict[str, list[str]] = defaultdict(list)
    for status, state in STATES.items():
        under_way = state in (RUNNING, "PAUSED")
        asked[state if state == SUCCEEDED else RUNNING if under_way else "FAILED"].append(status)
    return asked


def _run(
    pipeline: str, state: str, row: TableRecord, bucket: str, begun: datetime, *, scheduled: bool
) -> Run:
    point = None
    if state == SUCCEEDED:
        prefix = f"{naming.points(row.name, row.retention_days)}/{run_directory(begun)}"
        point = Point(
            bucket=bucket, prefix=prefix, export_arn="", items=None, bytes=None, finished=begun,
            retention_days=row.retention_days, engine=ENGINE, taken=begun,
        )  # fmt: skip
    return Run(
        id=f"{pipeline}/{naming.logical_id(row.name)}/{stamp(begun)}",
        state=state,
        started=begun,
        finished=None if state == RUNNING else begun,
        scheduled=f"{stamp(begun)}Z" if scheduled else None,
        point=point,
    )
