# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pipelines as AWS Data Pipeline keeps them: objects made of fields, and the runs that come of them.

https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-how-tasks-scheduled.html (components,
instances, attempts) and https://docs.aws.amazon.com/datapipeline/latest/APIReference/API_PipelineObject.html
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from ministack.core.responses import AccountRegionScopedDict

from local_aws.server.answers import RefusedError

Json = dict[str, Any]
DEFAULT = "Default"
# Only these ever change what a pipeline is or does; they are short.
lock = threading.RLock()


@dataclass(frozen=True)
class Field:
    """One value of a field; a field with many values is many of these."""

    key: str
    value: str
    is_reference: bool = False

    def as_json(self) -> Json:
        return {"key": self.key, "refValue" if self.is_reference else "stringValue": self.value}


@dataclass(frozen=True)
class Component:
    """An object of a definition."""

    id: str
    name: str
    fields: tuple[Field, ...]

    @cached_property
    def type(self) -> str:
        return self.id if self.id == DEFAULT else self.text("type")

    def all(self, key: str) -> list[str]:
        return [one.value for one in self.fields if one.key == key]

    def text(self, key: str, otherwise: str = "") -> str:
        return next(iter(self.all(key)), otherwise)


@dataclass(frozen=True)
class Definition:
    """What PutPipelineDefinition brings."""

    objects: dict[str, Component]
    parameter_objects: tuple[Json, ...] = ()
    parameter_values: tuple[Json, ...] = ()

    def of_type(self, *types: str) -> list[Component]:
        return [one for one in self.objects.values() if one.type in types]

    def ancestors(self, one: Component) -> list[Component]:
        """The object, its parents, and Default: the nearest that has a field decides."""
        found = [one]
        while (parent := self.objects.get(found[-1].text("parent"))) and parent not in found:
            found.append(parent)
        default = self.objects.get(DEFAULT)
        return found if default is None or default in found else [*found, default]

    def resolved(self, one: Component) -> Component:
        """The object with what it inherits."""
        fields: dict[str, list[Field]] = {}
        for each in self.ancestors(one):
            own: dict[str, list[Field]] = {}
            for value in each.fields:
                own.setdefault(value.key, []).append(value)
            fields = {**own, **fields}
        return replace(one, fields=tuple(value for values in fields.values() for value in values))

    def parameters(self) -> dict[str, str]:
        """The values of parameters, their defaults included."""
        values = {}
        for one in self.parameter_objects:
            attributes = {each["key"]: each["stringValue"] for each in one["attributes"]}
            if "default" in attributes:
                values[one["id"]] = attributes["default"]
        return values | {one["id"]: one["stringValue"] for one in self.parameter_values}


def definition_of(data: Json) -> Definition:
    """The definition in a request; of two objects with one id, the validation has told already."""
    objects = {}
    for each in data["pipelineObjects"]:
        fields = tuple(
            Field(one["key"], one.get("stringValue", one.get("refValue", "")), "refValue" in one)
            for one in each["fields"]
        )
        objects[each["id"]] = Component(each["id"], each["name"], fields)
    parameter_objects = tuple(data.get("parameterObjects") or ())
    return Definition(objects, parameter_objects, tuple(data.get("parameterValues") or ()))


@dataclass
class Node:
    """An instance of a component, or an attempt of an instance."""

    id: str
    component: Component  # as it was when the instance was made, with what it inherits
    sphere: str
    definition: Definition
    runtime: dict[str, str] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    interval: dict[str, Node] = field(default_factory=dict, repr=False)  # its instances, by component

    @property
    def status(self) -> str:
        return self.runtime["@status"]

    def set(self, **runtime: str) -> None:
        """Set runtime fields; status, scheduledStartTime and so on are given without their @."""
        for key, value in runtime.items():
            self.runtime[key if key in UNMARKED else f"@{key}"] = value


# Runtime fields whose name has no @.
UNMARKED = frozenset({
    "attemptStatus", "cancellationReason", "emrStepLog", "errorId", "errorMessage", "errorStackTrace",
    "hadoopJobLog", "hostname", "reportProgressTime",
})  # fmt: skip
ENDED = frozenset({"CANCELED", "CASCADE_FAILED", "FAILED", "FINISHED", "SKIPPED", "TIMEDOUT"})


@dataclass
class Pipeline:
    """A pipeline with its definition, its history and how far its schedule has come."""

    id: str
    name: str
    unique_id: str
    creator: str
    account: str
    region: str
    created: float
    description: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    state: str = "PENDING"
    latest: Definition = field(default_factory=lambda: Definition({}))
    active: Definition | None = None
    errored: bool = True  # an empty definition cannot be activated
    version: int = 0
    next_start: float | None = None  # of the interval that comes next; None when nothing does
    position: int = 0  # which interval comes next, counted from the schedule's start
    completed: int = 0  # the interval after the last one that ran to its end
    first_activation: float | None = None
    last_activation: float | None = None
    finished: float | None = None
    nodes: dict[str, Node] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)  # instances whose lateness was told
    running: dict[str, threading.Event] = field(default_factory=dict)  # by interval: what stops it
    components: dict[str, dict[str, str]] = field(default_factory=dict)  # runtime fields of components

    def instances(self, component_id: str = "") -> list[Node]:
        return [
            one
            for one in list(self.nodes.values())
            if one.sphere == "INSTANCE" and component_id in ("", one.component.id)
        ]


pipelines = AccountRegionScopedDict()
_deleted: set[tuple[str, str]] = set()


def new_id() -> str:
    return f"df-{secrets.token_hex(10).upper()[:20]}"


def find(pipeline_id: str) -> Pipeline:
    """The pipeline of the calling account and region."""
    found: Pipeline | None = pipelines.get(pipeline_id)
    if found is not None:
        return found
    if any(pipeline_id == deleted for _owner, deleted in _deleted):
        raise RefusedError("PipelineDeletedException", f"Pipeline with id: {pipeline_id} has been deleted")
    raise RefusedError("PipelineNotFoundException", f"Pipeline with id: {pipeline_id} does not exist")


def forget(pipeline: Pipeline) -> None:
    pipelines.pop(pipeline.id, None)
    _deleted.add((pipeline.account, pipeline.id))


def stamp(moment: float) -> str:
    """A time as Data Pipeline writes it: UTC, to the second."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def moment(text: str) -> float:
    """The other way; ValueError if it is no time."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC).timestamp()
