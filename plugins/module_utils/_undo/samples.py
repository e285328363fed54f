# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A few of the items of a plan, as people see them: key, action, and which attributes differ.

Values are not among it: what is shown in the output of a job is read by more people than may read a table.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

from .._items.canonical import differing
from .rule import CONFLICT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .change import Planned

# How the younger image differs from the older one, where one of them is not there.
GONE, NEW = "gone", "new"
# Of each list of a plan: those of one kind may all come first.
LOOKED_AT = 10_000


def samples(planned: Iterable[Planned], keys: Iterable[str], most: int) -> list[dict[str, Any]]:
    """The first ones of each action, as sample() tells them. No more than LOOKED_AT are looked at."""
    names, listed = tuple(keys), Counter[str]()
    found: list[dict[str, Any]] = []
    for each in islice(planned, LOOKED_AT if most else 0):
        listed[each.action] += 1
        if listed[each.action] <= most:
            found.append(sample(each, names))
    return found


def sample(planned: Planned, keys: Iterable[str]) -> dict[str, Any]:
    """One item: `action`, `key` as text, `attributes` that differ, `item` (gone, new or empty), and `why`.

    Of what is to be written, what it was before the incident is compared with what it is now; of a conflict,
    what the incident made of it with what it is now. `why` it is one is told if the images do not tell.
    """
    change, now = planned.change, planned.now
    then = change.incident if planned.action == CONFLICT else change.before
    return {
        "action": planned.action,
        "key": {name: _text(change.key[name]) for name in keys},
        "attributes": list(differing(then, now)) if then and now else [],
        "item": "" if then and now else NEW if now else GONE,
        "why": planned.why,
    }


def _text(value: dict[str, Any]) -> str:
    (held,) = value.values()
    return str(held)
