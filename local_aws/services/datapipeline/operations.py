# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pipelines made, defined, described, listed, tagged.

https://docs.aws.amazon.com/datapipeline/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

import time
from typing import Any

from ministack.core.responses import get_account_id, get_region

from local_aws.server.answers import RefusedError
from local_aws.services.iam import permissions

from . import checks, edits
from .model import Definition, Pipeline, definition_of, find, lock, new_id, pipelines, stamp
from .objects import page

Json = dict[str, Any]
MAX_PIPELINES = 100
MAX_TAGS = 10
MAX_DESCRIBED = 25
LISTED_PAGE = 25
# "It may take up to five minutes for a pipeline health status to update."
HEALTH_DELAY = 300


def create(data: Json) -> Json:
    with lock:
        wanted = (data["name"], data["uniqueId"])
        for one in pipelines.values():
            if (one.name, one.unique_id) == wanted:
                return {"pipelineId": one.id}
        if len(pipelines) >= MAX_PIPELINES:
            raise RefusedError(
                "InvalidRequestException",
                f"Web service limit exceeded: an account can have {MAX_PIPELINES} pipelines.",
            )
        pipeline = Pipeline(
            new_id(),
            *wanted,
            permissions.caller(),
            get_account_id(),
            get_region(),
            time.time(),
            data.get("description"),
        )
        _tag(pipeline, data.get("tags") or [])
        pipelines[pipeline.id] = pipeline
    return {"pipelineId": pipeline.id}


def put(data: Json) -> Json:
    with lock:
        pipeline = find(data["pipelineId"])
        if pipeline.state == "FINISHED":
            raise RefusedError(
                "InvalidRequestException",
                f"Pipeline with id: {pipeline.id} is finished and cannot be changed.",
            )
        unstorable, errors, definition = _judged(pipeline, data)
        if not unstorable:
            _may_pass_roles(definition)
            pipeline.latest = definition
            pipeline.errored = bool(errors)
            pipeline.version += 1
        return _verdict(unstorable | errors, definition)


def validate(data: Json) -> Json:
    unstorable, errors, definition = _judged(find(data["pipelineId"]), data)
    return _verdict(unstorable | errors, definition)


def _judged(pipeline: Pipeline, data: Json) -> tuple[dict[str, list[str]], dict[str, list[str]], Definition]:
    unstorable = checks.fatal(data)
    definition = definition_of(data)
    if not unstorable and pipeline.active:
        unstorable = edits.refusals(pipeline.active, definition)
    return unstorable, {} if unstorable else checks.errors(definition), definition


def _verdict(errors: dict[str, list[str]], definition: Definition) -> Json:
    warnings = checks.warnings(definition)
    return {
        "errored": bool(errors),
        "validationErrors": [{"id": name, "errors": each} for name, each in errors.items()],
        "validationWarnings": [{"id": name, "warnings": each} for name, each in warnings.items()],
    }


def roles(definition: Definition) -> set[str]:
    """The ARNs of the roles that a definition hands over."""
    account = get_account_id()
    found = set()
    for one in definition.objects.values():
        found |= {f"arn:aws:iam::{account}:role/{name}" for name in one.all("role")}
        found |= {permissions.profile_role(name) for name in one.all("resourceRole")}
    return found - {""}


def _may_pass_roles(definition: Definition) -> None:
    """Whoever defines a pipeline hands roles over (dp-iam-roles, "Permissions for users")."""
    context = {"iam:PassedToService": "datapipeline.amazonaws.com"}
    for role in sorted(roles(definition)):
        decision = permissions.principal_allows(permissions.caller(), "iam:PassRole", role, context)
        if not decision.allowed:
            raise RefusedError("AccessDeniedException", decision.message)


def get(data: Json) -> Json:
    pipeline = find(data["pipelineId"])
    version = data.get("version") or "latest"
    if version not in {"latest", "active"}:
        raise RefusedError(
            "InvalidRequestException", f"The version '{version}' is neither latest nor active."
        )
    definition = pipeline.latest if version == "latest" else pipeline.active or Definition({})
    return {
        "pipelineObjects": [
            {"id": one.id, "name": one.name, "fields": [each.as_json() for each in one.fields]}
            for one in definition.objects.values()
        ],
        "parameterObjects": list(definition.parameter_objects),
        "parameterValues": list(definition.parameter_values),
    }


def describe(data: Json) -> Json:
    ids = data["pipelineIds"]
    if not 1 <= len(ids) <= MAX_DESCRIBED:
        raise RefusedError(
            "InvalidRequestException", f"Between 1 and {MAX_DESCRIBED} pipelines can be described."
        )
    return {"pipelineDescriptionList": [_described(find(name)) for name in ids]}


def _described(pipeline: Pipeline) -> Json:
    fields = {
        "@id": pipeline.id, "name": pipeline.name, "uniqueId": pipeline.unique_id, "@sphere": "PIPELINE",
        "@accountId": pipeline.account, "@userId": pipeline.account, "pipelineCreator": pipeline.creator,
        "@pipelineState": pipeline.state, "@creationTime": stamp(pipeline.created),
        "@version": str(pipeline.version),
    }  # fmt: skip
    times = {
        "@firstActivationTime": pipeline.first_activation, "@lastActivationTime": pipeline.last_activation,
        "@finishedTime": pipeline.finished, "@nextRunTime": pipeline.next_start,
    }  # fmt: skip
    fields |= {key: stamp(when) for key, when in times.items() if when is not None}
    if health := _health(pipeline):
        fields["@healthStatus"] = health
    answer = {
        "pipelineId": pipeline.id,
        "name": pipeline.name,
        "fields": [{"key": key, "stringValue": value} for key, value in fields.items()],
        "tags": [{"key": key, "value": value} for key, value in pipeline.tags.items()],
    }
    return answer if pipeline.description is None else {**answer, "description": pipeline.description}


def _health(pipeline: Pipeline) -> str:
    """ERROR if any component has it; what was told in the last minutes is not known yet."""
    latest = stamp(time.time() - HEALTH_DELAY)
    told = {
        one["@healthStatus"]
        for one in list(pipeline.components.values())
        if one.get("@healthStatusUpdatedTime", "9") <= latest
    }
    return "ERROR" if "ERROR" in told else next(iter(told), "")


def list_all(data: Json) -> Json:
    rows = sorted(pipelines.values(), key=lambda one: str(one.id))
    shown, rest = page(
        [{"id": one.id, "name": one.name} for one in rows], data.get("marker") or "", LISTED_PAGE
    )
    return {"pipelineIdList": shown, **rest}


def add_tags(data: Json) -> Json:
    _tag(find(data["pipelineId"]), data["tags"])
    return {}


def _tag(pipeline: Pipeline, tags: list[Json]) -> None:
    wanted = pipeline.tags | {one["key"]: one["value"] for one in tags}
    if len(wanted) > MAX_TAGS:
        raise RefusedError("InvalidRequestException", f"A pipeline can have {MAX_TAGS} tags.")
    pipeline.tags = wanted


def remove_tags(data: Json) -> Json:
    pipeline = find(data["pipelineId"])
    pipeline.tags = {key: value for key, value in pipeline.tags.items() if key not in data["tagKeys"]}
    return {}
