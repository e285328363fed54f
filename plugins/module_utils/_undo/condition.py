# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The condition that an item is still what was read a moment before: one equality for each attribute.

DynamoDB compares numbers by value, sets as sets, and lists and maps whole. What no condition can see is an
attribute that was added since: the answer of the write tells it, in the image that was replaced.

DynamoDB takes 300 operators, an expression of 4 KB and names with values of 2 MB. 150 equalities need 149 AND
beside them and 2,080 bytes; an item of 400 KB has no more in its names and values.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters

This file is also shipped with the job that does the same on many machines: it imports only _items.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._items.size import Item

MOST_EQUALITIES = 150


class Condition(NamedTuple):
    """As PutItem and DeleteItem take it."""

    expression: str
    names: Mapping[str, str]
    values: Mapping[str, Any]


def unguarded(image: Item | None, keys: Sequence[str], version_attribute: str = "") -> str:
    """Why no condition can tell whether an item is still this one, a sentence; empty if one can."""
    if image is None or len(image) - len(keys) <= MOST_EQUALITIES:
        return ""
    beside = len(image) - len(keys)
    told = f"it has {beside:,} attributes beside its key, and a condition holds {MOST_EQUALITIES}"
    if not version_attribute:
        return f"{told}: name an attribute that changes with each write as O(version_attribute)"
    if version_attribute not in image or version_attribute in keys:
        return f"{told}, and it has no attribute {version_attribute}, which O(version_attribute) names"
    return ""


def condition(image: Item | None, keys: Sequence[str], version_attribute: str = "") -> Condition:
    """That an item is this image; None: that there is none. Of one that is `unguarded` it raises ValueError.

    The key itself needs no equality: it is how the item is found. Of an item with too many attributes the
    version is held equal, and as many others as there is room for.
    """
    if image is None:
        return Condition("attribute_not_exists(#k)", {"#k": keys[0]}, {})
    if why := unguarded(image, keys, version_attribute):
        raise ValueError(why)
    held = sorted((name for name in image if name not in keys), key=lambda name: name != version_attribute)
    if not held:
        return Condition("attribute_exists(#k)", {"#k": keys[0]}, {})
    held = held[:MOST_EQUALITIES]
    return Condition(
        " AND ".join(f"#{number}=:{number}" for number in range(len(held))),
        {f"#{number}": name for number, name in enumerate(held)},
        {f":{number}": image[name] for number, name in enumerate(held)},
    )
