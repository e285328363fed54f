# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The attempts of an activity: until one succeeds, or as often as its maximumRetries say.

https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-how-tasks-scheduled.html
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-object-emractivity.html

Retries use the resource of the first attempt. The defaults, which AWS does not document, are two retries
and ten minutes.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from . import pace, work
from .failures import FailedError, LostError, StoppedError
from .fields import seconds
from .model import Node, Pipeline, stamp

if TYPE_CHECKING:
    from .cluster import Cluster

RETRIES = "2"
RETRY_DELAY = "10 minutes"
HOST = "ip-10-0-0-1.ec2.internal"


def attempt_of(pipeline: Pipeline, node: Node, number: int) -> Node:
    """Another attempt of an instance."""
    made = Node(f"{node.id}_Attempt={number}", node.component, "ATTEMPT", node.definition)
    made.interval = node.interval
    inherited = ("@scheduledStartTime", "@scheduledEndTime", "@pipelineId", "@version")
    made.runtime = {key: node.runtime[key] for key in inherited}
    now = stamp(time.time())
    made.set(sphere="ATTEMPT", id=made.id, status="RUNNING", actualStartTime=now, hostname=HOST)
    made.references = {"@componentParent": node.component.id, "@instanceParent": node.id}
    node.set(status="RUNNING")
    node.runtime.setdefault("@actualStartTime", now)
    node.references["@headAttempt"] = made.id
    pipeline.nodes[made.id] = made
    return made


def end(attempt: Node, status: str, **runtime: str) -> None:
    now = stamp(time.time())
    attempt.set(status=status, actualEndTime=now, finishedTime=now, **runtime)


def perform(pipeline: Pipeline, cluster: Cluster, node: Node) -> None:
    """Try until it works; what the last attempt raised if none did."""
    tries = 1 + int(node.component.text("maximumRetries", RETRIES))
    delay = seconds(node.component.text("retryDelay", RETRY_DELAY))
    earlier = sum(name.startswith(f"{node.id}_Attempt=") for name in list(pipeline.nodes))
    for number in range(1, tries + 1):
        attempt = attempt_of(pipeline, node, earlier + number)
        try:
            log = work.perform(cluster, attempt)
        except FailedError as error:
            end(attempt, "FAILED", **error.fields())
            if number == tries:
                raise
            node.set(status="WAITING_FOR_RUNNER")
            pace.wait(cluster.stop, min(delay, max(0.0, cluster.deadline - time.time())))
            cluster.check()
        except (LostError, StoppedError) as error:
            end(attempt, "CANCELED", cancellationReason=str(error))
            raise
        else:
            end(attempt, "FINISHED", **({"emrStepLog": log} if log else {}))
            node.set(**({"emrStepLog": log} if log else {}))
            return
