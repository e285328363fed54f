# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Exports in Amazon Ion, which needs the package amazon.ion: each line is $ion_1_0 {Item:{...}}.

Numbers are Ion decimals, sets are lists with an annotation.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..._items.size import MOST_LEVELS, BadItemError
from .source import UnreadableError
from .streams import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..._items.size import Item

FORMAT = "ion"
_SETS = {"$dynamodb_SS": "SS", "$dynamodb_NS": "NS", "$dynamodb_BS": "BS"}


def reader() -> Callable[[bytes], Item]:
    """Reads a line as DynamoDB JSON; UnreadableError if amazon.ion is not installed."""
    try:
        ion = import_module("amazon.ion.simpleion")
        broken = import_module("amazon.ion.exceptions").IonException
    except ImportError:
        raise UnreadableError(
            "it is in Amazon Ion: to read that, install the Python package amazon.ion where the module runs "
            "(pip install amazon.ion)"
        ) from None
    bare = ion.IonPyValueModel.MAY_BE_BARE

    def read_line(line: bytes) -> Item:
        try:
            # Its reader in C otherwise refuses texts of more than 4,096 bytes.
            value = ion.loads(line, value_model=bare, text_buffer_size_limit=LONGEST)
        except (broken, ValueError, TypeError, OverflowError) as error:
            raise BadItemError(f"it is not Ion ({error})") from None
        return _item(value)

    return read_line


def _item(value: Any) -> Item:
    if (
        not isinstance(value, Mapping)
        or list(value.keys()) != ["Item"]
        or not isinstance(value["Item"], Mapping)
    ):
        raise BadItemError("it is not {Item:{...}}")
    return _members(value["Item"], 1)


def _members(held: Any, level: int) -> Item:
    # An Ion struct may have a name twice.
    pairs = [(str(name), _value(each, level)) for name, each in held.items()]
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(each for each in names if names.count(each) > 1)
        raise BadItemError(f"the member {twice!r} is there twice")
    return members


def _value(value: Any, level: int) -> dict[str, Any]:
    if level > MOST_LEVELS + 1:
        raise BadItemError("it is nested too deeply")
    if isinstance(value, Mapping):
        return {"M": _members(value, level + 1)}
    if isinstance(value, list):
        return _list(value, level)
    if value is None:
        return {"NULL": True}
    # Of Ion's own types a bool is a whole number, as in Python.
    if isinstance(value, bool) or type(value).__name__ == "IonPyBool":
        return {"BOOL": bool(value)}
    return _scalar(value)


def _list(value: list[Any], level: int) -> dict[str, Any]:
    marks = [mark.text for mark in getattr(value, "ion_annotations", ())]
    if not marks:
        return {"L": [_value(each, level + 1) for each in value]}
    kind = _SETS.get(marks[0]) if len(marks) == 1 else None
    if kind is None:
        raise BadItemError(f"a list has the unknown annotation {marks[0]!r}")
    members = [_scalar(each) for each in value]
    if any(kind[0] not in member for member in members):
        raise BadItemError(f"a set of the type {kind} has a value of another")
    return {kind: [member[kind[0]] for member in members]}


def _scalar(value: Any) -> dict[str, Any]:
    if isinstance(value, bytes):
        return {"B": base64.b64encode(value).decode()}
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": str(value)}
    raise BadItemError(f"a value has a type that DynamoDB's exports do not have ({type(value).__name__})")
