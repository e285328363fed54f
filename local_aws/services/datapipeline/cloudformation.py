# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS::DataPipeline::Pipeline.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-datapipeline-pipeline.html

Name and Description make a new pipeline; the old one goes when the rest of the update is done. All else is
PutPipelineDefinition on the pipeline there is, with what it refuses.
"""

from __future__ import annotations

import uuid
from typing import Any

from ministack.core.responses import get_region
from ministack.services.cloudformation import provisioners

from local_aws.server.answers import RefusedError

from . import access, activation, operations
from .model import definition_of, find

Json = dict[str, Any]
KIND = "AWS::DataPipeline::Pipeline"


def install() -> None:
    provisioners._RESOURCE_HANDLERS[KIND] = {"create": _create, "update": _update, "delete": _delete}


def _create(logical_id: str, props: Json, stack_name: str) -> tuple[str, Json]:
    del logical_id, stack_name  # a pipeline must be named
    made = _call(operations.create, {
        "name": props["Name"], "uniqueId": str(uuid.uuid4()), "tags": _tags(props),
        **({"description": props["Description"]} if "Description" in props else {}),
    })  # fmt: skip
    pipeline_id = str(made["pipelineId"])
    try:
        _define(pipeline_id, props)
        if _active(props):
            _call(activation.activate, {"pipelineId": pipeline_id})
    except ValueError:
        _call(activation.delete, {"pipelineId": pipeline_id})
        raise
    return pipeline_id, {"PipelineId": pipeline_id}


def _update(physical_id: str, old: Json, new: Json, stack_name: str) -> tuple[str, Json]:
    if any(old.get(name) != new.get(name) for name in ("Name", "Description")):
        return _create(physical_id, new, stack_name)
    if gone := [one["key"] for one in _tags(old) if one["key"] not in {each["key"] for each in _tags(new)}]:
        _call(operations.remove_tags, {"pipelineId": physical_id, "tagKeys": gone})
    _call(operations.add_tags, {"pipelineId": physical_id, "tags": _tags(new)})
    _define(physical_id, new)
    if _active(new):
        _call(activation.activate, {"pipelineId": physical_id})
    elif find(physical_id).state == "SCHEDULED":
        _call(activation.deactivate, {"pipelineId": physical_id})
    return physical_id, {"PipelineId": physical_id}


def _delete(physical_id: str, props: Json) -> None:
    del props
    try:
        find(physical_id)
    except RefusedError:
        return  # deleted already
    _call(activation.delete, {"pipelineId": physical_id})


def _active(props: Json) -> bool:
    return props.get("Activate", True) in (True, "true")


def _tags(props: Json) -> list[Json]:
    return [{"key": one["Key"], "value": one["Value"]} for one in props.get("PipelineTags", ())]


def roles(props: Json) -> list[str]:
    """The ARNs of the roles that a template's pipeline hands over."""
    return sorted(operations.roles(definition_of(_definition(props))))


def _definition(props: Json) -> Json:
    return {
        "pipelineObjects": [
            {"id": one["Id"], "name": one["Name"], "fields": [_field(each) for each in one["Fields"]]}
            for one in props.get("PipelineObjects", ())
        ],
        "parameterObjects": [
            {"id": one["Id"], "attributes": [_field(each) for each in one["Attributes"]]}
            for one in props.get("ParameterObjects", ())
        ],
        "parameterValues": [
            {"id": one["Id"], "stringValue": str(one["StringValue"])}
            for one in props.get("ParameterValues", ())
        ],
    }


def _define(pipeline_id: str, props: Json) -> None:
    answer = _call(operations.put, {"pipelineId": pipeline_id, **_definition(props)})
    if answer["errored"]:
        told = ", ".join(
            f"{{ObjectId = '{one['id']}', errors = {one['errors']}}}" for one in answer["validationErrors"]
        )
        raise ValueError(f"Pipeline Definition failed to validate because of following Errors: [{told}]")


def _field(field: Json) -> Json:
    names = {"Key": "key", "StringValue": "stringValue", "RefValue": "refValue"}
    return {names[name]: str(value) for name, value in field.items()}


def _call(operation: Any, data: Json) -> Json:
    """What AWS Data Pipeline refuses fails the resource."""
    if get_region() not in access.REGIONS:
        raise ValueError(f"Could not connect to AWS Data Pipeline: it has no endpoint in {get_region()}")
    try:
        access.check_customer()
        answer: Json = operation(data)
    except RefusedError as error:
        raise ValueError(
            f"{error} (Service: DataPipeline, Status Code: 400, Error Code: {error.code})"
        ) from error
    return answer
