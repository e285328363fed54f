# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One interval of a pipeline: its instances, in which order they are worked off, and how each ends.

https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-how-tasks-scheduled.html
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-manage-cascade-failandrerun.html
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-interpret-health-status.html

Activities are worked off one after the other, as the steps of a cluster are. An activity whose resource fails
is CANCELED, and nothing is told for it: AWS documents onFail for what fails.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from . import alarms, attempts, pace
from .cluster import Cluster
from .failures import FailedError, LostError, StoppedError
from .fields import ACTIVITIES, RESOURCES
from .model import Definition, Node, Pipeline, stamp

if TYPE_CHECKING:
    import threading

_TOLD = {"FINISHED": "onSuccess", "FAILED": "onFail", "CASCADE_FAILED": "onFail", "TIMEDOUT": "onFail"}
_BAD = frozenset({"CANCELED", "CASCADE_FAILED", "FAILED", "TIMEDOUT"})


def instances(pipeline: Pipeline, definition: Definition, start: float, end: float) -> dict[str, Node]:
    """The instances of an interval, by component."""
    made: dict[str, Node] = {}
    for one in definition.of_type(*ACTIVITIES, *RESOURCES):
        node = Node(f"@{one.id}_{stamp(start)}", definition.resolved(one), "INSTANCE", definition)
        node.set(sphere="INSTANCE", pipelineId=pipeline.id, id=node.id, version=str(pipeline.version))
        node.set(scheduledStartTime=stamp(start), scheduledEndTime=stamp(end))
        node.set(status="WAITING_ON_DEPENDENCIES")
        node.references = {"@componentParent": one.id}
        node.interval = made
        made[one.id] = pipeline.nodes[node.id] = node
    return made


@dataclass
class Interval:
    """The instances that an interval of the schedule, or an activation on demand, brings."""

    pipeline: Pipeline
    definition: Definition
    start: float
    end: float
    stop: threading.Event
    nodes: dict[str, Node] = field(default_factory=dict)
    clusters: dict[str, Cluster] = field(default_factory=dict)
    waiting: list[Node] = field(default_factory=list)  # for what will not come

    def run(self) -> None:
        self.nodes = instances(self.pipeline, self.definition, self.start, self.end)
        following = self.pipeline.next_start
        for name in self.nodes:
            told = self.pipeline.components.setdefault(name, {})
            told.update({"@latestRunTime": stamp(self.start), "@status": "SCHEDULED"})
            told.pop("@nextRunTime", None)
            if following is not None:
                told["@nextRunTime"] = stamp(following)
        for node in self._in_order():
            self._work_off(node)
        self._wait_in_vain()
        for node in self.nodes.values():
            if node.component.type in RESOURCES:
                self._release(node)

    def _in_order(self) -> list[Node]:
        activities = {name: one for name, one in self.nodes.items() if one.component.type in ACTIVITIES}
        graph = {name: one.component.all("dependsOn") for name, one in activities.items()}
        return [activities[name] for name in TopologicalSorter(graph).static_order()]

    def _work_off(self, node: Node) -> None:
        needed = [self.nodes[name] for name in node.component.all("dependsOn")]
        failed = [one for one in needed if one.status in _BAD]
        if failed and node.component.text("failureAndRerunMode").lower() == "cascade":
            node.references["@cascadeFailedOn"] = failed[0].id
            self.finish(node, "CASCADE_FAILED")
            return
        pending = [one for one in needed if one.status != "FINISHED"]
        if pending:
            node.references["@waitingOn"] = pending[0].id
            self.waiting.append(node)
            return
        node.set(status="WAITING_FOR_RUNNER")
        resource = node.component.text("runsOn")
        if not resource:  # nobody asks for the tasks of a worker group
            self.waiting.append(node)
            return
        self._work_on(node, self._cluster(resource))

    def _work_on(self, node: Node, cluster: Cluster) -> None:
        try:
            cluster.ready()
            if cluster.deaf:
                self.waiting.append(node)
                return
            attempts.perform(self.pipeline, cluster, node)
        except StoppedError as error:
            self.finish(node, "CANCELED", cancellationReason=str(error))
        except LostError as error:
            self.finish(node, "CANCELED", cancellationReason=str(error))
        except FailedError as error:
            self.finish(node, "FAILED", **error.fields())
            if cluster.node.component.text("actionOnTaskFailure", "terminate").lower() == "terminate":
                cluster.lose(f"The cluster was terminated because {node.id} failed.")
        else:
            self.finish(node, "FINISHED")

    def _cluster(self, name: str) -> Cluster:
        if name not in self.clusters:
            self.clusters[name] = Cluster(self.pipeline, self.nodes[name], self.stop)
        return self.clusters[name]

    def _wait_in_vain(self) -> None:
        """What waits for something that will not come waits until its resource, or the pipeline, ends."""
        while self.waiting and not self.stop.is_set():
            ends = [one.deadline for one in self.clusters.values() if one.up]
            pace.wait_until(self.stop, min(ends, default=float("inf")))
            for cluster in self.clusters.values():
                cluster.expire()
            self.waiting = [one for one in self.waiting if not self._is_lost(one)]
        for node in self.waiting:
            self.finish(node, "CANCELED", cancellationReason="The pipeline was deactivated.")

    def _is_lost(self, node: Node) -> bool:
        cluster = self.clusters.get(node.component.text("runsOn"))
        if cluster is None or not cluster.lost:
            return False
        self.finish(node, "CANCELED", cancellationReason=cluster.lost)
        return True

    def _release(self, node: Node) -> None:
        cluster = self.clusters.get(node.component.id)
        if cluster is None:
            self.finish(node, "CANCELED" if self.stop.is_set() else "FINISHED")
            return
        cluster.close()
        self.finish(node, cluster.outcome, **cluster.fields())

    def finish(self, node: Node, status: str, **runtime: str) -> None:
        """Record how an instance ended, on it and on its component, and tell whom that concerns."""
        now = stamp(time.time())
        node.set(actualEndTime=now, finishedTime=now, **runtime)
        node.runtime.setdefault("@actualStartTime", now)
        node.set(status=status)
        told = self.pipeline.components[node.component.id]
        told["@latestCompletedRunTime"] = node.runtime["@scheduledStartTime"]
        told["@healthStatus"] = "HEALTHY" if status == "FINISHED" else "ERROR"
        told["@healthStatusFromInstanceId"], told["@healthStatusUpdatedTime"] = node.id, now
        if status in _TOLD:
            alarms.tell(self.pipeline, node, _TOLD[status])
