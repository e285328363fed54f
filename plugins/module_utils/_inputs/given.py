# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The names of variables that were given by hand, with -e or by a survey: a misspelt one would be ignored.

Those of an inventory may be anybody's, so only names that begin as ours do are looked at there.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from .._plan.variables import HANDED_ON, unknown
from .roles import ROLES, set_by_users, variable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

# Users have these for their own templates, such as tablekeeper_region: "{{ region }}".
_COMMON = {"region", "prefix"}
_SELECTION, _ONE = "tables", "table"
_SURE = 0.8


def misspelt(names: Collection[str], role: str) -> Iterator[str]:
    """A sentence for each name that must have been meant for a role's playbook, and is not one it knows."""
    ours = {name for name in names if name.startswith("tablekeeper_")}
    yield from map(str, unknown(set_by_users({HANDED_ON, *ours})))
    inputs = ROLES.get(role, {})
    own = {f"{role}_{key}" for key in inputs} | {variable(role, key) for key in inputs}
    short = {key: variable(role, key) for key in inputs if key not in {*_COMMON, _SELECTION}}
    for name in sorted(set(names) - ours - own - of_others(role)):
        if name in short:
            yield f"{name} is set, but this playbook calls it {short[name]}."
        elif _near(name, {_SELECTION}) and _ONE in inputs:
            yield f"{name} is set, but this playbook takes one table: {variable(role, _ONE)}."
        elif _SELECTION not in inputs and _near(name, {_SELECTION}):
            yield f"{name} is set, but this playbook takes no selection of tables: it is for whole targets."
        elif near := _near(name, own):
            yield f"{name} is set, but there is no such variable: the nearest is {near}."


def of_others(role: str) -> set[str]:
    """The inputs of all other playbooks, which a file of variables may hold as well."""
    return {f"{other}_{key}" for other, inputs in ROLES.items() if other != role for key in inputs}


def _near(name: str, known: Iterable[str]) -> str:
    return next(iter(difflib.get_close_matches(name.lower(), sorted(known), n=1, cutoff=_SURE)), "")
