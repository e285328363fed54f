# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The engine data_pipeline, as planning.py asks for it: pipelines of AWS Data Pipeline start clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..._base.mistakes import Mistake
from ..._model.outputs import listing
from ..._model.plan import LogBucket
from ..planning import EntryKey, Watched, Weight
from . import pipelines, records
from .estimate import estimate
from .options import ENGINE as NAME
from .options import mapping, misplaced, overtagged, ratio, read_data_pipeline
from .pipelines import MOST_PIPELINES, PipedTable, PipelinePlan, in_words
from .price import month

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ..._base.checks import Check, Reading
    from ..._model.outputs import TableRecord
    from ..._model.plan import StackPlan, TablePlan
    from ..planning import Given, Upcoming
    from .options import DataPipeline

__all__ = [
    "DESCRIPTION",
    "KEYS",
    "LEAF",
    "MARK",
    "NAME",
    "NEEDS",
    "NEEDS_PITR",
    "ROLE",
    "SETTINGS",
    "estimate",
    "in_words",
    "month",
]

MARK = f"/{NAME}"  # no table name has a slash
ROLE = "pipeline"
DESCRIPTION = (
    "Scheduled DynamoDB backups by AWS Data Pipeline, many tables to a cluster, with a missed-run alarm for"
    " every table"
)
LEAF = "ClusterProfile"
NEEDS_PITR = False
NEEDS = "log_bucket_name"
KEYS = {"read_ratio": EntryKey(ratio, "takes none of a table's read capacity")}
SETTINGS: Mapping[str, Check[Any]] = {NAME: mapping}

# Of a pipeline's two objects for a table; and of its other objects.
_TABLE_BYTES = 1_200
_PIPELINE_BYTES = 4_600


@dataclass(frozen=True)
class PipelineStack:
    """The engine's own part of a stack."""

    pipelines: tuple[PipelinePlan, ...]
    listing: tuple[str, ...]  # their records, as outputs


def read_settings(reading: Reading, region: str, mistakes: list[Mistake]) -> DataPipeline:
    """How clusters are made."""
    return read_data_pipeline(reading.values.get(NAME, {}), region, mistakes)


def read_entry(values: Mapping[str, Any]) -> PipedTable:
    """The share of the read capacity."""
    return PipedTable(**{key: values[key] for key in KEYS if key in values})


def refused_timezone(timezone: str) -> str:
    """Pipelines start by UTC."""
    if timezone == "UTC":
        return ""
    return "AWS Data Pipeline knows no other time zone than UTC: write timezone: UTC, and at in UTC"


def refused_target(region: str, tags: Mapping[str, str], tables: Sequence[str]) -> Iterator[Mistake]:
    """A region without the service, and more tags than a pipeline takes."""
    yield from misplaced(region, tables)
    yield from overtagged(tags, tables)


def starts(
    table: TableRecord, own: Mapping[str, Sequence[Mapping[str, Any]]], since: dt.datetime, until: dt.datetime
) -> Sequence[dt.datetime]:
    """Those of the pipeline that backs it up; none if no pipeline does."""
    standing = map(records.PipelineRecord.from_json, own.get(records.LIST, ()))
    place = (table.schedule, records.number(table))
    mine = (each for each in standing if (each.schedule, each.number) == place)
    return [start for each in mine for start in pipelines.starts(each, since, until)]


def weigh(table: TablePlan, *, first: bool) -> Weight:
    """The objects of a table in its pipeline, which is that of the schedule."""
    return Weight(template=_TABLE_BYTES + 4 * len(table.name) + (_PIPELINE_BYTES if first else 0))


def log_bucket(settings: DataPipeline) -> LogBucket:
    """The bucket for what clusters write about themselves."""
    return LogBucket(
        settings.log_bucket_name, settings.log_retention_days, f"log_bucket_name of tablekeeper_{NAME}"
    )


def plan_stack(
    name: str, number: int, tables: Sequence[TablePlan], given: Given
) -> tuple[Sequence[TablePlan], PipelineStack]:
    """The pipelines of a stack; tables stay in the one that they have."""
    del number
    if given.now is None:
        raise ValueError("Tables of AWS Data Pipeline cannot be planned without knowing the time.")
    existing = map(records.PipelineRecord.from_json, given.own.get(records.LIST, ()))
    numbered = pipelines.numbered(tables, given.tables)
    planned = pipelines.pipelines(numbered, name, existing, given.now, given.settings, given.gone)
    return numbered, PipelineStack(planned, listing(map(pipelines.record, planned)))


def refused_stacks(stacks: Sequence[StackPlan], settings: DataPipeline) -> Iterator[Mistake]:
    """More pipelines than an account may have."""
    del settings
    count = sum(len(stack.own.pipelines) for stack in stacks)
    if count > MOST_PIPELINES:
        reason = f"an account may have {MOST_PIPELINES}: let more tables share a schedule"
        yield Mistake("tablekeeper_tables", "", f"a plan of {count} pipelines", reason)


def remember(table: TablePlan) -> dict[str, Any]:
    """The table's pipeline, and the share of its read capacity."""
    return {"pipeline": table.own.pipeline, "ratio": table.own.read_ratio}


def changes(before: TableRecord, after: TablePlan) -> Iterator[str]:
    """Another share of the read capacity."""
    ratio_before = records.read_ratio(before)
    if ratio_before != after.own.read_ratio:
        yield f"read_ratio {ratio_before} becomes {after.own.read_ratio}"


def preparation(upcoming: Upcoming) -> dict[str, Any]:
    """Pipelines that go are looked at before, and those that were made to run them on demand go with them."""
    if upcoming.planned is None:
        # Also where somebody deleted the stack of the store, which tells of the bucket for logs.
        used = upcoming.log_bucket or bool(upcoming.deployed)
    else:
        used = any(upcoming.deployed.values())
    kept = [each.name for stack in upcoming.planned or () for each in stack.own.pipelines]
    removal = upcoming.planned is None
    return {"prefix": upcoming.prefix, "kept": kept, "removal": removal} if used else {}


def watched(stack: Mapping[str, Any]) -> Watched:
    """Nothing: pipelines tell CloudWatch nothing, and failures go to people at once."""
    del stack
    return Watched()


def machine(
    stack: Mapping[str, Any], settings: Mapping[str, Any], read: Callable[[str], dict[str, Any]]
) -> dict[str, Any]:
    """None: AWS Data Pipeline does what a state machine would."""
    del stack, settings, read
    return {}
