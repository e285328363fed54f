# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pipelines that nothing needs any more, and whether they are at work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from ..._aws import datapipeline
from ..._aws.client import during, unmasked
from ..._model.preparation import Preparation
from . import runs
from .runs import BY_HAND

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from ..._aws.client import Aws

# A pipeline in one of these starts nothing any more.
ENDED = frozenset({"CANCELED", "FAILED", "FINISHED", "INACTIVE"})
# Between making a pipeline and activating it pass seconds: an older one was left behind.
MAKING = timedelta(minutes=10)
# No cluster lives longer than a week.
LONGEST_RUN = timedelta(days=8)
_FAILED = "The pipelines cannot be read"


@dataclass(frozen=True)
class Retired:
    """A pipeline that is about to go."""

    id: str
    name: str
    on_demand: bool
    at_work: bool


def prepare(aws: Aws, wanted: Mapping[str, Any]) -> Preparation:
    """Look at all pipelines that go; those of stacks go with these, the others are deleted here."""
    prefix, *kept = unmasked([wanted["prefix"], *wanted["kept"]])  # by half a name none would be kept
    with during(_FAILED):
        going = retired(aws, prefix, kept)
    at_work = [each.name for each in going if each.at_work]
    on_demand = {each.name: each.id for each in going if each.on_demand}
    return Preparation(
        changes=tuple(sorted(on_demand)),
        states=("present", "absent"),
        do=partial(_delete, aws("datapipeline"), on_demand.values()),
        at_work=tuple(at_work),
        refusal=_refusal(at_work, removal=wanted["removal"]),
    )


def _refusal(names: Collection[str], *, removal: bool) -> str:
    told = ", ".join(names)
    if not names:
        return ""
    if removal:
        return (
            f"Nothing was removed. These pipelines are backing up tables now: {told}. Wait until they have "
            "ended, or let them be canceled with -e teardown_stop_running_pipelines=true."
        )
    return (
        "Nothing was changed. These pipelines would be replaced or removed, and are backing up tables now: "
        f"{told}. Wait until they have ended (the status playbook tells), or let them be canceled with -e "
        "tablekeeper_stop_running_pipelines=true."
    )


def _delete(client: Any, ids: Iterable[str], _wait: float) -> dict[str, str]:
    """Delete pipelines, and cancel what they run."""
    with during(_FAILED):
        for each in ids:
            datapipeline.delete_pipeline(client, each)
    return {}


def retired(aws: Aws, prefix: str, kept: Collection[str]) -> list[Retired]:
    """The pipelines of an installation that are not kept, nor on demand beside one that is."""
    client = aws("datapipeline")
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
    now = aws.time()
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
