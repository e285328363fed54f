# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS Data Pipeline, one function per API call. Clients come from retry.retrying().

AWS allows a burst of 100 calls, then DescribeObjects and QueryObjects twice a second, others once:
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-limits.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_DESCRIBED = 25
GONE = ("PipelineDeletedException", "PipelineNotFoundException")
# Whether a pipeline in a state starts backups; any other state is not known here.
WORKING = {
    **dict.fromkeys(("ACTIVATING", "RUNNING", "SCHEDULED"), True),
    **dict.fromkeys(
        ("", "CANCELED", "DEACTIVATING", "FAILED", "FINISHED", "INACTIVE", "PAUSED", "PENDING"), False
    ),
}


class RefusedDefinitionError(Exception):
    """A definition that AWS does not take; the text says why."""


def list_pipelines(client: Any) -> list[dict[str, str]]:
    """Id and name of every pipeline that the caller may see."""
    pages = client.get_paginator("list_pipelines").paginate()
    return [each for page in pages for each in page["pipelineIdList"]]


def describe_pipelines(client: Any, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Fields and tags of the pipelines that are there, by id, 25 a call."""
    found: dict[str, dict[str, Any]] = {}
    for begin in range(0, len(ids), MOST_DESCRIBED):
        some = list(ids[begin : begin + MOST_DESCRIBED])
        try:
            answer = client.describe_pipelines(pipelineIds=some)
        except is_boto3_error_code(list(GONE)):
            # One that is gone spoils the answer for all.
            for each in some if len(some) > 1 else ():
                found |= describe_pipelines(client, [each])
            continue
        for each in answer["pipelineDescriptionList"]:
            tags = {tag["key"]: tag["value"] for tag in each.get("tags", ())}
            found[each["pipelineId"]] = {"name": each["name"], "tags": tags, **_fields(each)}
    return found


def describe_objects(client: Any, pipeline: str, ids: Sequence[str]) -> Iterator[dict[str, str]]:
    """The objects of a pipeline with their fields, 25 a call; none if there is no such pipeline.

    Of a field with many values only the last is kept.
    """
    paginator = client.get_paginator("describe_objects")
    try:
        for begin in range(0, len(ids), MOST_DESCRIBED):
            some = list(ids[begin : begin + MOST_DESCRIBED])
            for page in paginator.paginate(pipelineId=pipeline, objectIds=some):
                for each in page["pipelineObjects"]:
                    yield {**_fields(each), "id": each["id"]}
    except is_boto3_error_code(list(GONE)):
        return


def query_instances(client: Any, pipeline: str, since: str = "", statuses: Sequence[str] = ()) -> list[str]:
    """The ids of a pipeline's instances, of those only that were scheduled since then or have one of these
    statuses, in no order. There are none if there is no such pipeline.
    """
    begun = {"fieldName": "@scheduledStartTime", "operator": {"type": "GE", "values": [since]}}
    ended = {"fieldName": "@status", "operator": {"type": "EQ", "values": list(statuses)}}
    selectors = [*([begun] if since else []), *([ended] if statuses else [])]
    query = {"query": {"selectors": selectors}} if selectors else {}
    pages = client.get_paginator("query_objects").paginate(pipelineId=pipeline, sphere="INSTANCE", **query)
    try:
        return [str(each) for page in pages for each in page["ids"]]
    except is_boto3_error_code(list(GONE)):
        return []


def get_definition(client: Any, pipeline: str) -> list[dict[str, Any]]:
    """The objects of a pipeline as it runs."""
    answer = client.get_pipeline_definition(pipelineId=pipeline, version="active")
    objects: list[dict[str, Any]] = answer["pipelineObjects"]
    return objects


def create_pipeline(client: Any, name: str, unique: str, description: str, tags: dict[str, str]) -> str:
    """The id of a new pipeline, which has no definition yet; a retry with the same texts makes no second."""
    listed = [{"key": key, "value": value} for key, value in tags.items()]
    answer = client.create_pipeline(name=name, uniqueId=unique, description=description, tags=listed)
    return str(answer["pipelineId"])


def put_definition(client: Any, pipeline: str, objects: list[dict[str, Any]]) -> None:
    """Define a pipeline; RefusedDefinitionError if AWS finds a mistake."""
    answer = client.put_pipeline_definition(pipelineId=pipeline, pipelineObjects=objects)
    if answer["errored"]:
        found = answer.get("validationErrors", ())
        told = "; ".join(f"{each['id']}: {', '.join(each['errors'])}" for each in found)
        raise RefusedDefinitionError(told or "AWS does not say why")


def activate_pipeline(client: Any, pipeline: str) -> None:
    """Begin to run a pipeline."""
    client.activate_pipeline(pipelineId=pipeline)


def delete_pipeline(client: Any, pipeline: str) -> None:
    """Remove a pipeline and its history, and cancel what it runs."""
    try:
        client.delete_pipeline(pipelineId=pipeline)
    except is_boto3_error_code(list(GONE)):
        return


def _fields(described: dict[str, Any]) -> dict[str, str]:
    return {
        each["key"]: str(each.get("stringValue", each.get("refValue", ""))) for each in described["fields"]
    }
