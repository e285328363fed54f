# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A queue's name cannot be used again for a minute after the queue was deleted.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html
"""

from __future__ import annotations

import time
from typing import Any

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import sqs
from ministack.services.cloudformation import provisioners

Json = dict[str, Any]
SECONDS = 60
_deleted = AccountRegionScopedDict()  # when, by name
TOO_EARLY = (
    "You must wait 60 seconds after deleting a queue before you can create another with the same name."
)


def install() -> None:
    actions, handlers = sqs._HANDLERS, provisioners._RESOURCE_HANDLERS["AWS::SQS::Queue"]
    create, delete = actions["CreateQueue"], actions["DeleteQueue"]
    provision, remove = handlers["create"], handlers["delete"]

    def creating(data: Json, url: str) -> Any:
        if _too_early(str(data.get("QueueName"))):
            raise sqs._Err("QueueDeletedRecently", TOO_EARLY)
        return create(data, url)

    def deleting(data: Json, url: str) -> Any:
        name = sqs._get_q(data.get("QueueUrl", url))["name"]
        answer = delete(data, url)
        _deleted[name] = time.time()
        return answer

    def provisioning(logical_id: str, properties: Json, stack: str) -> Any:
        if _too_early(str(properties.get("QueueName"))):
            raise ValueError(f"{TOO_EARLY} (Service: Sqs, Status Code: 400)")
        return provision(logical_id, properties, stack)

    def removing(physical_id: str, properties: Json) -> None:
        if queue := sqs._queues.get(physical_id):
            _deleted[queue["name"]] = time.time()
        remove(physical_id, properties)

    actions.update(CreateQueue=creating, DeleteQueue=deleting)
    handlers.update(create=provisioning, delete=removing)


def _too_early(name: str) -> bool:
    return time.time() - float(_deleted.get(name, 0)) < SECONDS
