# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pipelines of a stack: which tables each backs up, its name, and when it first starts."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..._base import naming
from ..._base.durations import DAY, WEEK, words
from . import records
from .options import DEFAULT_READ_RATIO

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ..._model.outputs import TableRecord
    from ..._model.plan import TablePlan
    from .options import DataPipeline
    from .records import PipelineRecord

# AWS allows 100 objects in a pipeline and 100 pipelines in an account.
# https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-limits.html
MOST_OBJECTS = 100
MOST_PIPELINES = 100
OBJECTS_OF_A_PIPELINE = 10
OBJECTS_OF_A_TABLE = 2
MOST_TABLES = (MOST_OBJECTS - OBJECTS_OF_A_PIPELINE) // OBJECTS_OF_A_TABLE

# Stands for how the template ties objects together: a test tells when it has to be another.
SHAPE = "1"

_SUNDAY = 6
_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class PipedTable:
    """The engine's own part of a table."""

    read_ratio: float = DEFAULT_READ_RATIO
    pipeline: int = 0  # its number among those of the schedule; 0 if the table is not enabled


@dataclass(frozen=True)
class PipelinePlan:
    """One pipeline: a cluster that backs up the tables of one schedule, one after another."""

    name: str
    key: str
    schedule: str
    number: int
    every: int
    period: str
    start: str
    limit: int
    map_memory: int
    map_heap: int
    tables: tuple[str, ...]


def numbered(tables: Iterable[TablePlan], kept: Mapping[str, TableRecord]) -> list[TablePlan]:
    """The tables with the numbers of their pipelines: with the same schedule, each keeps the one it has."""
    held: dict[tuple[str, int], int] = defaultdict(int)
    numbers: dict[str, int] = {}
    waiting = []
    tables = list(tables)
    for table in (each for each in tables if each.schedule):
        before = kept.get(table.name)
        place = (table.schedule, records.number(before) if before else 0)
        if before and before.schedule == table.schedule and place[1] and held[place] < MOST_TABLES:
            held[place] += 1
            numbers[table.name] = place[1]
        else:
            waiting.append(table)
    for table in waiting:
        number = 1
        while held[table.schedule, number] >= MOST_TABLES:
            number += 1
        held[table.schedule, number] += 1
        numbers[table.name] = number
    return [replace(table, own=replace(table.own, pipeline=numbers.get(table.name, 0))) for table in tables]


def pipelines(
    tables: Iterable[TablePlan],
    stack: str,
    existing: Iterable[PipelineRecord],
    now: dt.datetime,
    settings: DataPipeline,
    gone: Collection[str] = (),
) -> tuple[PipelinePlan, ...]:
    """The pipelines of numbered tables. One that stands keeps its start, which AWS lets nobody change.

    One that is gone, since somebody deleted it, has a successor of another name.
    """
    existing = list(existing)
    together: dict[tuple[str, int], list[TablePlan]] = defaultdict(list)
    for table in tables:
        if table.own.pipeline:
            together[table.schedule, table.own.pipeline].append(table)
    planned = []
    for (schedule, number), held in sorted(together.items()):
        first = held[0]
        first_name = _name(stack, schedule, number, held, memory=settings.map_memory > 0)
        name, start = _standing(first_name, existing, gone)
        planned.append(
            PipelinePlan(
                name=name,
                key="P" + schedule.replace("-", "") + (f"N{number}" if number > 1 else ""),
                schedule=schedule,
                number=number,
                every=first.every,
                period=period(first.every),
                start=start or next_start(first.every, first.at, now),
                # A cluster that outlived the next start would read its tables beside the next one.
                limit=min(settings.terminate_after_hours, first.every),
                map_memory=settings.map_memory,
                map_heap=settings.map_heap,
                tables=tuple(table.name for table in held),
            )
        )
    return tuple(planned)


def _name(stack: str, schedule: str, number: int, tables: list[TablePlan], *, memory: bool) -> str:
    """Its end stands for all that AWS refuses to change in an active pipeline, so that a change is a new one.

    https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-manage-pipeline-modify-console.html
    """
    refused = json.dumps([SHAPE, schedule, sorted(table.key for table in tables), memory])
    middle = f"{schedule}-{number}" if number > 1 else schedule
    return f"{stack}-{middle}-{naming.digest(refused, 8)}"


def _standing(name: str, existing: list[PipelineRecord], gone: Collection[str]) -> tuple[str, str]:
    """The name that the pipeline of this name goes by now, and its start, empty if it has none yet."""
    for each in existing:
        found = re.fullmatch(rf"{re.escape(name)}(?:-([2-9]|[1-9][0-9]+))?", each.name)
        if found and each.name in gone:
            return f"{name}-{int(found[1] or 1) + 1}", ""
        if found:
            return each.name, each.start
    return name, ""


def period(every: int) -> str:
    """The interval as AWS Data Pipeline writes it."""
    return f"{every // DAY} days" if every % DAY == 0 else f"{every} hours"


def next_start(every: int, at: str, now: dt.datetime) -> str:
    """When a new pipeline starts first, in UTC; weekly ones on Sundays, as with the other engine.

    AWS refuses to activate a pipeline whose start is more than a day past, and to change the start of an
    active one. https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-object-schedule.html
    """
    utc = now.astimezone(dt.UTC)
    start = utc.replace(hour=int(at[:2]), minute=int(at[3:]), second=0, microsecond=0)
    step = min(every, DAY) * _HOUR
    while start > utc:
        start -= step
    while start <= utc or (every == WEEK and start.weekday() != _SUNDAY):
        start += step
    return start.strftime("%Y-%m-%dT%H:%M:%S")


def starts(pipeline: PipelineRecord, since: dt.datetime, until: dt.datetime) -> list[dt.datetime]:
    """When a pipeline starts, from a time on and before another, in UTC: it counts from its first start."""
    first, step = dt.datetime.fromisoformat(pipeline.start).replace(tzinfo=dt.UTC), pipeline.every * _HOUR
    begin = first + max(0, -((first - since) // step)) * step
    number = max(0, -((begin - until) // step))
    return [begin + each * step for each in range(number)]


def in_words(every: int, at: str) -> str:
    """When backups start, for people."""
    if every == WEEK:
        return f"every Sunday at {at}"
    return f"every day at {at}" if every == DAY else f"every {words(every)}, counted from {at}"


def record(pipeline: PipelinePlan) -> PipelineRecord:
    """What stack outputs tell of a pipeline, in which CloudFormation puts the id."""
    return records.PipelineRecord(
        id=f"${{{pipeline.key}}}",
        name=pipeline.name,
        schedule=pipeline.schedule,
        number=pipeline.number,
        start=pipeline.start,
        every=pipeline.every,
        limit=pipeline.limit,
    )
