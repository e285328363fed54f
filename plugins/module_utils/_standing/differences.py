# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands in AWS beside what the deployed templates want: where the two differ, in words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .._base import naming
from .._base.masking import masked
from .._model import drill
from .._model.standing import ALTERED, INACTIVE, MISSING, Deviation, Difference
from .._stacks.template import UNKNOWN, DeployedStack, Resource

if TYPE_CHECKING:
    from .._model.outputs import TableRecord

LONGEST = 120  # a value that is told
UNSET = "not set"


def deviations(
    resource: Resource, differences: Iterator[Difference], tables: tuple[str, ...]
) -> Iterator[Deviation]:
    """One for each kind of difference; a resource that is missing has no others."""
    found = list(differences)
    kinds = [MISSING] if any(each.kind == MISSING for each in found) else {each.kind: 0 for each in found}
    for kind in kinds:
        details = tuple(each.sentence for each in found if each.kind == kind and each.sentence)
        yield Deviation(
            resource.stack, resource.logical_id, resource.type, shown(resource), kind, details, tables
        )


def missing() -> Iterator[Difference]:
    """Of a resource that is not there."""
    yield Difference("", MISSING)


def compared(
    wanted: Mapping[str, Any], found: Mapping[str, Any], switch: str = "", on: Any = True
) -> Iterator[Difference]:
    """Property by property; the switch is what turns the resource off if it is not on."""
    for key, value in wanted.items():
        if not same(value, found.get(key)):
            off = key == switch and value == on
            yield Difference(differing(key, found.get(key), value), INACTIVE if off else ALTERED)


def same(wanted: Any, found: Any) -> bool:
    """Whether two values are equal, as far as GetTemplate tells: it puts ? for what is not ASCII."""
    if wanted is UNKNOWN or wanted == found:
        return True
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return wanted.keys() == found.keys() and all(same(wanted[key], found[key]) for key in wanted)
    if isinstance(wanted, (list, tuple)) and isinstance(found, (list, tuple)):
        return len(wanted) == len(found) and all(map(same, wanted, found))
    return isinstance(wanted, str) and isinstance(found, str) and _ascii(wanted) == _ascii(found)


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()


def differing(what: str, found: Any, wanted: Any) -> str:
    """A sentence about one property."""
    told = [_told(found), _told(wanted)]
    if max(map(len, told)) > LONGEST:
        return f"{what} is not as deployed"
    should = f"should be {told[1]}" if told[1] != UNSET else "should not be set"
    return f"{what} is {told[0]}, {should}"


def _told(value: Any) -> str:
    if value is None or value == "" or value == [] or value == {}:
        return UNSET
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (str, datetime)):
        return str(value)
    return json.dumps(value, default=str, sort_keys=True)


def shown(resource: Resource) -> str:
    """The name of a resource as people know it."""
    properties = resource.properties
    if resource.type == "AWS::SNS::Subscription":
        return masked(str(properties["Endpoint"]))
    if resource.type == "AWS::SNS::TopicPolicy":
        return ", ".join(str(topic).rsplit(":", 1)[-1] for topic in properties["Topics"])
    if resource.type == "AWS::S3::BucketPolicy":
        return str(properties["Bucket"])
    chosen = resource.name or properties.get("Name") or resource.arn
    return str(chosen or f"{resource.stack}-{resource.logical_id}")


def tables_of(stack: DeployedStack) -> Mapping[str, tuple[str, ...]]:
    """The tables that each resource of a stack of machinery concerns, by logical id; by "" all of them."""
    records = stack.outputs.tables()
    enabled = tuple(record.name for record in records if record.enabled)
    concerned: dict[str, tuple[str, ...]] = {"": enabled or tuple(record.name for record in records)}
    for record in records:
        stem = naming.logical_id(record.name)
        concerned |= {f"{stem}{end}": (record.name,) for end in ("Heartbeat", "Missed")}
    asking = tuple(record.name for record in drill.asking(records))
    concerned |= {f"Drills{end}": asking for end in ("Heartbeat", "Missed")}
    for resource in stack.resources:
        if names := _named(resource, records):
            concerned[resource.logical_id] = names
    return concerned


def _named(resource: Resource, records: Iterable[TableRecord]) -> tuple[str, ...]:
    """The tables of a schedule, of a pipeline or of a policy."""
    properties = resource.properties
    if resource.type == "AWS::Scheduler::Schedule":
        schedule = json.loads(properties["Target"]["Input"]).get("schedule")
        return tuple(each.name for each in records if each.enabled and each.schedule == schedule)
    if resource.type == "AWS::DataPipeline::Pipeline":
        kinds = {str(each["Id"]): str(each["Name"]) for each in properties["PipelineObjects"]}
        return tuple(each.name for each in records if kinds.get(naming.logical_id(each.name)))
    if resource.type == "AWS::IAM::ManagedPolicy":
        told = json.dumps(properties["PolicyDocument"], default=repr)
        return tuple(each.name for each in records if f':table/{each.name}"' in told)
    return ()
