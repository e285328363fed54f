# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Items in one form and as short digests: two items are equal when their content digests are.

In the canonical form names are sorted, sets too, equal numbers are spelled alike (1.50 is 1.5), and binary
values are base64 with padding. The order of a list counts. Where all items come from DynamoDB itself, by scan
or export, numbers can be taken as they are (numbers_as_written), which takes less than half the time. Whether
AWS spells numbers inside of lists and maps alike is not documented, and DynamoDB Local does not: a comparison
that finds two items different in that way compares them again without it.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from . import numbers
from .size import Item, decoded
from .strict_json import dumps_sorted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

DIGEST_BYTES = 16


def content_digest(item: Item, *, numbers_as_written: bool = False) -> bytes:
    """16 bytes that are the same for equal items, whatever the order of names and sets."""
    return _digest(canonical(item, numbers_as_written=numbers_as_written))


def key_digest(item: Item, keys: Iterable[str]) -> bytes:
    """16 bytes that are the same for items with equal keys; a key that is not there raises KeyError."""
    return _digest(dumps_sorted({name: _value(item[name]) for name in keys}))


def canonical(item: Item, *, numbers_as_written: bool = False) -> bytes:
    """The canonical form of an item that DynamoDB takes."""
    value = _sets_sorted if numbers_as_written else _value
    return dumps_sorted({name: value(held) for name, held in item.items()})


def _digest(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=DIGEST_BYTES).digest()


def _value(value: dict[str, Any]) -> dict[str, Any]:
    ((kind, held),) = value.items()
    if kind in {"S", "BOOL", "NULL"}:
        return value
    if kind == "N":
        return {kind: numbers.normal(held)}
    if kind == "M":
        return {kind: {name: _value(each) for name, each in held.items()}}
    if kind == "L":
        return {kind: [_value(each) for each in held]}
    if kind == "B":
        return {kind: _base64(held)}
    return {kind: sorted(_SPELLED[kind](each) for each in held)}


def _base64(held: str) -> str:
    """Spelled as base64 is written: the bits that padding leaves over may differ."""
    return base64.b64encode(decoded(held)).decode() if held.endswith("=") else held


_SPELLED: Mapping[str, Callable[[str], str]] = {"SS": str, "NS": numbers.normal, "BS": _base64}


def _sets_sorted(value: dict[str, Any]) -> dict[str, Any]:
    ((kind, held),) = value.items()
    if kind == "M":
        return {kind: {name: _sets_sorted(each) for name, each in held.items()}}
    if kind == "L":
        return {kind: [_sets_sorted(each) for each in held]}
    return {kind: sorted(held)} if kind in {"SS", "NS", "BS"} else value
