# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pipelines activated, deactivated, deleted.

https://docs.aws.amazon.com/datapipeline/latest/APIReference/API_ActivatePipeline.html
https://docs.aws.amazon.com/datapipeline/latest/APIReference/API_DeactivatePipeline.html
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-concepts-schedules.html (backfills)
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from typing import Any

from local_aws.server.answers import RefusedError

from . import checks, schedule
from .model import DEFAULT, Definition, Pipeline, find, forget, lock, stamp

Json = dict[str, Any]
OLDEST_START = 86400


def activate(data: Json) -> Json:
    with lock:
        pipeline = find(data["pipelineId"])
        definition = pipeline.latest
        if "parameterValues" in data:
            definition = replace(definition, parameter_values=tuple(data["parameterValues"]))
        if pipeline.errored or checks.errors(definition):
            raise RefusedError(
                "InvalidRequestException",
                f"Pipeline with id: {pipeline.id} has no definition without errors.",
            )
        if definition.objects[DEFAULT].text("scheduleType").lower() == "ondemand":
            _activate_once(pipeline, definition)
        else:
            _activate_schedule(pipeline, definition, data.get("startTimestamp"))
        pipeline.last_activation = time.time()
        schedule.start_due(pipeline)
    return {}


def _activate_once(pipeline: Pipeline, definition: Definition) -> None:
    most = int(definition.objects[DEFAULT].text("maxActiveInstances", "1"))
    if len(pipeline.running) >= most:
        raise RefusedError(
            "InvalidRequestException",
            f"Pipeline with id: {pipeline.id} runs already as often as maxActiveInstances ({most}) allows.",
        )
    _begin(pipeline, definition)
    start = float(int(time.time()))
    while any(one.runtime["@scheduledStartTime"] == stamp(start) for one in pipeline.instances()):
        start += 1  # instances are named after the second they are of
    pipeline.next_start = start


def _activate_schedule(pipeline: Pipeline, definition: Definition, asked: Any) -> None:
    if pipeline.state == "FINISHED":
        raise RefusedError("InvalidRequestException", f"Pipeline with id: {pipeline.id} is finished.")
    first, resumed = pipeline.active is None, pipeline.state == "INACTIVE"
    now = time.time()
    begin = _moment(asked) if asked is not None else None
    origin = schedule.origin(pipeline, definition, now)
    start = begin if begin is not None else origin
    if (first or asked is not None) and start < now - OLDEST_START:
        raise RefusedError(
            "InvalidRequestException",
            f"The scheduled start {stamp(start)} is more than a day ago. Choose a later one.",
        )
    _begin(pipeline, definition)
    if begin is not None:
        schedule.skip_to(pipeline, begin)
    elif resumed:
        pipeline.position = pipeline.completed
    schedule.look_ahead(pipeline)


def _begin(pipeline: Pipeline, definition: Definition) -> None:
    pipeline.active = definition
    pipeline.first_activation = pipeline.first_activation or float(int(time.time()))
    pipeline.finished = None
    pipeline.state = "SCHEDULED"


def _moment(asked: Any) -> float:
    """A timestamp: a number from an SDK, a text from elsewhere."""
    return datetime.fromisoformat(asked).timestamp() if isinstance(asked, str) else float(asked)


def deactivate(data: Json) -> Json:
    with lock:
        pipeline = find(data["pipelineId"])
        if pipeline.state != "SCHEDULED":
            raise RefusedError("InvalidRequestException", f"Pipeline with id: {pipeline.id} is not active.")
        pipeline.next_start = None
        pipeline.state = "DEACTIVATING" if pipeline.running else "INACTIVE"
        if data.get("cancelActive", True):
            _cancel(pipeline)
    return {}


def delete(data: Json) -> Json:
    with lock:
        pipeline = find(data["pipelineId"])
        pipeline.next_start = None
        _cancel(pipeline)
        forget(pipeline)
    return {}


def _cancel(pipeline: Pipeline) -> None:
    for stop in pipeline.running.values():
        stop.set()
