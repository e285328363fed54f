# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Service Authorization Reference: which actions there are, and which of them know resources.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html:
"If the column is empty, you must specify all resources (*) to which the policy applies in the Resource
element".

AWS publishes it as pages, which parliament has read, and as files, which cfn-lint has. They do not agree on
all: sns:Unsubscribe and the attributes of subscriptions have a resource in the files and none on the pages.
Where either says none, here only * allows it, which is right in either case.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any


def known(action: str) -> bool:
    """Whether there is such an action."""
    return _kinds(_files(), action) is not None


def needs_everything(action: str) -> bool:
    """Whether only a policy for all resources allows the action."""
    return any(_kinds(source, action) == [] for source in (_files(), _pages()))


def resource_of(action: str, resource: str) -> str:
    """The resource that a policy must allow the action for."""
    return "*" if needs_everything(action) else resource


def _kinds(reference: dict[str, dict[str, list[str]]], action: str) -> list[str] | None:
    service, _colon, name = action.partition(":")
    return reference.get(service, {}).get(name.lower())


@cache
def _files() -> dict[str, dict[str, list[str]]]:
    found: dict[str, Any] = _data("cfnlint", "data/AdditionalSpecs/Policies.json") or {}
    return {
        service: {name: each.get("Resources", []) for name, each in actions["Actions"].items()}
        for service, actions in found.items()
    }


@cache
def _pages() -> dict[str, dict[str, list[str]]]:
    found: list[Any] = _data("parliament", "iam_definition.json") or []
    return {
        service["prefix"]: {
            each["privilege"].lower(): [
                kind["resource_type"] for kind in each["resource_types"] if kind["resource_type"]
            ]
            for each in service["privileges"]
        }
        for service in found
    }


def _data(package: str, path: str) -> Any:
    """A file of a package; None where the package is not installed."""
    found = importlib.util.find_spec(package)
    if found is None or not found.origin:
        return None
    return json.loads((Path(found.origin).parent / path).read_text(encoding="utf-8"))
