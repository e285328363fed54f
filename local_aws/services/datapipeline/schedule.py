# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When pipelines run: intervals of a schedule as time passes, at once on demand; and who is late.

https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-object-schedule.html
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-concepts-schedules.html

Of two readings of ``lateAfterTimeout`` in AWS's pages (the object has not started; it has not completed) the
later page's is taken: an object is late when it has not completed. Once per instance, never on demand.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime

from ministack.core.responses import request_scope

from local_aws.server import clock

from . import alarms, fields, pace
from .expressions import FUNCTIONS
from .interval import Interval, instances
from .model import ENDED, Definition, Node, Pipeline, lock, moment, pipelines, stamp

MAX_ACTIVE = 5
_log = logging.getLogger("local_aws.datapipeline")


def install() -> None:
    clock.on_tick(tick)
    clock.on_settle(pace.busy)


def _schedule(definition: Definition) -> dict[str, str]:
    found = definition.of_type("Schedule")
    if not found:
        return {}
    return {one.key: one.value for one in definition.resolved(found[0]).fields}


def origin(pipeline: Pipeline, definition: Definition, now: float) -> float:
    """When the schedule's first interval begins."""
    start = _schedule(definition).get("startDateTime")
    return moment(start) if start else pipeline.first_activation or float(int(now))


def begins(pipeline: Pipeline, definition: Definition, position: int) -> float:
    """When an interval begins."""
    number, unit = fields.period(_schedule(definition)["period"])
    first = datetime.fromtimestamp(origin(pipeline, definition, time.time()), UTC)
    start = FUNCTIONS[f"plus{unit.capitalize()}s"](stamp(first.timestamp()), number * position)
    return float(start.timestamp())


def look_ahead(pipeline: Pipeline) -> None:
    """Find out which interval comes next, if one does."""
    definition = pipeline.active
    if definition is None:
        return
    schedule = _schedule(definition)
    start = begins(pipeline, definition, pipeline.position)
    over = pipeline.position >= int(schedule.get("occurrences", 2**31))
    if "endDateTime" in schedule:
        over = over or start >= moment(schedule["endDateTime"])
    pipeline.next_start = None if over else start


def skip_to(pipeline: Pipeline, begin: float) -> None:
    """Resume where asked; the intervals in between are skipped."""
    definition = pipeline.active
    if definition is None:
        return
    if begins(pipeline, definition, pipeline.position) > begin:
        pipeline.position = 0
        while begins(pipeline, definition, pipeline.position) < begin:
            pipeline.position += 1
        return
    while (start := begins(pipeline, definition, pipeline.position)) < begin:
        end = begins(pipeline, definition, pipeline.position + 1)
        for node in instances(pipeline, definition, start, end).values():
            node.set(status="SKIPPED")
        pipeline.position += 1


def tick() -> None:
    """Start what is due and tell who is late."""
    for (account, region, _id), pipeline in list(pipelines.to_dict().items()):
        with request_scope(account, region):
            try:
                start_due(pipeline)
                _tell_late(pipeline)
            except Exception:  # one pipeline must not stop the others
                _log.exception("Pipeline %s", pipeline.id)


def start_due(pipeline: Pipeline) -> None:
    """Begin the intervals whose time has come, and end a pipeline whose last has ended."""
    with lock:
        definition = pipeline.active
        while (
            definition is not None
            and pipeline.next_start is not None
            and pipeline.next_start <= time.time()
            and len(pipeline.running) < MAX_ACTIVE
        ):
            _start(pipeline, definition, pipeline.next_start)
        if not pipeline.running and pipeline.next_start is None:
            if pipeline.state == "DEACTIVATING":
                pipeline.state = "INACTIVE"
            elif pipeline.state == "SCHEDULED":
                pipeline.state, pipeline.finished = "FINISHED", time.time()


def _start(pipeline: Pipeline, definition: Definition, start: float) -> None:
    position = pipeline.position
    if _schedule(definition):
        pipeline.position += 1
        end = begins(pipeline, definition, pipeline.position)
        look_ahead(pipeline)
    else:
        end, pipeline.next_start = start, None
    stop = pipeline.running[stamp(start)] = threading.Event()
    interval = Interval(pipeline, definition, start, end, stop)

    def run() -> None:
        try:
            interval.run()
        finally:
            with lock:
                if not stop.is_set():
                    pipeline.completed = max(pipeline.completed, position + 1)
                del pipeline.running[stamp(start)]
                start_due(pipeline)

    pace.spawn(run)


def _tell_late(pipeline: Pipeline) -> None:
    if pipeline.active is None or not _schedule(pipeline.active):
        return
    for node in pipeline.instances():
        patience = node.component.text("lateAfterTimeout")
        if not patience or node.status in ENDED or node.id in pipeline.late:
            continue
        if time.time() >= _due(node) + fields.seconds(patience):
            pipeline.late.add(node.id)
            alarms.tell(pipeline, node, "onLateAction")


def _due(node: Node) -> float:
    return moment(node.runtime["@scheduledStartTime"])
