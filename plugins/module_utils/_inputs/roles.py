# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table of every playbook's inputs, and how they are cast and checked, every mistake told at once.

What a row says is in `table`; the rows of a playbook are in the file of its name.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from .._base.checks import plain, read
from .._base.mistakes import SET, Mistake, PlanError
from .._plan.variables import cut_off, unknown
from .backup import BACKUP
from .compare import COMPARE
from .drill import DRILL
from .find import FIND
from .history import HISTORY
from .render import RENDER
from .restore import RESTORE
from .run import RUN
from .status import STATUS
from .teardown import TEARDOWN
from .undo import UNDO

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from .table import Input, Verb

# The table of inputs: every playbook that works on targets.
VERBS: dict[str, Verb] = {
    "backup": BACKUP,
    "run": RUN,
    "status": STATUS,
    "history": HISTORY,
    "compare": COMPARE,
    "find": FIND,
    "restore": RESTORE,
    "undo": UNDO,
    "drill": DRILL,
    "render": RENDER,
    "teardown": TEARDOWN,
}
# Those whose inputs are read here.
ROLES: dict[str, dict[str, Input]] = {name: verb.by_key for name, verb in VERBS.items() if not verb.planned}


def cast(
    given: Mapping[str, object], role: str, variables: Iterable[str] = (), words: object = ""
) -> dict[str, Any]:
    """A role's inputs in their own types; one that is left out or empty has its default.

    `variables` names all that are set and begin as the role's do or with tablekeeper_: a misspelt one would
    be ignored. `words` is what Ansible cut off from an -e.
    """
    known = ROLES[role]
    # Of dates only the names of tables make anything: plain values have no types of Ansible's in them.
    values = {key: value if key == "tables" else plain(value) for key, value in given.items()}
    checks = {key: each.check for key, each in known.items()}
    required = [key for key, each in known.items() if each.default is None]
    found: list[Mistake] = []
    reading = read("", values, checks, found, required=required)
    told = [Mistake(variable(role, each.key), "", each.value, each.allowed) for each in found]
    lost = cut_off(words, f"{role}_tables" if "tables" in known else "NAME")
    if told := [*lost, *_misspelt(role, set(variables)), *told]:
        raise PlanError(told)
    return {**{key: each.fallback for key, each in known.items()}, **reading.values}


def _misspelt(role: str, variables: Collection[str]) -> Iterator[Mistake]:
    """Names of ours that there are not, and those that are nearly one of the role's: others are anybody's."""
    yield from unknown(set_by_users(name for name in variables if name.startswith("tablekeeper_")))
    known = [f"{role}_{key}" for key in ROLES[role]]
    for name in sorted(set(variables) - set(known)):
        for near in difflib.get_close_matches(name, known, n=1, cutoff=0.8):
            yield Mistake(name, "", SET, f"there is no such variable: the nearest is {near}")


def set_by_users(names: Iterable[str]) -> set[str]:
    """Variables without those that playbooks publish, which a workflow of AWX hands on to the next job."""
    return set(names) - {f"tablekeeper_{verb}" for verb in VERBS}


def variable(role: str, key: str) -> str:
    """The variable that users set for an input; that of the role for one that there is not."""
    known = ROLES[role].get(key)
    return known.variable(role) if known else f"{role}_{key}"
