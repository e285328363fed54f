# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pipelines that nothing needs any more, and whether they are at work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ..._aws import datapipeline
from . import runs
from .runs import BY_HAND

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

# A pipeline in one of these starts nothing any more.
ENDED = frozenset({"CANCELED", "FAILED", "FINISHED", "INACTIVE"})
# Between making a pipeline and activating it pass seconds: an older one was left behind.
MAKING = timedelta(minutes=10)
# No cluster lives longer than a week.
LONGEST_RUN = timedelta(days=8)


@dataclass(frozen=True)
class Retired:
    """A pipeline that is about to go."""

    id: str
    name: str
    on_demand: bool
    at_work: bool


def retired(client: Any, prefix: str, kept: Collection[str], now: datetime) -> list[Retired]:
    """The pipelines of an installation that are not kept, nor on demand beside one that is."""
    mine = re.compile(re.escape(prefix) + r"-data-pipeline-[0-9]+-.+")
    staying = {*kept, *(f"{name}{BY_HAND}" for name in kept)}
    going = [
        each["id"]
        for each in datapipeline.list_pipelines(client)
        if mine.fullmatch(each["name"]) and each["name"] not in staying
    ]
    told = datapipeline.describe_pipelines(client, going)
    # A prefix may look like the beginning of another's names.
    ours = {name: each for name, each in told.items() if each["tags"].get("tablekeeper-prefix") == prefix}
    return [_retired(client, pipeline, each, now) for pipeline, each in sorted(ours.items())]


def _retired(client: Any, pipeline: str, told: Mapping[str, Any], now: datetime) -> Retired:
    on_demand = str(told["name"]).endswith(BY_HAND)
    if on_demand:
        at_work = on_demand_at_work(client, pipeline, told, now)
    else:
        since = runs.stamp(now - LONGEST_RUN)
        at_work = runs.any_at_work(runs.clusters(client, pipeline, since))
    return Retired(pipeline, str(told["name"]), on_demand, at_work)


def on_demand_at_work(client: Any, pipeline: str, told: Mapping[str, Any], now: datetime) -> bool:
    """Whether a pipeline on demand is at work."""
    state = told.get("@pipelineState", "")
    if state in ENDED:
        return False
    if state == "PENDING":
        made = told.get("@creationTime")
        return not made or now - runs.moment(made) < MAKING
    clusters = runs.clusters(client, pipeline)
    return not clusters or runs.any_at_work(clusters)
