# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DescribeObjects and QueryObjects: what a pipeline's components, instances and attempts are and were.

https://docs.aws.amazon.com/datapipeline/latest/APIReference/API_DescribeObjects.html
https://docs.aws.amazon.com/datapipeline/latest/APIReference/API_QueryObjects.html
https://docs.aws.amazon.com/datapipeline/latest/APIReference/API_Operator.html

AWS documents no order of QueryObjects' ids: they come here in one that means nothing, and it documents
markers for DescribeObjects without a page size: here it is 10. That health and run times are among a
component's fields is read out of their descriptions; ``components_tell`` of the control takes them away.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from local_aws.server.answers import RefusedError

from . import values
from .expressions import ExpressionError
from .fields import USER_FIELD
from .model import Component, Field, Node, Pipeline, find

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
MAX_IDS = 25
DESCRIBED_PAGE = 10
QUERIED_PAGE = 100
MAX_SELECTORS = 10
SPHERES = ("COMPONENT", "INSTANCE", "ATTEMPT")
_TIMES = frozenset({"@scheduledStartTime", "@scheduledEndTime", "@actualStartTime", "@actualEndTime"})
_EQUAL = _TIMES | {"name", "@sphere", "@status"}
_REFERENCES = frozenset({"parent", "@componentParent", "@instanceParent"})
# By account: whether components carry what their runs came to.
silent_components: set[str] = set()


def page(rows: list[Any], marker: str, size: int) -> tuple[list[Any], Json]:
    """A page of rows, and what the answer says about the next."""
    if marker and not (marker.isdigit() and int(marker) < len(rows)):
        raise RefusedError("InvalidRequestException", f"The marker '{marker}' is not valid.")
    begin = int(marker or 0)
    more = begin + size < len(rows)
    return rows[begin : begin + size], {"hasMoreResults": more} | (
        {"marker": str(begin + size)} if more else {}
    )


def describe(data: Json) -> Json:
    pipeline = find(data["pipelineId"])
    ids = data["objectIds"]
    if not 1 <= len(ids) <= MAX_IDS:
        raise RefusedError("InvalidRequestException", f"Between 1 and {MAX_IDS} object ids can be described.")
    components = _definition(pipeline).objects
    unknown = [name for name in ids if name not in components and name not in pipeline.nodes]
    if unknown:
        raise RefusedError("InvalidRequestException", f"Object with id: {unknown[0]} does not exist")
    chosen, rest = page(ids, data.get("marker") or "", DESCRIBED_PAGE)
    evaluated = bool(data.get("evaluateExpressions"))
    return {"pipelineObjects": [_object(pipeline, name, evaluated) for name in chosen], **rest}


def _definition(pipeline: Pipeline) -> Any:
    return pipeline.active or pipeline.latest


def _object(pipeline: Pipeline, name: str, evaluated: bool) -> Json:
    node = pipeline.nodes.get(name)
    component = node.component if node else _definition(pipeline).objects[name]
    fields = list(_fields(pipeline, component, node))
    if evaluated and node:
        fields = [_evaluated(one, node) for one in fields]
    shown = [one.as_json() for one in fields]
    return {"id": name, "name": name if node else component.name, "fields": shown}


def _fields(pipeline: Pipeline, component: Component, node: Node | None) -> Iterator[Field]:
    yield from component.fields
    if node:
        yield from (Field(key, value) for key, value in dict(node.runtime).items())
        yield from (Field(key, value, True) for key, value in node.references.items())
        return
    told = pipeline.components.get(component.id, {})
    if pipeline.account in silent_components:
        told = {}
    for key, value in dict(told).items():
        yield Field(key, value)
    yield Field("@sphere", "COMPONENT")
    yield Field("@pipelineId", pipeline.id)
    yield Field("@version", str(pipeline.version))


def _evaluated(one: Field, node: Node) -> Field:
    if one.is_reference or one.key.startswith("@") or USER_FIELD.fullmatch(one.key):
        return one
    try:
        return Field(one.key, values.value(node, one.value))
    except ExpressionError:
        return one  # an alarm's text has no meaning without a node


def query(data: Json) -> Json:
    pipeline = find(data["pipelineId"])
    sphere, limit = data["sphere"], int(data.get("limit") or QUERIED_PAGE)
    if sphere not in SPHERES:
        raise RefusedError("InvalidRequestException", f"'{sphere}' is not one of {', '.join(SPHERES)}.")
    if not 1 <= limit <= QUERIED_PAGE:
        raise RefusedError("InvalidRequestException", f"The limit must lie between 1 and {QUERIED_PAGE}.")
    selectors = (data.get("query") or {}).get("selectors") or []
    if len(selectors) > MAX_SELECTORS:
        raise RefusedError("InvalidRequestException", f"At most {MAX_SELECTORS} selectors can be given.")
    tests = [_selector(one) for one in selectors]
    found = [
        name
        for name, held in _held(pipeline, sphere)
        if all(_holds(held.get(key, []), operator, operands) for key, operator, operands in tests)
    ]
    found.sort(key=lambda name: hashlib.md5(name.encode(), usedforsecurity=False).digest())
    ids, rest = page(found, data.get("marker") or "", limit)
    return {"ids": ids, **rest}


def _held(pipeline: Pipeline, sphere: str) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """The values of each object's fields, by object."""
    nodes = [node for node in list(pipeline.nodes.values()) if node.sphere == sphere]
    objects: list[tuple[str, Component, Node | None]] = [(node.id, node.component, node) for node in nodes]
    if sphere == "COMPONENT":
        objects = [(name, one, None) for name, one in _definition(pipeline).objects.items()]
    for name, component, node in objects:
        held: dict[str, list[str]] = {"name": [name if node else component.name]}
        for one in _fields(pipeline, component, node):
            held.setdefault(one.key, []).append(one.value)
        yield name, held


def _selector(one: Json) -> tuple[str, str, list[str]]:
    key, operator = one.get("fieldName", ""), one.get("operator") or {}
    kind, operands = operator.get("type", ""), operator.get("values") or []
    allowed = {"EQ": _EQUAL, "REF_EQ": _REFERENCES}.get(kind, _TIMES)
    if key not in allowed:
        raise RefusedError("InvalidRequestException", f"The operator {kind} cannot be used with '{key}'.")
    wanted = {"BETWEEN": 2, "GE": 1, "LE": 1}.get(kind)
    if not operands or (wanted and len(operands) != wanted):
        raise RefusedError("InvalidRequestException", f"{kind} takes {wanted or 'at least 1'} values.")
    return key, kind, operands


def _holds(held: list[str], operator: str, operands: list[str]) -> bool:
    """Times of one format compare as texts."""
    if operator in {"EQ", "REF_EQ"}:
        return any(one in operands for one in held)
    least = operands[0] if operator in {"GE", "BETWEEN"} else ""
    most = operands[-1] if operator in {"LE", "BETWEEN"} else "9"
    return any(least <= one <= most for one in held)
