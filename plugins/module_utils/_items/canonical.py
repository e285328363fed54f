# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Items in one form and as short digests: two items are equal when their content digests are.

In the canonical form names are sorted, sets too, equal numbers are spelled alike (1.50 is 1.5), and binary
values are base64 with padding. The order of a list counts. DynamoDB spells numbers alike itself, but DynamoDB
Local does so at the top of an item only, and what AWS does inside of lists and maps is not documented:
numbers are always compared by value.

An item is written as JSON with sorted names, and what may be spelled otherwise is looked for in that text and
put right: walking through the values of a nested item in Python takes three times as long.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

from . import numbers
from .size import Item, decoded
from .strict_json import dumps_sorted, loads_trusted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

DIGEST_BYTES = 16

# In text that dumps_sorted() wrote, none of these can be a part of a string: its quotes have backslashes.
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_SET = re.compile(rb'"([SNB]S)":(\[%b(?:,%b)*+\])' % (_STRING, _STRING))
_SET_BEGINS = b'S":['
_NORMAL = rb'(?:0|-?(?:[1-9]\d*|(?:0|[1-9]\d*)\.\d*[1-9]))"'
_OTHER_NUMBER = re.compile(rb'"N":"(?!%b)([^"]*)"' % _NORMAL)
# What padding leaves over of the last byte is not 0.
_OTHER_BINARY = re.compile(rb'"B":"([^"=]*+(?:(?<![AQgw])==|(?<![AEIMQUYcgkosw048])=))"')
_PADDED = b'="'


def content_digest(item: Item) -> bytes:
    """16 bytes that are the same for equal items, whatever the order of names and sets."""
    return digest(canonical(item))


def key_digest(item: Item, keys: Iterable[str]) -> bytes:
    """16 bytes that are the same for items with equal keys; a key that is not there raises KeyError."""
    return digest(key_form(item, keys))


def canonical(item: Item) -> bytes:
    """The canonical form of an item that DynamoDB takes."""
    text = _OTHER_NUMBER.sub(_as_number, dumps_sorted(item))
    if _PADDED in text:
        text = _OTHER_BINARY.sub(_as_binary, text)
    return _sets_sorted(text) if _SET_BEGINS in text else text


def key_form(item: Item, keys: Iterable[str]) -> bytes:
    """The canonical form of an item's key alone."""
    return canonical({name: item[name] for name in keys})


def differing(one: Item, other: Item) -> tuple[str, ...]:
    """The names of the attributes that are not on both sides with an equal value, in order."""
    left, right = ({name: canonical({"": value}) for name, value in each.items()} for each in (one, other))
    return tuple(sorted(name for name in {*left, *right} if left.get(name) != right.get(name)))


def digest(form: bytes) -> bytes:
    """16 bytes of a canonical form."""
    return hashlib.blake2b(form, digest_size=DIGEST_BYTES).digest()


def _as_number(found: re.Match[bytes]) -> bytes:
    return b'"N":"%b"' % numbers.normal(found[1].decode()).encode()


def _as_binary(found: re.Match[bytes]) -> bytes:
    return b'"B":"%b"' % _base64(found[1].decode()).encode()


def _sets_sorted(text: bytes) -> bytes:
    """With every set in order. Searched for by find(), which is faster than the expression in long values."""
    pieces, end = [], 0
    begin = text.find(_SET_BEGINS)
    while begin >= 0:
        if found := _SET.match(text, begin - 2):
            held, spelled = loads_trusted(found[2]), _SPELLED.get(found[1])
            held = sorted(map(spelled, held) if spelled else held)
            pieces += [text[end : found.start(2)], dumps_sorted(held)]
            end = found.end()
        begin = text.find(_SET_BEGINS, begin + 1)
    return b"".join([*pieces, text[end:]])


def _base64(held: str) -> str:
    """Spelled as base64 is written: the bits that padding leaves over may differ."""
    return base64.b64encode(decoded(held)).decode() if held.endswith("=") else held


_SPELLED: Mapping[bytes, Callable[[str], str]] = {b"NS": numbers.normal, b"BS": _base64}
