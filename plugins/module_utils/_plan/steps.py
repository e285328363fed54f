# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What `backup` has to do, told from the plan, its templates, and what is deployed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._base import naming
from .._base.naming import TAG
from .._stacks import state

if TYPE_CHECKING:
    from collections.abc import Mapping

# CloudFormation takes at most 51,200 bytes in a request, more only from a bucket.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MOST_INLINE_BYTES = 51_200
UNSEEN_SHELL = "CloudFormation cannot be asked before the empty shell of an earlier attempt is removed."
UNSEEN_LARGE = (
    "CloudFormation cannot be asked before a template of more than 51,200 bytes is uploaded. With --diff -v"
    " the whole difference is shown."
)

Json = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """What is to be done to one stack."""

    name: str
    engine: str  # of machinery; empty for the store
    action: str  # create, recreate, update or none
    template: str
    parameters: dict[str, str]
    tags: dict[str, str]
    inline: bool
    object: str  # the key in the bucket, for a template that has to be uploaded first
    unseen: str  # why CloudFormation cannot say in check mode what it would do
    fingerprints: dict[str, str]
    changes: list[dict[str, str]]
    outputs: dict[str, str]  # as far as they can be foretold


def step(
    name: str,
    engine: str,
    template: Json,
    parameters: Mapping[str, str],
    tags: Mapping[str, str],
    deployed: Json,
) -> Step:
    """Compare a stack as it is to be with what is deployed ({} if nothing is)."""
    text = json.dumps(template, sort_keys=True, separators=(",", ":"))
    shell = deployed.get("status") in state.SHELLS
    before = {} if shell else deployed.get("fingerprints", {})
    types = {} if shell else deployed.get("types", {})
    wanted = {key: str(parameters[key]) for key in template.get("Parameters", {}) if key in parameters}
    fingerprints = state.fingerprints(template)
    same = before == fingerprints and _same(deployed, wanted, tags)
    return Step(
        name=name,
        engine=engine,
        action=_action(name, deployed.get("status"), same=same),
        template=text,
        parameters=wanted,
        tags=dict(tags),
        inline=len(text.encode()) <= MOST_INLINE_BYTES,
        object=f"templates/{name}-{naming.digest(text, 64)}.json",
        unseen=UNSEEN_SHELL if deployed.get("status") in state.SHELLS else UNSEEN_LARGE,
        fingerprints=fingerprints,
        changes=state.resource_changes(before, types, template),
        outputs=state.outputs(before, template, deployed.get("outputs", {})),
    )


def _action(name: str, status: str | None, *, same: bool) -> str:
    try:
        return state.action(status, same=same)
    except state.StuckStackError as error:
        raise state.StuckStackError(f"The stack {name} cannot be deployed to: {error}") from error


def _same(deployed: Json, parameters: Mapping[str, str], tags: Mapping[str, str]) -> bool:
    before, after = deployed.get("tags", {}), tags
    return bool(deployed.get("parameters") == parameters and _mangled(before) == _mangled(after))


def _mangled(tags: Mapping[str, str]) -> set[tuple[str, str]]:
    return {(state.mangled(key), state.mangled(value)) for key, value in tags.items()}


def stack_tags(prefix: str, own: Mapping[str, str], deployed: Json) -> dict[str, str]:
    """The tags of a stack: ours, and those that others have put on since.

    The stack's output `TagKeys` remembers which were ours, so that one that is taken out of the inventory
    goes.
    """
    ours = {TAG: prefix, **own}
    remembered = set(deployed.get("outputs", {}).get("TagKeys", "").split(",")) | ours.keys()
    others = {
        key: value
        for key, value in deployed.get("tags", {}).items()
        if key not in remembered and not key.startswith("aws:")
    }
    return {**others, **ours}
