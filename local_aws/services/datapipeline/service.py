# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS Data Pipeline: its operations, and the parts they are made of.

https://docs.aws.amazon.com/datapipeline/latest/APIReference/API_Operations.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsdatapipeline.html: CreatePipeline
with tags depends on AddTags.

Task runners of one's own (PollForTask and what follows it), SetStatus and EvaluateExpression are refused.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ministack import app
from ministack.core import iam_actions, router
from ministack.core.responses import get_account_id, get_region

from local_aws.server import silence
from local_aws.server.answers import Answer, NotImitatedError, RefusedError, answering
from local_aws.services.iam import permissions

from . import access, activation, cloudformation, objects, operations, schedule
from .model import pipelines

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = access.NAME
Json = dict[str, Any]


def install() -> None:
    router.SERVICE_PATTERNS[NAME] = {"target_prefixes": ["DataPipeline"], "credential_scope": NAME}
    iam_actions.SERVICE_TO_IAM_NAMESPACE[NAME] = NAME
    app.SERVICE_HANDLERS[NAME] = _handle
    access.install()
    cloudformation.install()
    schedule.install()
    silence.ends(pipelines, lambda pipeline: activation.delete({"pipelineId": pipeline}))


async def _handle(method: str, path: str, headers: Json, body: bytes, query: Json) -> Answer:
    del method, path, query  # the operation is named in a header
    operation = headers["x-amz-target"].rsplit(".", 1)[-1]
    return answering(lambda data: _run(operation, data))(json.loads(body or b"{}"))


def _run(operation: str, data: Json) -> Json:
    access.check_customer()
    access.throttle(operation)
    handler = _OPERATIONS.get(operation)
    if handler is None:
        raise NotImitatedError(f"AWS Data Pipeline's {operation}.")
    return handler(data)


def _create(data: Json) -> Json:
    if data.get("tags"):
        arn = f"arn:aws:datapipeline:{get_region()}:{get_account_id()}:pipeline/*"
        who, action = permissions.caller(), "datapipeline:AddTags"
        decision = permissions.principal_allows(who, action, arn)
        if not decision.allowed:
            raise RefusedError("AccessDeniedException", decision.message)
        if user := permissions.lasting(who):
            permissions.note(user, action, arn)
    return operations.create(data)


_OPERATIONS: dict[str, Callable[[Json], Json]] = {
    "CreatePipeline": _create,
    "PutPipelineDefinition": operations.put,
    "ValidatePipelineDefinition": operations.validate,
    "GetPipelineDefinition": operations.get,
    "DescribePipelines": operations.describe,
    "ListPipelines": operations.list_all,
    "DeletePipeline": activation.delete,
    "ActivatePipeline": activation.activate,
    "DeactivatePipeline": activation.deactivate,
    "AddTags": operations.add_tags,
    "RemoveTags": operations.remove_tags,
    "DescribeObjects": objects.describe,
    "QueryObjects": objects.query,
}
