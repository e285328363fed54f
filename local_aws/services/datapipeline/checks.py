# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a pipeline definition must be: sizes, fields, references, expressions, schedules.

https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-limits.html
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-writing-pipeline-definition.html
https://docs.aws.amazon.com/datapipeline/latest/APIReference/API_PutPipelineDefinition.html

AWS documents the rules and not its sentences: those here are our own. ``fatal`` is what keeps a definition
from being stored, ``errors`` what keeps it from being activated, ``warnings`` what does neither.
"""

from __future__ import annotations

from collections import Counter
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from local_aws.server.answers import NotImitatedError

from . import fields
from .expressions import ExpressionError, parse
from .model import DEFAULT, Component, Definition, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .fields import Kind

Json = dict[str, Any]
Found = dict[str, list[str]]
MAX_OBJECTS = 100
MAX_FIELDS = 50
MAX_NAME_BYTES = 256
MAX_FIELD_BYTES = 10_240
MAX_OBJECT_BYTES = 15_360


def fatal(data: Json) -> Found:
    """Problems by object id that keep the definition from being stored."""
    objects = data["pipelineObjects"]
    if len(objects) > MAX_OBJECTS:
        problem = f"The pipeline has {len(objects)} objects; at most {MAX_OBJECTS} are allowed"
        return {DEFAULT: [problem]}
    found = _gathered((each["id"], problem) for each in objects for problem in _empty(each))
    for name, times in Counter(each["id"] for each in objects).items():
        if times > 1:
            found.setdefault(name, []).append(f"{times} objects have the id '{name}'")
    return found


def _empty(each: Json) -> Iterator[str]:
    for one in each["fields"]:
        values = [one[kind] for kind in ("stringValue", "refValue") if one.get(kind) is not None]
        if len(values) != 1 or not values[0]:
            yield f"Field '{one['key']}' needs either a string or a reference, and not an empty one"


def errors(definition: Definition) -> Found:
    """Problems by object id that keep a stored definition from being activated."""
    found = _gathered(
        (one.id, problem) for one in definition.objects.values() for problem in _object(one, definition)
    )
    for name, problem in [*_circles(definition), *_schedules(definition), *_parameters(definition)]:
        found.setdefault(name, []).append(problem)
    return found


def warnings(definition: Definition) -> Found:
    default = definition.objects.get(DEFAULT)
    if default is not None and default.all("pipelineLogUri"):
        return {}
    return {DEFAULT: ["'pipelineLogUri' is missing. Set it on the Default object to be able to see logs."]}


def _gathered(problems: Iterable[tuple[str, str]]) -> Found:
    found: Found = {}
    for name, problem in problems:
        found.setdefault(name, []).append(problem)
    return found


def _object(one: Component, definition: Definition) -> Iterator[str]:
    yield from _sizes(one)
    if one.type not in fields.FIELDS:
        if one.type in fields.NOT_IMITATED:
            raise NotImitatedError(f"objects of type {one.type} (object '{one.id}').")
        yield f"'{one.type}' is not a type of object" if one.type else "The object has no type"
        return
    yield from _own_fields(one, definition)
    yield from _needed(one, definition)


def _sizes(one: Component) -> Iterator[str]:
    if len(one.fields) > MAX_FIELDS:
        yield f"The object has {len(one.fields)} fields; at most {MAX_FIELDS} are allowed"
    for name in {one.id, *(each.key for each in one.fields)}:
        if len(name.encode()) > MAX_NAME_BYTES:
            yield f"The name '{name[:32]}…' is longer than {MAX_NAME_BYTES} bytes"
    for each in one.fields:
        if len(each.value.encode()) > MAX_FIELD_BYTES:
            yield f"Field '{each.key}' is longer than {MAX_FIELD_BYTES} bytes"
    size = sum(len(each.key.encode()) + len(each.value.encode()) for each in one.fields)
    if size > MAX_OBJECT_BYTES:
        yield f"The object has {size} bytes; at most {MAX_OBJECT_BYTES} are allowed"


def _own_fields(one: Component, definition: Definition) -> Iterator[str]:
    known = fields.FIELDS[one.type]
    for each in one.fields:
        if fields.USER_FIELD.fullmatch(each.key):
            if each.is_reference and each.value not in definition.objects:
                yield f"Field '{each.key}' refers to '{each.value}', which is no object of the pipeline"
        elif each.key in fields.NOT_IMITATED_FIELDS:
            raise NotImitatedError(f"the field {each.key} (object '{one.id}').")
        elif each.key not in known:
            yield f"Field '{each.key}' is not known for type {one.type}; your own fields begin with 'my'"
        elif each.is_reference:
            yield from _reference(each.key, each.value, known[each.key], definition)
        else:
            yield from _value(each.key, each.value, known[each.key])
        if not each.is_reference:
            yield from _expressions(one, each.value, definition)
    for key, times in Counter(each.key for each in one.fields).items():
        if times > 1 and key in known and not known[key].many:
            yield f"Field '{key}' takes one value, not {times}"


def _reference(key: str, value: str, kind: Kind, definition: Definition) -> Iterator[str]:
    target = definition.objects.get(value)
    if kind.sort != "reference":
        yield f"Field '{key}' takes a string, not a reference"
    elif target is None:
        yield f"Field '{key}' refers to '{value}', which is no object of the pipeline"
    elif kind.allowed and target.type not in kind.allowed:
        wanted = " or ".join(kind.allowed)
        yield f"Field '{key}' must refer to an object of type {wanted}; '{value}' is of type {target.type}"


def _value(key: str, value: str, kind: Kind) -> Iterator[str]:
    if kind.sort == "reference":
        yield f"Field '{key}' takes a reference, not a string"
    elif "#{" not in value:
        yield from _literal(key, value, kind)


def _literal(key: str, value: str, kind: Kind) -> Iterator[str]:
    if kind.sort == "one-of" and value.lower() not in {each.lower() for each in kind.allowed}:
        yield f"Field '{key}' must be one of {', '.join(kind.allowed)}, not '{value}'"
    elif kind.sort == "boolean" and value.lower() not in {"true", "false"}:
        yield f"Field '{key}' must be true or false, not '{value}'"
    elif kind.sort in {"integer", "period"}:
        yield from _number(key, value, kind)
    elif kind.sort == "time":
        try:
            moment(value)
        except ValueError:
            yield f"Field '{key}' must be a time like 2026-11-25T02:00:00, not '{value}'"
    elif key.endswith("InstanceType") and value not in fields.INSTANCE_TYPES:
        yield f"Field '{key}': AWS Data Pipeline does not support the instance type '{value}'"
    elif key == "region" and value not in fields.CLUSTER_REGIONS:
        yield f"Field '{key}': AWS Data Pipeline starts no clusters in '{value}'"


def _number(key: str, value: str, kind: Kind) -> Iterator[str]:
    try:
        number = fields.seconds(value) if kind.sort == "period" else int(value)
    except ValueError:
        yield f"Field '{key}' must be {'an integer' if kind.sort == 'integer' else 'a period'}, not '{value}'"
        return
    if not kind.least <= number <= kind.most:
        limits = (kind.least, kind.most)
        if kind.sort == "period":
            limits = (kind.least // 60, kind.most // 60)
        unit = "minutes" if kind.sort == "period" else ""
        yield f"Field '{key}' must lie between {limits[0]} and {limits[1]} {unit}, not '{value}'"


def _expressions(one: Component, value: str, definition: Definition) -> Iterator[str]:
    try:
        found = parse(value)
    except ExpressionError as error:
        yield str(error)
        return
    for expression in found:
        for path in expression.paths():
            yield from _path(one, path, definition)


def _path(one: Component, path: tuple[str, ...], definition: Definition) -> Iterator[str]:
    """A path must lead somewhere: to a field, at most one reference before a runtime field."""
    shown = ".".join(path)
    if path[0] == "node":
        if one.type not in {"SnsAlarm", DEFAULT}:
            yield f"'node' in '#{{{shown}}}' is for objects of type SnsAlarm and preconditions"
        if len(path) == 1 or any(slot in fields.RUNTIME for slot in path[1:-1]):
            yield f"'#{{{shown}}}' names no field"
        if len(path) > 2 and path[-1] in fields.RUNTIME:
            yield f"'#{{{shown}}}': runtime fields can only be read from the node itself"
        yield from _of_some_node(path, definition)
        return
    yield from _from_here(definition.resolved(one), path, definition)


def _of_some_node(path: tuple[str, ...], definition: Definition) -> Iterator[str]:
    runnable = definition.of_type(*fields.ACTIVITIES, *fields.RESOURCES)
    if len(path) < 2 or path[1] in fields.RUNTIME | {"id", "name", "type"}:
        return
    if not any(definition.resolved(each).all(path[1]) for each in runnable):
        yield f"'#{{{'.'.join(path)}}}': no activity or resource has a field '{path[1]}'"


def _from_here(here: Component, path: tuple[str, ...], definition: Definition) -> Iterator[str]:
    shown, last = ".".join(path), len(path) - 1
    for place, slot in enumerate(path):
        if slot in fields.RUNTIME:
            if place != last or place > 1:
                yield f"'#{{{shown}}}': runtime fields are read from the object or its direct reference"
            return
        if slot in {"id", "name", "type"} or (place == 0 and slot in definition.parameters()):
            return
        values = [each for each in here.fields if each.key == slot]
        if len(values) != 1:
            yield f"'#{{{shown}}}': '{here.id}' has {len(values) or 'no'} values of a field '{slot}'"
            return
        if place < last:
            following = definition.objects.get(values[0].value) if values[0].is_reference else None
            if following is None:
                yield f"'#{{{shown}}}': '{slot}' of '{here.id}' is no reference"
                return
            here = definition.resolved(following)


def _needed(one: Component, definition: Definition) -> Iterator[str]:
    whole = definition.resolved(one)
    # Whether an alarm may inherit its role from Default is not documented: it must bring its own.
    holders = [each for each in definition.ancestors(one) if each.id != DEFAULT or one.type != "SnsAlarm"]
    for group in fields.REQUIRED.get(one.type, ()):
        if not any(each.all(key) for each in holders for key in group):
            yield f"Field '{' or '.join(group)}' is required for type {one.type}"
    if one.type == "Schedule":
        for pair in (("startDateTime", "startAt"), ("occurrences", "endDateTime")):
            if all(whole.all(key) for key in pair):
                yield f"Fields '{pair[0]}' and '{pair[1]}' exclude each other"
    if one.type == "EmrCluster" and not whole.all("releaseLabel"):
        raise NotImitatedError(f"clusters without a releaseLabel (object '{one.id}').")


def _schedules(definition: Definition) -> Iterator[tuple[str, str]]:
    default = definition.objects.get(DEFAULT)
    runnable = definition.of_type(*fields.ACTIVITIES, *fields.RESOURCES)
    kinds = {definition.resolved(one).text("scheduleType", "timeseries").lower() for one in runnable}
    on_demand = default is not None and default.text("scheduleType").lower() == "ondemand"
    if on_demand or "ondemand" in kinds:
        if not on_demand or kinds - {"ondemand"}:
            yield DEFAULT, "scheduleType ondemand belongs on the Default object, and only there"
        for one in [*definition.of_type("Schedule"), *definition.objects.values()]:
            if one.type == "Schedule" or one.all("schedule"):
                yield one.id, "An on-demand pipeline has no schedule"
        return
    if "timeseries" in kinds:
        raise NotImitatedError("scheduleType timeseries, which is also what a missing scheduleType means.")
    for one in runnable:
        if not definition.resolved(one).all("schedule"):
            yield one.id, "Field 'schedule' is required, on the object or on Default"
    if len({definition.resolved(one).text("schedule") for one in runnable}) > 1:
        raise NotImitatedError("a pipeline whose objects have different schedules.")
    if not runnable:
        yield DEFAULT, "The pipeline has no activity"


def _parameters(definition: Definition) -> Iterator[tuple[str, str]]:
    declared = {one["id"] for one in definition.parameter_objects}
    for name in sorted(declared | definition.parameters().keys()):
        if not fields.USER_FIELD.fullmatch(name):
            yield DEFAULT, f"The parameter '{name}' does not begin with 'my' and a capital letter"
    for name in sorted(definition.parameters().keys() - declared):
        yield DEFAULT, f"A value is given for '{name}', which is no parameter of the pipeline"


def _circles(definition: Definition) -> Iterator[tuple[str, str]]:
    for key in ("dependsOn", "parent", "configuration"):
        graph = {one.id: set(one.all(key)) & definition.objects.keys() for one in definition.objects.values()}
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            yield error.args[1][0], f"'{key}' leads in a circle: {' -> '.join(error.args[1])}"
