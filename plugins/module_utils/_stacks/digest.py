# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A stack's output Digest, by which a template that somebody edits in AWS is told from the one deployed.

A stack that was deployed before there was such an output tells nothing.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from .state import mangled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .template import DeployedStack

OUTPUT = "Digest"
LEAF = "Outputs"  # what a resource's metadata knows of the outputs, and so of the digest


def digest(template: Mapping[str, Any], parameters: Mapping[str, str]) -> str:
    """Of all that a stack is deployed with, but for this output itself."""
    outputs = {name: each for name, each in template.get("Outputs", {}).items() if name != OUTPUT}
    resources = {name: _without_outputs(each) for name, each in template.get("Resources", {}).items()}
    whole = [{**template, "Outputs": outputs, "Resources": resources}, dict(parameters)]
    text = mangled(json.dumps(whole, sort_keys=True, ensure_ascii=False))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _without_outputs(resource: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in resource.get("Metadata", {}).items() if key != LEAF}
    others = {key: value for key, value in resource.items() if key != "Metadata"}
    return {**others, "Metadata": kept} if kept else others


def changed_by_hand(stack: DeployedStack) -> bool:
    """Whether a stack has another template, or other parameters, than `backup` deployed."""
    told = stack.outputs.digest
    return told is not None and told != digest(stack.template, stack.parameters)
