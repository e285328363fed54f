# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A change set says of each change whether it replaces the resource; an import describes the stack it makes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html (Replacement)
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceTargetDefinition.html
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html

Changing a property replaces the resource if its type's schema lists it as createOnlyProperties, and may do so
if something within it is listed. ministack knows this of some types, and of all others says that they may be
replaced. It gives a stack that is made by an import no description, while a stack has that of its template:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/template-description-structure.html
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import get_region
from ministack.services.cloudformation import changesets, stacks

from . import strictness


def install() -> None:
    known, importing = stacks._property_recreation, changesets._import_resources_async

    def recreation(kind: str, name: str) -> str:
        schema = strictness._schema(kind, get_region()) if strictness.HAS_SCHEMAS else None
        return by_schema(schema, name) if schema else str(known(kind, name))

    async def described(change_set: dict[str, Any], stack: dict[str, Any], new_stack: bool) -> None:
        await importing(change_set, stack, new_stack)
        if stack["StackStatus"] == "IMPORT_COMPLETE":
            stack["Description"] = change_set["_template"].get("Description", "")

    stacks._property_recreation = recreation
    changesets._import_resources_async = described


def by_schema(schema: dict[str, Any], name: str) -> str:
    """What changing a property asks for: Always, Conditionally or Never a new resource."""
    path, always = f"/properties/{name}", schema.get("createOnlyProperties", [])
    if path in always:
        return "Always"
    perhaps = [*always, *schema.get("conditionalCreateOnlyProperties", [])]
    return "Conditionally" if any(f"{each}/".startswith(f"{path}/") for each in perhaps) else "Never"
