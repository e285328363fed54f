# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A change set says of each change whether it replaces the resource.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html (Replacement)
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceTargetDefinition.html
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html

Changing a property replaces the resource if its type's schema lists it as createOnlyProperties, and may do so
if something within it is listed. ministack knows this of some types, and of all others says that they may be
replaced.
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import get_region
from ministack.services.cloudformation import stacks

from . import cloudformation


def install() -> None:
    known = stacks._property_recreation

    def recreation(kind: str, name: str) -> str:
        schema = cloudformation._schema(kind, get_region()) if cloudformation.HAS_SCHEMAS else None
        return by_schema(schema, name) if schema else str(known(kind, name))

    stacks._property_recreation = recreation


def by_schema(schema: dict[str, Any], name: str) -> str:
    """What changing a property asks for: Always, Conditionally or Never a new resource."""
    path, always = f"/properties/{name}", schema.get("createOnlyProperties", [])
    if path in always:
        return "Always"
    perhaps = [*always, *schema.get("conditionalCreateOnlyProperties", [])]
    return "Conditionally" if any(f"{each}/".startswith(f"{path}/") for each in perhaps) else "Never"
