# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the instances of a pipeline tell: how each table's backup went, and where it lies.

https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-interpret-status.html (states)
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-object-emractivity.html (runtime fields)
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..._aws import datapipeline
from ..._base import naming
from ..._model.evidence import FAILED, RUNNING, SUCCEEDED, Point, Run
from .records import number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ..._model.outputs import TableRecord
    from ..._model.stack import Stack
    from .records import PipelineRecord

ENGINE = "data_pipeline"
CLUSTER = "Cluster"  # the id of the component
SUFFIX = "Z-dp"  # of a run's directory
BY_HAND = "-run"  # what is added to a pipeline's name for the one that runs it on demand

_UNDER_WAY = (
    "ACTIVATING", "CREATING", "PENDING", "RUNNING", "SCHEDULED", "SHUTTING_DOWN", "VALIDATING",
    "WAITING_FOR_RUNNER", "WAITING_ON_DEPENDENCIES",
)  # fmt: skip
# The states of instances in the words of Step Functions, which the verdict knows. One that is not here stays
# as it is, and counts as unknown.
STATES = {
    **dict.fromkeys(_UNDER_WAY, RUNNING),
    "FINISHED": SUCCEEDED,
    "FAILED": FAILED,
    "CASCADE_FAILED": FAILED,
    "TIMEDOUT": "TIMED_OUT",
    "CANCELED": "ABORTED",
    # Nobody has backed anything up in these.
    "DEACTIVATING": "ABORTED",
    "INACTIVE": "ABORTED",
    "MARK_FINISHED": "ABORTED",
    "SKIPPED": "ABORTED",
    "PAUSED": "PAUSED",
}
_DIRECTORY = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<prefix>retain-(?P<days>\d+)d/[^/]+/[^/]+)")
_INSTANCE = re.compile(r"@([A-Za-z0-9]+)_(.+)")
_MOST_OF_ONE = 3  # instances of a component that are worth a look


def moment(text: str) -> datetime:
    """A time as AWS Data Pipeline writes it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def stamp(when: datetime) -> str:
    """The other way."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def run_directory(scheduled: datetime) -> str:
    """The last part of where the run of a time puts a table's backup."""
    return f"{scheduled:%Y%m%dT%H%M%S}{SUFFIX}"


def scheduled_for(directory: str) -> datetime:
    """The other way."""
    return datetime.strptime(directory.removesuffix(SUFFIX), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def by_hand(stack: str, listed: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The pipelines that run tables of a stack on demand: id to name."""
    wanted = re.compile(re.escape(stack) + r"-.+" + BY_HAND)
    return {each["id"]: each["name"] for each in listed if wanted.fullmatch(each["name"])}


def components(tables: Iterable[str]) -> dict[str, str]:
    """The ids of tables' activities, and their names."""
    return {naming.logical_id(table): table for table in tables}


def members(stack: Stack, pipeline: PipelineRecord) -> list[TableRecord]:
    """The records of the tables that a pipeline of a stack backs up."""
    place = (pipeline.schedule, pipeline.number)
    return [row for row in stack.tables if row.enabled and (row.schedule, number(row)) == place]


def chosen(ids: Iterable[str], wanted: Collection[str]) -> list[str]:
    """Of instances' ids, those of the latest instances of some components, and those that do not tell."""
    kept: list[str] = []
    by_component: dict[str, list[str]] = {}
    for each in ids:
        found = _INSTANCE.fullmatch(each)
        if found is None:
            kept.append(each)
        elif found[1] in wanted:
            by_component.setdefault(found[1], []).append(each)
    # An id ends with the scheduled time: its order is that of time.
    return kept + [each for some in by_component.values() for each in sorted(some)[-_MOST_OF_ONE:]]


def describe(
    client: Any, pipeline: str, ids: list[str], tables: Mapping[str, str]
) -> list[tuple[str, dict[str, str]]]:
    """Instances with the tables they back up; what an instance does not tell, its last attempt may."""
    described = list(datapipeline.describe_objects(client, pipeline, ids))
    mine = [each for each in described if each.get("@componentParent") in tables]
    mute = [
        each["@headAttempt"]
        for each in mine
        if each.get("@headAttempt") and STATES.get(each.get("@status", "")) == FAILED and not _cause(each)
    ]
    attempts = {each["id"]: each for each in datapipeline.describe_objects(client, pipeline, mute)}
    return [
        (tables[each["@componentParent"]], {**attempts.get(each.get("@headAttempt", ""), {}), **each})
        for each in mine
    ]


def run_of(pipeline: str, fields: Mapping[str, str], *, scheduled: bool) -> Run:
    """What an instance tells of a backup."""
    status = fields.get("@status", "")
    state = STATES.get(status, status or "without a status")
    begun = fields["@scheduledStartTime"]
    ended = fields.get("@actualEndTime") or fields.get("@finishedTime")
    started = moment(fields.get("@actualStartTime") or begun)
    # A success whose end AWS does not tell is as old as its start.
    finished = moment(ended) if ended else None if state == RUNNING else started
    return Run(
        id=f"{pipeline}/{fields['id']}",
        state=state,
        scheduled=f"{begun}Z" if scheduled else None,
        started=started,
        finished=finished,
        error=fields.get("errorId", "") or (status if state not in (RUNNING, SUCCEEDED) else ""),
        cause=_cause(fields),
        log=fields.get("emrStepLog") or fields.get("hadoopJobLog", ""),
        point=_point(fields, started, finished) if state == SUCCEEDED and finished else None,
    )


def _cause(fields: Mapping[str, str]) -> str:
    told = ("errorMessage", "cancellationReason", "@failureReason")
    if cause := next((fields[key] for key in told if fields.get(key)), ""):
        return cause
    culprit = fields.get("@cascadeFailedOn")
    return f"{culprit} failed before it" if culprit else ""


def clusters(client: Any, pipeline: str, since: str = "") -> list[dict[str, str]]:
    """The instances of a pipeline's cluster, of those only that were scheduled since then."""
    ids = chosen(datapipeline.query_instances(client, pipeline, since), {CLUSTER})
    described = datapipeline.describe_objects(client, pipeline, ids)
    return [each for each in described if each.get("@componentParent") == CLUSTER]


def any_at_work(instances: Iterable[Mapping[str, str]]) -> bool:
    """Whether one has not ended, or is in a state that is not known."""
    return any(STATES.get(each.get("@status", ""), RUNNING) in (RUNNING, "PAUSED") for each in instances)


def place(fields: Mapping[str, str]) -> tuple[str, str, int] | None:
    """Bucket, prefix and days of retention of an instance's backup; None if it does not tell."""
    text = fields.get("myDirectory", "")
    if "#{" in text:  # AWS evaluates no fields of users' own
        text = text.split("#{")[0] + run_directory(moment(fields["@scheduledStartTime"]))
    found = _DIRECTORY.fullmatch(text)
    return (found["bucket"], found["prefix"], int(found["days"])) if found else None


def _point(fields: Mapping[str, str], started: datetime, finished: datetime) -> Point | None:
    found = place(fields)
    if found is None:
        return None
    bucket, prefix, days = found
    return Point(
        bucket=bucket, prefix=prefix, export_arn="", items=None, bytes=None, finished=finished,
        retention_days=days, engine=ENGINE, taken=started,
    )  # fmt: skip
