# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keys as bytes that are in the order in which DynamoDB keeps the items of a partition key.

Numbers go by value, text and binary values byte by byte.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import numbers
from .canonical import key_digest
from .size import BadItemError, decoded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .size import Item

_NEGATIVE, _ZERO, _POSITIVE = b"\x00", b"\x01", b"\x02"
# Makes every power of ten of a number of DynamoDB's positive.
_SHIFT = 1 << 8


def key_order(key: Item, names: Sequence[str]) -> tuple[bytes, bytes]:
    """A digest of the partition key, and the sort key in its order; empty where the table has none.

    `names` are those of the key's attributes, the partition key first. One that is not there raises KeyError.
    """
    return key_digest(key, names[:1]), _order(key[names[1]]) if len(names) > 1 else b""


def _order(value: Mapping[str, str]) -> bytes:
    ((kind, held),) = value.items()
    if kind == "S":
        return held.encode()
    if kind == "B":
        return decoded(held)
    if kind == "N":
        return _number(held)
    raise BadItemError(f"has the type {kind}, which no key has")


def _number(text: str) -> bytes:
    """Sign, power of ten and digits; of a negative number the latter two turned round."""
    spelled = numbers.normal(text)
    if spelled == "0":
        return _ZERO
    whole, _point, part = spelled.lstrip("-").partition(".")
    power = len(whole) if whole != "0" else len(part.lstrip("0")) - len(part)
    digits = (whole + part).strip("0")
    size = (power + _SHIFT).to_bytes(2, "big") + digits.encode()
    if not spelled.startswith("-"):
        return _POSITIVE + size
    return _NEGATIVE + bytes(0xFF - each for each in size) + b"\xff"
