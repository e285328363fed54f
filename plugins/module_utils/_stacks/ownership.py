# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which stacks tablekeeper made: a name alone tells nothing, since anybody may have given it to a stack.

The tag alone would not do either: who takes all tags off a stack would lose it, and an import brings none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._base import naming
from .._base.naming import TAG
from .._engines.planners import PLANNERS
from .state import SHELLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Of the templates of the collection.
DESCRIPTIONS = frozenset(
    {
        "The store of tablekeeper - backup bucket, alerts topic and log group",
        *(planner.DESCRIPTION for planner in PLANNERS.values()),
    }
)
# Outputs that all stacks of a kind have.
OUTPUTS = (
    {"Version", "BucketName", "RetentionDays"},
    {"Version", "Tables0"},
    {"Version", "HeartbeatMachineArn"},
)


def is_ours(name: str, tags: Mapping[str, str], description: str, outputs: Iterable[str]) -> bool:
    """Whether a stack that has one of our names is one of ours."""
    known = set(outputs)
    return (
        (TAG in tags and _has_name(tags[TAG], name))
        or description in DESCRIPTIONS
        or any(each <= known for each in OUTPUTS)
    )


def _has_name(prefix: str, name: str) -> bool:
    numbers = (naming.stack_number(prefix, engine, name) for engine in PLANNERS)
    known = name == naming.store(prefix) or naming.is_undo_job(prefix, name)
    return known or any(number is not None for number in numbers)


def sentence(stacks: Mapping[str, str], prefix: str, place: str) -> str:
    """Whose stacks (states by name) are in the way, and what to do."""
    told = ", ".join(f"{name} ({status})" for name, status in stacks.items())
    one = len(stacks) == 1
    shells = [name for name, status in stacks.items() if status in SHELLS]
    commands = "; ".join(f"aws cloudformation delete-stack --stack-name {name}" for name in shells)
    remove = f" An empty shell that nobody needs can be removed ({commands})." if shells else ""
    return (
        f"{'The stack' if one else 'The stacks'} {told} in {place} {'has a name' if one else 'have names'} of"
        f" tablekeeper, and somebody else made {'it' if one else 'them'}: there is no tag {TAG}={prefix}, and"
        " nothing that tablekeeper deploys. Give this target another tablekeeper_prefix." + remove
    )
