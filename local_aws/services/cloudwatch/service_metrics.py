# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The metrics that SNS, Step Functions and SQS publish about themselves.

Imitates "Monitoring Amazon SNS topics using CloudWatch" (NumberOfMessagesPublished), "Monitoring Step
Functions metrics using CloudWatch" (Executions*) and "Available CloudWatch metrics for Amazon SQS"
(ApproximateNumberOfMessagesVisible). AWS delays them by a minute or more; here they are there at once.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch, sqs

from local_aws.server import clock
from local_aws.services.sns import topics
from local_aws.services.stepfunctions.run import finished_listeners, started_listeners

_SAMPLE_SECONDS = 60
_OUTCOMES = {
    "SUCCEEDED": "ExecutionsSucceeded", "FAILED": "ExecutionsFailed", "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}  # fmt: skip
_lock = threading.Lock()
_sampled: dict[tuple[str, str, str], float] = {}


def install() -> None:
    """Listen to the services and sample the queues."""
    topics.published_listeners.append(
        lambda topic: _record(
            topic, "AWS/SNS", "NumberOfMessagesPublished", "TopicName", topic.rsplit(":", 1)[1]
        )
    )
    started_listeners.append(lambda record: _execution(record, "ExecutionsStarted"))
    finished_listeners.append(lambda record: _execution(record, _OUTCOMES[record["status"]]))
    clock.on_tick(_sample_queues)


def _record(arn: str, namespace: str, metric: str, dimension: str, name: str, value: float = 1) -> None:
    region, account = arn.split(":")[3:5]
    with _lock, request_scope(account, region):
        cloudwatch.record_metric(namespace, metric, value, "Count", {dimension: name})


def _execution(record: dict[str, Any], metric: str) -> None:
    if "mapRunArn" not in record:
        machine = record["stateMachineArn"]
        _record(machine, "AWS/States", metric, "StateMachineArn", machine)


def _sample_queues() -> None:
    now = time.time()
    for (account, region, url), queue in list(sqs._queues.to_dict().items()):
        if now - _sampled.get((account, region, url), 0) < _SAMPLE_SECONDS:
            continue
        _sampled[account, region, url] = now
        visible = sum(1 for message in list(queue["messages"]) if message["visible_at"] <= now)
        name = url.rstrip("/").rsplit("/", 1)[-1]
        arn = f"arn:aws:sqs:{region}:{account}:{name}"
        _record(arn, "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name, visible)
