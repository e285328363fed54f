# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole difference between a stack that is deployed and what is to be deployed, for --diff."""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import yaml

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.masking import masked_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.steps import Step

Json = dict[str, Any]


def difference(step: Step, deployed: Json) -> Iterator[str]:
    """What is changed, resource by resource and then line by line, with the addresses of webhooks masked."""
    if step.action != "none":
        for each in step.changes:
            yield f"{step.name}: {each['action']} {each['logical_id']} ({each['type']})"
        before = {"Template": deployed.get("template", {}), **_told(deployed)}
        after = {"Template": masked_all(json.loads(step.template)), **_told(asdict(step))}
        old, new = (
            yaml.safe_dump(_opened(each), sort_keys=True, width=1000).splitlines() for each in (before, after)
        )
        stands = "deployed" if step.action == "update" else "not there"
        yield from difflib.unified_diff(
            old, new, f"{step.name} ({stands})", f"{step.name} (new)", lineterm=""
        )


def _opened(template: Any) -> Any:
    """The template with the JSON texts in it, such as a state machine, opened up to be read."""
    if isinstance(template, dict):
        return {key: _opened(value) for key, value in template.items()}
    if isinstance(template, list):
        return [_opened(value) for value in template]
    if isinstance(template, str) and template.startswith(('{"', '[{"')):
        return json.loads(template)
    return template


def _told(stack: Json) -> Json:
    return {"Parameters": stack.get("parameters", {}), "Tags": stack.get("tags", {})}
