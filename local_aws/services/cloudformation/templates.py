# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What CloudFormation sees in a template before it makes anything: names, sections, references, circles.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTIONS = {
    "AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions",
    "Transform", "Resources", "Outputs", "Hooks",
}  # fmt: skip
ATTRIBUTES = {
    "Type", "Properties", "DependsOn", "Condition", "Metadata", "DeletionPolicy", "UpdateReplacePolicy",
    "CreationPolicy", "UpdatePolicy",
}  # fmt: skip
_IN_SUB = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?\}")

Json = dict[str, Any]


def problem(template: Json) -> str:
    """The first thing CloudFormation would refuse, in its words; empty when nothing."""
    checks = (_sections, _names, _attributes, _references, _circles)
    return next((found for check in checks for found in check(template)), "")


def _sections(template: Json) -> Iterator[str]:
    if unknown := sorted(set(template) - SECTIONS):
        yield f"Invalid template property or properties [{', '.join(unknown)}]"


def _names(template: Json) -> Iterator[str]:
    for section, noun in (("Resources", "Resource"), ("Outputs", "Output"), ("Parameters", "Parameter")):
        for name in template.get(section) or {}:
            if not (name.isascii() and name.isalnum()) and not name.startswith("Fn::ForEach"):
                yield f"Template format error: {noun} name {name} is non alphanumeric."


def _attributes(template: Json) -> Iterator[str]:
    for resource in _resources(template).values():
        for unknown in sorted(set(resource) - ATTRIBUTES):
            yield f"Invalid template resource property '{unknown}'"


def _references(template: Json) -> Iterator[str]:
    if "Transform" in template:  # a transform may bring what is referred to
        return
    known = {*_resources(template), *(template.get("Parameters") or {})}
    used = {
        "Resources": set().union(*map(_needs, _resources(template).values())),
        "Outputs": _used(template.get("Outputs") or {}),
    }
    for section, names in used.items():
        if missing := sorted(names - known):
            yield (
                f"Template format error: Unresolved resource dependencies [{', '.join(missing)}] "
                f"in the {section} block of the template"
            )


def _circles(template: Json) -> Iterator[str]:
    resources = _resources(template)
    try:
        TopologicalSorter({name: _needs(body) & set(resources) for name, body in resources.items()}).prepare()
    except CycleError as error:
        yield f"Circular dependency between resources: [{', '.join(sorted(set(error.args[1])))}]"


def _resources(template: Json) -> dict[str, Json]:
    return {name: body for name, body in (template.get("Resources") or {}).items() if isinstance(body, dict)}


def _needs(resource: Json) -> set[str]:
    waits_for = resource.get("DependsOn", [])
    return _used(resource) | ({waits_for} if isinstance(waits_for, str) else set(waits_for))


def _used(value: Any) -> set[str]:
    """The names that a part of a template refers to."""
    if isinstance(value, list):
        return {name for element in value for name in _used(element)}
    if not isinstance(value, dict):
        return set()
    found = {name for element in value.values() for name in _used(element)}
    for function, argument in value.items():
        found |= _named(function, argument)
    return found


def _named(function: str, argument: Any) -> set[str]:
    if function == "Ref" and isinstance(argument, str):
        return set() if argument.startswith("AWS::") else {argument}
    if function == "Fn::GetAtt":
        return {argument.split(".")[0] if isinstance(argument, str) else str(argument[0])}
    if function == "Fn::Sub":
        text, given = (argument, {}) if isinstance(argument, str) else argument
        return set(_IN_SUB.findall(text)) - set(given)
    return set()
