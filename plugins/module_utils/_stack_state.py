# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to do with a stack, told from its state and from the templates before and after.

States and what may be done in each: "Stack status codes" in the AWS CloudFormation user guide.
"""

from __future__ import annotations

from typing import Any

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
# An empty shell: it holds no resource and can only be deleted.
SHELLS = frozenset({"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"})
# Somebody has to look.
STUCK = {
    "CREATE_FAILED": "delete the stack, then run this again",
    "DELETE_FAILED": "see in its events what could not be deleted, delete the stack, then run this again",
    "IMPORT_ROLLBACK_FAILED": "see its events, delete the stack keeping its resources, then run this again",
    "ROLLBACK_FAILED": "delete the stack, then run this again",
    "UPDATE_FAILED": "roll the update back (aws cloudformation rollback-stack), then run this again",
    "UPDATE_ROLLBACK_FAILED": "continue the rollback (aws cloudformation continue-update-rollback)",
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


def resource_changes(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, str]]:
    """Which resources the new template adds, modifies or removes, in order of their logical ids."""
    old, new = before.get("Resources", {}), after.get("Resources", {})
    return [
        {"action": verb, "logical_id": name, "type": str((new.get(name) or old[name])["Type"])}
        for name in sorted(old.keys() | new.keys())
        if (verb := _verb(old.get(name), new.get(name)))
    ]


def outputs(before: dict[str, Any], after: dict[str, Any], deployed: dict[str, str]) -> dict[str, str]:
    """What the outputs will be, as far as the templates before and after tell."""
    old, new = before.get("Outputs", {}), after.get("Outputs", {})
    return {name: _output(old.get(name), new[name]["Value"], deployed.get(name)) for name in new}


def _output(old: Any, value: Any, deployed: str | None) -> str:
    if isinstance(value, str):
        return value
    return deployed if deployed is not None and old == {"Value": value} else LATER


def _verb(old: Any, new: Any) -> str:
    if old is None:
        return "Add"
    if new is None:
        return "Remove"
    return "" if old == new else "Modify"
