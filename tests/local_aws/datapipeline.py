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

from . import (
    datapipeline_access,
    datapipeline_activation,
    datapipeline_cloudformation,
    datapipeline_objects,
    datapipeline_operations,
    datapipeline_schedule,
    iam,
)
from .answers import Answer, NotImitatedError, RefusedError, answering

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = datapipeline_access.NAME
Json = dict[str, Any]


def install() -> None:
    router.SERVICE_PATTERNS[NAME] = {"target_prefixes": ["DataPipeline"], "credential_scope": NAME}
    iam_actions.SERVICE_TO_IAM_NAMESPACE[NAME] = NAME
    app.SERVICE_HANDLERS[NAME] = _handle
    for part in (datapipeline_access, datapipeline_cloudformation, datapipeline_schedule):
        part.install()


async def _handle(method: str, path: str, headers: Json, body: bytes, query: Json) -> Answer:
    del method, path, query  # the operation is named in a header
    operation = headers["x-amz-target"].rsplit(".", 1)[-1]
    return answering(lambda data: _run(operation, data))(json.loads(body or b"{}"))


def _run(operation: str, data: Json) -> Json:
    datapipeline_access.check_customer()
    datapipeline_access.throttle(operation)
    handler = _OPERATIONS.get(operation)
    if handler is None:
        raise NotImitatedError(f"AWS Data Pipeline's {operation}.")
    return handler(data)


def _create(data: Json) -> Json:
    if data.get("tags"):
        pipelines = f"arn:aws:datapipeline:{get_region()}:{get_account_id()}:pipeline/*"
        who, action = iam.caller(), "datapipeline:AddTags"
        decision = iam.principal_allows(who, action, pipelines)
        if not decision.allowed:
            raise RefusedError("AccessDeniedException", decision.message)
        if user := iam.lasting(who):
            iam.note(user, action, pipelines)
    return datapipeline_operations.create(data)


_OPERATIONS: dict[str, Callable[[Json], Json]] = {
    "CreatePipeline": _create,
    "PutPipelineDefinition": datapipeline_operations.put,
    "ValidatePipelineDefinition": datapipeline_operations.validate,
    "GetPipelineDefinition": datapipeline_operations.get,
    "DescribePipelines": datapipeline_operations.describe,
    "ListPipelines": datapipeline_operations.list_all,
    "DeletePipeline": datapipeline_activation.delete,
    "ActivatePipeline": datapipeline_activation.activate,
    "DeactivatePipeline": datapipeline_activation.deactivate,
    "AddTags": datapipeline_operations.add_tags,
    "RemoveTags": datapipeline_operations.remove_tags,
    "DescribeObjects": datapipeline_objects.describe,
    "QueryObjects": datapipeline_objects.query,
}
