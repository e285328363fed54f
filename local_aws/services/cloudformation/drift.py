# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How far a stack's resources are from what was deployed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html, "Considerations":
properties that only CloudFormation ever writes are taken as deployed, immutable ones are not reconciled, and
tags with other keys than the template's are left alone. The resources are read in the name of whoever asks;
"Drift status could not be determined" (UNKNOWN) of those that the caller may not read.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from typing import Any

from ministack.core.responses import get_region
from ministack.services.cloudformation import drift, engine, provisioners

from . import live, rights, strictness

Json = dict[str, Any]
MODIFIED, DELETED, IN_SYNC = "MODIFIED", "DELETED", "IN_SYNC"
UNKNOWN, UNSUPPORTED = "UNKNOWN", "UNSUPPORTED"


@dataclass(frozen=True)
class Look:
    """A resource as it is, as far as the last deployment set its properties."""

    status: str
    deployed: Json = field(default_factory=dict)
    actual: Json = field(default_factory=dict)

    @property
    def drifted(self) -> list[str]:
        return sorted(name for name, value in self.deployed.items() if not self.has(name, value))

    def has(self, name: str, value: Any) -> bool:
        """Is the property this already?"""
        return name in self.actual and drift._same(value, self.actual[name])


def look(stack: Json, record: Json) -> Look:
    """Compare a resource of a stack with what the stack's last deployment made of it."""
    kind, physical_id, properties = (
        record["ResourceType"], record["PhysicalResourceId"], record["Properties"],
    )  # fmt: skip
    if not drift.supports_drift(kind):
        return Look(UNSUPPORTED)
    if not _may_read(kind, properties, physical_id):
        return Look(UNKNOWN)
    current = live.read(kind, physical_id, properties)
    if current is None:
        return Look(DELETED)
    compared = drift._DRIFT_READERS[kind][1] - _immutable(kind)
    deployed = drift._expected_properties(kind, properties, compared, stack.get("Tags") or [])
    tags = provisioners._STACK_TAG_PROPERTY.get(kind, ("", ""))[0]
    actual = {}
    for name, value in deployed.items():
        if name == tags:
            found = current.get(name, {})  # what has no tags has no such property either
            ours = {key: found[key] for key in drift._tag_map(value) if key in found}
            actual[name] = drift._tags_in_shape(ours, value)
        elif name in current:
            actual[name] = drift._coerce_like(value, copy.deepcopy(current[name]))
    seen = Look(IN_SYNC, _readable(kind, deployed), _readable(kind, actual))
    return Look(MODIFIED, seen.deployed, seen.actual) if seen.drifted else seen


def of_stack(looks: list[Look]) -> str:
    """The drift status of the whole stack."""
    statuses = {each.status for each in looks}
    if statuses & {MODIFIED, DELETED}:
        return "DRIFTED"
    return UNKNOWN if UNKNOWN in statuses else IN_SYNC


def as_it_is(kind: str, properties: Json, seen: Look) -> Json:
    """The properties of the last deployment, with what others have made of them since."""
    kept = {name: value for name, value in properties.items() if name not in seen.drifted}
    actual = {name: seen.actual[name] for name in seen.drifted if name in seen.actual}
    tags, shape = provisioners._STACK_TAG_PROPERTY.get(kind, ("", ""))
    if tags in actual:  # a tag of the stack that is gone must be seen to be another than the stack's
        gone = drift._tag_map(seen.deployed[tags]).keys() - drift._tag_map(actual[tags]).keys()
        every = {**drift._tag_map(actual[tags]), **dict.fromkeys(gone, "")}
        actual[tags] = drift._tags_in_shape(every, {} if shape == "map" else [])
    return kept | actual


def resolved(stack: Json, template: Json, parameters: Json, name: str) -> Json | None:
    """A resource's properties in a template, as far as the stack can tell; None if it cannot."""
    raw = template["Resources"][name].get("Properties") or {}
    try:
        found: Json = engine._resolve_refs(
            copy.deepcopy(raw), stack["_resources"], parameters,
            engine._evaluate_conditions(template, parameters), template.get("Mappings", {}),
            stack["StackName"], stack["StackId"],
        )  # fmt: skip
    except Exception:  # a reference to what is yet to be made
        return None
    return {key: value for key, value in found.items() if value is not engine._NO_VALUE}


def _may_read(kind: str, properties: Json, physical_id: str) -> bool:
    try:
        rights.ask(kind, "read", properties, physical_id)
    except ValueError:
        return False
    return True


def _schema(kind: str) -> Json:
    return (strictness._schema(kind, get_region()) or {}) if strictness.HAS_SCHEMAS else {}


def _immutable(kind: str) -> set[str]:
    return {path.removeprefix("/properties/") for path in _schema(kind).get("createOnlyProperties", ())}


def _readable(kind: str, properties: Json) -> Json:
    """Without what the type's handler never tells."""
    rest = copy.deepcopy(properties)
    for path in _schema(kind).get("writeOnlyProperties", ()):
        _drop(rest, path.removeprefix("/properties/").split("/"))
    return rest


def _drop(value: Any, path: list[str]) -> None:
    if isinstance(value, list) and path[0] == "*":
        for each in value:
            _drop(each, path[1:])
    elif isinstance(value, dict) and len(path) == 1:
        value.pop(path[0], None)
    elif isinstance(value, dict) and path[0] in value:
        _drop(value[path[0]], path[1:])


def text(value: Any) -> str:
    """A property's value as change sets tell it."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, separators=(",", ":")) if isinstance(value, (dict, list)) else str(value)
