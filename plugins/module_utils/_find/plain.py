# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plain values of items: what conditions are asked of, and what people read.

{"price": {"N": "9.50"}} is {"price": Decimal("9.5")}. Numbers are exact: int where they are whole, else
Decimal. Sets are lists, in order of their values. Binary values are base64 text, as items have them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .._items import numbers
from .._items.size import BadItemError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._items.size import Item


def plain(item: Item) -> dict[str, Any]:
    """The plain values of an item in DynamoDB JSON; BadItemError where it is none."""
    return {name: plain_value(value) for name, value in item.items()}


def plain_value(value: object) -> Any:
    """The plain value of one in DynamoDB JSON, such as {"N": "1"}."""
    if not isinstance(value, dict) or len(value) != 1:
        raise BadItemError("a value does not have exactly one type")
    ((kind, held),) = value.items()
    convert = _KINDS.get(kind)
    if convert is None:
        raise BadItemError(f"a value has the unknown type {str(kind)[:20]!r}")
    return convert(held)


def number(text: str) -> int | Decimal:
    """The value of a number, exact; BadNumberError if it is none that DynamoDB has."""
    spelled = numbers.normal(text)
    return Decimal(spelled) if "." in spelled else int(spelled)


def _same(held: Any) -> Any:
    return held


_KINDS: Mapping[object, Callable[[Any], Any]] = {
    "S": _same,
    "N": number,
    "B": _same,
    "BOOL": _same,
    "NULL": lambda _held: None,
    "M": plain,
    "L": lambda held: [plain_value(each) for each in held],
    "SS": sorted,
    "NS": lambda held: sorted(map(number, held)),
    "BS": sorted,
}
