# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SnsAlarm: told with its role, its texts evaluated for the object it is told about.

https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-object-snsalarm.html

Each alarm is an instance of its own: FINISHED when the topic has it, FAILED with the reason when not. How AWS
names those instances is not documented.
"""

from __future__ import annotations

import logging
import time

from ministack.core.responses import get_account_id
from ministack.services import sns as ministack_sns

from local_aws.services.iam import permissions
from local_aws.services.sns import encryption

from . import values
from .expressions import ExpressionError
from .model import Node, Pipeline, stamp

SERVICE = "datapipeline.amazonaws.com"
_log = logging.getLogger("local_aws.datapipeline")


def tell(pipeline: Pipeline, about: Node, field: str) -> None:
    """Send what an object's onSuccess, onFail or onLateAction refers to."""
    for name in about.component.all(field):
        alarm = about.definition.resolved(about.definition.objects[name])
        node = Node(f"@{name}_{about.id.lstrip('@')}_{field}", alarm, "INSTANCE", about.definition)
        now = stamp(time.time())
        node.set(sphere="INSTANCE", pipelineId=pipeline.id, actualStartTime=now, actualEndTime=now)
        node.set(scheduledStartTime=about.runtime["@scheduledStartTime"], version=str(pipeline.version))
        node.references = {"@componentParent": name, "node": about.id}
        problem = _send(node, about)
        node.set(status="FAILED" if problem else "FINISHED")
        if problem:
            node.set(errorId="ActionFailed", errorMessage=problem)
            _log.warning("%s: %s", node.id, problem)
        pipeline.nodes[node.id] = node


def _send(alarm: Node, about: Node) -> str:
    """Publish; returns why that failed, or an empty string."""
    try:
        texts = {
            key: values.value(alarm, alarm.component.text(key), about)
            for key in ("subject", "message", "topicArn", "role")
        }
    except ExpressionError as error:
        return str(error)
    role = f"arn:aws:iam::{get_account_id()}:role/{texts['role']}"
    if not permissions.role_trusts(role, SERVICE):
        return f"{SERVICE} is not authorized to assume the role {role}"
    topic = texts["topicArn"]
    wanted = [("sns:Publish", topic)]
    wanted += [
        (f"kms:{action}", key)
        for key in encryption.topic_keys(topic)
        for action in ("GenerateDataKey", "Decrypt")
    ]
    for action, resource in wanted:
        decision = permissions.role_allows(role, action, resource)
        if not decision.allowed:
            return decision.message
    with permissions.acting_as(role):
        status, _headers, body = ministack_sns._publish(
            {"TopicArn": topic, "Subject": texts["subject"], "Message": texts["message"]}
        )
    return "" if status < 400 else f"Amazon SNS answered: {body!r}"
