# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A few of the items that differ, with what is different in them."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from .._items.canonical import differing
from .compared import CHANGED, MISSING, UNEXPECTED, Sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .._items.size import Item
    from .comparison import Difference, Place

SAME_NOW = "It is the same now: somebody has written to the table in the meantime."
THERE_NOW = "It is there now: somebody has written to the table in the meantime."
GONE_NOW = "It is no longer there: somebody has written to the table in the meantime."


def kept(differences: Iterable[Difference], most: int) -> list[Difference]:
    """The first ones of each kind; all are looked at, so that all are counted."""
    kinds: Counter[str] = Counter()
    found = []
    for each in differences:
        kinds[each.kind] += 1
        if kinds[each.kind] <= most:
            found.append(each)
    return sorted(found, key=lambda each: (each.kind, key_of(each)))


def key_of(difference: Difference) -> bytes:
    """The canonical form of the item's key, with sorted names."""
    place: Place | None = difference.expected or difference.found
    return place.key if place else b""


def sample(
    difference: Difference,
    keys: Iterable[str],
    files: Sequence[str],
    items: tuple[Item | None, Item | None],
    *,
    values: bool,
) -> Sample:
    """With what is expected and what is there now, as far as it was read again."""
    place, key, (expected, now) = difference.expected, json.loads(key_of(difference)), items
    names = differing(expected or {}, now or {}) if difference.kind == CHANGED and now else ()
    return Sample(
        difference.kind,
        {name: key[name] for name in keys},
        file=files[place.file] if place else "",
        line=place.line if place else 0,
        attributes=names,
        values={name: ((expected or {}).get(name), (now or {}).get(name)) for name in names}
        if values
        else {},
    )


def since(difference: Difference, expected: Item | None, now: Item | None) -> str:
    """What a table says of the item now, where that is another thing."""
    if difference.kind == MISSING:
        return THERE_NOW if now else ""
    if not now:
        return GONE_NOW
    if difference.kind == UNEXPECTED or differing(expected or {}, now):
        return ""
    return SAME_NOW
