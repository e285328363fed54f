# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A few of the items of a plan, as people see them: key, action, and which attributes differ.

Values are not among it: what is shown in the output of a job is read by more people than may read a table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._items.canonical import differing
from .rule import CONFLICT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .change import Planned

# How the younger image differs from the older one, where one of them is not there.
GONE, NEW = "gone", "new"


def samples(planned: Iterable[Planned], keys: Iterable[str], most: int) -> list[dict[str, Any]]:
    """The first ones: `action`, `key` as text, `attributes` that differ, and `item`: gone, new or empty.

    `keys` are the names of the key's attributes. Of what is to be written, what it was before the incident is
    compared with what it is now; of a conflict, what the incident made of it with what it is now.
    """
    names = tuple(keys)
    found: list[dict[str, Any]] = []
    for each in planned:
        if len(found) == most:
            break
        found.append(sample(each, names))
    return found


def sample(planned: Planned, keys: Iterable[str]) -> dict[str, Any]:
    """One item."""
    change, now = planned.change, planned.now
    then = change.incident if planned.action == CONFLICT else change.before
    return {
        "action": planned.action,
        "key": {name: _text(change.key[name]) for name in keys},
        "attributes": list(differing(then, now)) if then and now else [],
        "item": "" if then and now else NEW if now else GONE,
    }


def _text(value: dict[str, Any]) -> str:
    (held,) = value.values()
    return str(held)
