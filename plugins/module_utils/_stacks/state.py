# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to do with a stack, told from its state and from fingerprints of the templates before and after.

Fingerprints stand for the parts of a template, since the store's holds the addresses of webhooks.

States and what may be done in each: "Stack status codes" in the AWS CloudFormation user guide.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# An update or a delete is safe in these.
SETTLED = frozenset(
    {
        "CREATE_COMPLETE",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
    }
)
# The last deployment is what stands.
DEPLOYED = SETTLED - {"IMPORT_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
# An empty shell: it holds no resource and can only be deleted.
SHELLS = frozenset({"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"})
GONE = "DELETE_COMPLETE"  # in CloudFormation's words
# Somebody has to look.
STUCK = {
    "CREATE_FAILED": "delete the stack, then run this again",
    "DELETE_FAILED": "see in its events what could not be deleted, delete the stack, then run this again",
    "IMPORT_ROLLBACK_FAILED": "see its events, delete the stack keeping its resources, then run this again",
    "ROLLBACK_FAILED": "delete the stack, then run this again",
    "UPDATE_FAILED": "roll the update back (aws cloudformation rollback-stack), then run this again",
    "UPDATE_ROLLBACK_FAILED": (
        "continue the rollback (aws cloudformation continue-update-rollback), then run this again"
    ),
}


LATER = "known after the deployment"


class StuckStackError(Exception):
    """A state that no deployment can leave by itself."""


def is_moving(status: str) -> bool:
    """Whether CloudFormation is at work on the stack, so that waiting helps."""
    return status.endswith("_IN_PROGRESS") and status not in SHELLS


def action(status: str | None, *, same: bool) -> str:
    """One of create, recreate (delete the empty shell first), update and none."""
    if status is None:
        return "create"
    if status in SHELLS:
        return "recreate"
    if status in SETTLED:
        return "none" if same else "update"
    advice = STUCK.get(status, "this state is not known here; look at the stack")
    raise StuckStackError(f"it is in the state {status}: {advice}.")


def mangled(text: str) -> str:
    """Text as CloudFormation gives it back: it stores a question mark for each character outside ASCII.

    GetTemplate shows this, see mangleLikeCloudFormation in the AWS CDK.
    """
    return text.encode("ascii", "replace").decode()


def fingerprints(template: Mapping[str, Any]) -> dict[str, str]:
    """A fingerprint for each resource and output (`Resources.Bucket`), and for each other section."""
    parts: dict[str, Any] = {}
    for section, content in template.items():
        if section in {"Resources", "Outputs"}:
            parts |= {f"{section}.{name}": each for name, each in content.items()}
        else:
            parts[section] = content
    return {name: _fingerprint(part) for name, part in parts.items()}


def _fingerprint(part: Any) -> str:
    text = mangled(json.dumps(part, sort_keys=True, ensure_ascii=False))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def resource_changes(
    before: Mapping[str, str], types: Mapping[str, str], after: Mapping[str, Any]
) -> list[dict[str, str]]:
    """Which resources the new template adds, modifies or removes, in order of their logical ids.

    `before` are the fingerprints of the deployed template, `types` the types of its resources.
    """
    new = fingerprints(after)
    kinds = {**types, **{name: str(each["Type"]) for name, each in after.get("Resources", {}).items()}}
    return [
        {"action": verb, "logical_id": name, "type": kinds[name]}
        for name in sorted(kinds)
        if (verb := _verb(before.get(f"Resources.{name}"), new.get(f"Resources.{name}")))
    ]


def outputs(
    before: Mapping[str, str], after: Mapping[str, Any], deployed: Mapping[str, str]
) -> dict[str, str]:
    """What the outputs will be, as far as the templates before and after tell."""
    new = fingerprints(after)
    return {
        name: _output(
            each["Value"], deployed.get(name), same=before.get(f"Outputs.{name}") == new[f"Outputs.{name}"]
        )
        for name, each in after.get("Outputs", {}).items()
    }


def _output(value: Any, deployed: str | None, *, same: bool) -> str:
    if isinstance(value, str):
        return value
    return deployed if deployed is not None and same else LATER


def _verb(old: str | None, new: str | None) -> str:
    if old is None:
        return "Add"
    if new is None:
        return "Remove"
    return "" if old == new else "Modify"
