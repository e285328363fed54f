# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An item's size by DynamoDB's rules, and whether DynamoDB would take the item.

Items are in DynamoDB JSON, as exports have them and its API takes them, with binary values as base64 text.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, Any

from . import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_BYTES = 400 * 1024
MOST_LEVELS = 32
# What a unit of capacity writes, and what one reads consistently.
WRITE_UNIT_BYTES, READ_UNIT_BYTES = 1024, 4096
Item = dict[str, Any]


class BadItemError(ValueError):
    """What DynamoDB would not take."""


def item_size(item: object) -> int:
    """The bytes of an item, names and values; BadItemError if DynamoDB would refuse it."""
    if not isinstance(item, dict) or not item:
        raise BadItemError("it is not an item: attributes with a type and a value")
    total = 0
    for name, value in item.items():
        if not name:
            raise BadItemError("an attribute has an empty name")
        try:
            total += len(name) if name.isascii() else _bytes(name)
            total += _size(value, 1)
        except BadItemError as error:
            raise BadItemError(f"the attribute {name!r} {error}") from None
        except numbers.BadNumberError as error:
            raise BadItemError(f"the attribute {name!r} {error}") from None
    if total > MOST_BYTES:
        raise BadItemError(f"the item has {total:,} bytes, and DynamoDB takes {MOST_BYTES:,}")
    return total


def units(size: int, of: int) -> int:
    """How many units of capacity so many bytes take, by what one holds: at least one."""
    return max(1, -(-size // of))


def _size(value: object, level: int) -> int:
    if not isinstance(value, dict) or len(value) != 1:
        raise BadItemError("does not have exactly one type with a value")
    ((kind, held),) = value.items()
    measure = _KINDS.get(kind)
    if measure is None:
        raise BadItemError(f"has the unknown type {kind[:20]!r}")
    return measure(held, level)


def _bytes(text: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise BadItemError("has half of a surrogate pair, which is no character") from None


def _text(held: object, _level: int) -> int:
    if not isinstance(held, str):
        raise BadItemError("has a value that is no text where its type asks for text")
    return len(held) if held.isascii() else _bytes(held)


def _number(held: object, _level: int) -> int:
    if not isinstance(held, str):
        raise BadItemError("has a number that is not written as text")
    return (numbers.digits(held) + 1) // 2 + 1


def _binary(held: object, _level: int) -> int:
    return len(decoded(held))


def decoded(held: object) -> bytes:
    """The bytes of a binary value."""
    try:
        return binascii.a2b_base64(held.encode("ascii"), strict_mode=True)  # type: ignore[attr-defined]
    except (AttributeError, UnicodeEncodeError, binascii.Error):
        raise BadItemError("has a binary value that is no base64") from None


def _null(held: object, _level: int) -> int:
    if held is not True:
        raise BadItemError("has a NULL that is not true")
    return 1


def _bool(held: object, _level: int) -> int:
    if not isinstance(held, bool):
        raise BadItemError("has a BOOL that is neither true nor false")
    return 1


def _map(held: object, level: int) -> int:
    if not isinstance(held, dict):
        raise BadItemError("has a map that is none")
    _require_level(level)
    return 3 + sum(1 + _text(name, level) + _size(value, level + 1) for name, value in held.items())


def _list(held: object, level: int) -> int:
    if not isinstance(held, list):
        raise BadItemError("has a list that is none")
    _require_level(level)
    return 3 + sum(1 + _size(value, level + 1) for value in held)


def _require_level(level: int) -> None:
    if level > MOST_LEVELS:
        raise BadItemError(f"is nested deeper than the {MOST_LEVELS} levels that DynamoDB takes")


def _set(
    measure: Callable[[object, int], int], same: Callable[[Any], object]
) -> Callable[[object, int], int]:
    def check(held: object, level: int) -> int:
        if not isinstance(held, list) or not held:
            raise BadItemError("has an empty set, or one that is no list")
        total = sum(measure(each, level) for each in held)
        if len(held) > 1 and len({same(each) for each in held}) < len(held):
            raise BadItemError("has a set with the same value twice")
        return total

    return check


_KINDS: Mapping[object, Callable[[object, int], int]] = {
    "S": _text, "N": _number, "B": _binary, "NULL": _null, "BOOL": _bool, "M": _map, "L": _list,
    "SS": _set(_text, str), "NS": _set(_number, numbers.normal), "BS": _set(_binary, decoded),
}  # fmt: skip
KINDS = frozenset(map(str, _KINDS))
