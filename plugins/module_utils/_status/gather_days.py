# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What runs tell of past days: about a call for each day and stack of exports, whatever the number of tables.

Pipelines tell of 100 runs with each call.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from .._aws.client import ask
from .._engines.planners import PLANNERS
from .._engines.registry import ENGINES
from .._model.evidence import refused
from .._model.refusal import Refusal
from .._points.gather_past import GONE
from . import days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from .._aws.client import Aws
    from .._model.daily import Told
    from .._model.evidence import Evidence
    from .._model.stack import Stack
    from .._points.gather_bucket import Bucket


def with_days(
    aws: Aws,
    machinery: Sequence[Stack],
    bucket: Bucket,
    evidence: Sequence[Evidence],
    count: int,
    now: datetime,
) -> list[Evidence]:
    """With so many days of the tables that are in a stack; today is the last."""
    since = days.first(now, count)
    stacks = {id(record): stack for stack in machinery for record in stack.tables}
    told = {stack.name: _told(aws, stack, bucket, evidence, since) for stack in machinery}

    def look(each: Evidence) -> Evidence:
        if each.record is None:
            return each
        stack = stacks[id(each.record)]
        found = told[stack.name]
        known = None if isinstance(found, Refusal) else found
        due = (
            PLANNERS[stack.engine].starts(each.record, stack.outputs.own(), since, now)
            if each.record.enabled
            else ()
        )
        seen = replace(
            each,
            days=days.days(each, known, due, now, count),
            oldest=days.oldest(each, known, now),
        )
        return refused(seen, found) if isinstance(found, Refusal) and found.code != GONE else seen

    return [look(each) for each in evidence]


def _told(
    aws: Aws, stack: Stack, bucket: Bucket, evidence: Sequence[Evidence], since: datetime
) -> Told | Refusal | None:
    """Of those of its tables that are asked about; None: there is nothing that could be asked."""
    asked = {id(each.record) for each in evidence}
    tables = {record.name for record in stack.tables if id(record) in asked}
    if not tables:
        return None
    engine = ENGINES[stack.engine]
    found = ask(engine.SERVICE, partial(engine.daily_runs, aws, stack, bucket.name, tables, since))
    return found if isinstance(found, Refusal) else _with_expiry(bucket, found)


def _with_expiry(bucket: Bucket, told: Told) -> Told:
    runs = {
        table: tuple(
            replace(each, point=replace(each.point, expires=bucket.expires(each.point)))
            if each.point
            else each
            for each in mine
        )
        for table, mine in told.runs.items()
    }
    return replace(told, runs=runs)
