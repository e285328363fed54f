# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values of items as text, exact: as cells of a table or of a CSV file, and as JSON within those."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .._items import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._items.size import Item


def cell(value: Mapping[str, Any] | None) -> str:
    """A value in DynamoDB JSON as a cell of a table, empty where there is none.

    Text, numbers and binary (as base64) are as they are; all else is JSON of plain values, such as true, null
    or ["a","b"].
    """
    if value is None:
        return ""
    ((kind, held),) = value.items()
    if kind == "N":
        return numbers.normal(held)
    return str(held) if kind in {"S", "B"} else plain_json(value)


def plain_json(value: Mapping[str, Any]) -> str:
    """The plain value as compact JSON. Numbers have all their digits, which Python's own floats would not."""
    ((kind, held),) = value.items()
    return _KINDS[kind](held)


def key_text(key: Item) -> str:
    """A key as people write it: customer=C-17, line=1."""
    return ", ".join(f"{name}={shown(cell(value))}" for name, value in key.items())


def shown(text: str) -> str:
    """Text that can be shown on one line of a terminal: what would move the cursor is escaped."""
    return text if text.isprintable() else json.dumps(text, ensure_ascii=False)[1:-1]


def _text(held: str) -> str:
    return json.dumps(held, ensure_ascii=False)


def _list(held: list[Mapping[str, Any]]) -> str:
    return f"[{','.join(map(plain_json, held))}]"


def _map(held: Mapping[str, Mapping[str, Any]]) -> str:
    return f"{{{','.join(f'{_text(name)}:{plain_json(held[name])}' for name in sorted(held))}}}"


def _set_of(spell: Callable[[str], str], order: Callable[[str], Any]) -> Callable[[list[str]], str]:
    return lambda held: f"[{','.join(map(spell, sorted(held, key=order)))}]"


_KINDS: Mapping[str, Callable[[Any], str]] = {
    "S": _text,
    "N": numbers.normal,
    "B": _text,
    "BOOL": lambda held: "true" if held else "false",
    "NULL": lambda _held: "null",
    "M": _map,
    "L": _list,
    "SS": _set_of(_text, str),
    "NS": _set_of(numbers.normal, Decimal),
    "BS": _set_of(_text, str),
}
