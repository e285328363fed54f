# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is to be done to remove a deployment, and what is told of it in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._base import naming
from .._model.outputs import Outputs
from .._plan.preparation import before_removing

if TYPE_CHECKING:
    from collections.abc import Mapping


def work(inputs: Mapping[str, Any], deployment: Mapping[str, Any]) -> dict[str, Any]:
    """What engines want done before, the stacks that go, and the state machines whose runs are stopped.

    The last stack goes first: numbers must not get a gap.
    """
    machinery = deployment["machinery"]
    store = [naming.store(inputs["prefix"])] if inputs["store"] else []
    outputs = [Outputs.from_raw(each["outputs"]) for each in machinery]
    machines = [each.state_machine_arn for each in outputs] + [each.heartbeat_machine_arn for each in outputs]
    return {
        "preparation": before_removing(deployment["existing"], inputs["prefix"]),
        "stack_names": [each["name"] for each in reversed(machinery)] + store,
        "state_machine_arns": [arn for arn in machines if arn],
    }


def report(
    inputs: Mapping[str, Any],
    deployment: Mapping[str, Any],
    expiry: Mapping[str, Any],
    removed: list[str],
    *,
    check: bool,
) -> dict[str, Any]:
    """What was removed, also if something else could not be, and which tables nothing backs up now."""
    account, region = deployment.get("account_id", ""), inputs.get("region", "")
    stacks = deployment.get("existing", {}).get("stacks", {})
    doing = f"{'Would remove' if check else 'Removed'} {', '.join(removed)}"
    return {
        "said": f"{doing if removed else 'Nothing is left to remove'} from account {account} in {region}.",
        "told": {
            "account_id": account,
            "region": region,
            "stacks": dict.fromkeys(removed, "would-remove" if check else "removed"),
            "tables": sum(len(stacks[name]["tables"]) for name in removed if name in stacks),
            "deleted_on": {each["table"]: each["deleted"] for each in expiry.get("tables") or ()},
        },
    }
