# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Items by their keys, as people write those: plain values or DynamoDB JSON, with or without the sort key.

{customer: C-17, line: 1} is one item, {customer: C-17} all items with that partition key.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from .._base.mistakes import meant, shown
from .._items import numbers
from .._items.size import BadItemError, decoded

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from .._items.size import Item

KINDS = {"S": "text (S)", "N": "a number (N)", "B": "binary (B)"}
MOST_ATTRIBUTES = 2


class KeysError(Exception):
    """Why keys cannot be those of a table: a sentence about O(keys)."""


class Keys:
    """The items that are asked for."""

    def __init__(self, wanted: Sequence[Item], keys: Mapping[str, str], *, sure: bool = True) -> None:
        """`sure`: these are all keys of the table; else several items may share what is wanted."""
        self.wanted, self._keys = tuple(wanted), tuple(keys.items())
        self._partition = self._keys[:1] if sure else self._keys
        self._whole: dict[Hashable, int] = {}
        self._parts: dict[Hashable, int] = {}
        for number, key in enumerate(wanted):
            if len(key) < len(keys) or not sure:
                self._parts.setdefault(_form(key, self._partition), number)
        for number, key in enumerate(wanted):
            # One of those that are wanted all is not wanted besides.
            if len(key) == len(keys) and _form(key, self._partition) not in self._parts:
                self._whole.setdefault(_form(key, self._keys), number)
        self._singles = frozenset(self._whole.values())

    @property
    def numbers(self) -> Sequence[int]:
        """Those that which() gives: of a key that was given twice, the first."""
        return sorted([*self._whole.values(), *self._parts.values()])

    @property
    def only_whole(self) -> bool:
        """Whether each is the key of one item."""
        return not self._parts

    def which(self, item: Item) -> int | None:
        """The number of the wanted key that an item has; KeyError if it lacks a key of the table."""
        number = self._whole.get(_form(item, self._keys)) if self._whole else None
        if number is None and self._parts:
            return self._parts.get(_form(item, self._partition))
        return number

    def holds(self, item: Item) -> bool:
        """Whether an item is wanted."""
        return self.which(item) is not None

    def is_whole(self, number: int) -> bool:
        """Whether a wanted key is that of one item, and not of all that share a partition key."""
        return number in self._singles


class _Typed(NamedTuple):
    """A value, and the type that a user gave it in DynamoDB JSON."""

    kind: str
    value: object


def require_shape(given: Sequence[Mapping[str, Any]]) -> None:
    """Refuse what can be the key of no table; it takes no look at the table."""
    for number, key in enumerate(given, 1):
        if not 1 <= len(key) <= MOST_ATTRIBUTES:
            raise KeysError(
                f"O(keys), number {number}: name the partition key, and the sort key if there is one, such as"
                " {customer: C-17, line: 1}"
            )
        for name, value in key.items():
            kind, held = _typed(value)
            if isinstance(held, bool) or not isinstance(held, (str, int, float, Decimal)) or held == "":
                what = f"is {shown(value)}, and" if not kind else f"is {shown(held)} of the type {kind}, and"
                raise KeysError(
                    f"O(keys), number {number}: {name} {what} a key is text, a number, or binary as base64,"
                    ' such as C-17, 1 or {"B": "AAE="}'
                )


def wanted_of_unknown(given: Sequence[Mapping[str, Any]], where: str) -> Keys:
    """The same where nobody knows the keys of the table: they tell their types, all the same ones."""
    require_shape(given)
    types = [{name: _typed(value).kind for name, value in each.items()} for each in given]
    if not all(each == types[0] and all(each.values()) for each in types):
        raise KeysError(
            f"Nobody knows the keys of the table at {where}: no settings lie beside that point, and there is"
            " no such table. Write all of O(keys) alike, with their types, such as"
            ' {"customer": {"S": "C-17"}}.'
        )
    return Keys([_key(number, each, types[0]) for number, each in enumerate(given, 1)], types[0], sure=False)


def wanted(given: Sequence[Mapping[str, Any]], keys: Mapping[str, str]) -> Keys:
    """The items with these keys. The table's keys are given by name and type, the partition key first.

    KeysError says which of the given ones is none of the table.
    """
    require_shape(given)
    return Keys([_key(number, each, keys) for number, each in enumerate(given, 1)], keys)


def _key(number: int, given: Mapping[str, Any], keys: Mapping[str, str]) -> Item:
    place = f"O(keys), number {number}"
    table = " and ".join(f"{name}, {KINDS[kind]}" for name, kind in keys.items())
    for name in given:
        if name not in keys:
            near = meant(name, keys)
            hint = f" Is {near} meant?" if near else ""
            raise KeysError(f"{place}: {name} is no key of the table, which has {table}.{hint}")
    partition = next(iter(keys))
    if partition not in given:
        raise KeysError(f"{place}: the partition key {partition} is missing. The table has {table}")
    return {
        name: {kind: _held(f"{place}: {name}", given[name], kind)}
        for name, kind in keys.items()
        if name in given
    }


def _held(place: str, value: object, kind: str) -> str:
    """The value as DynamoDB JSON has it, which is text for all three types."""
    typed = _typed(value)
    if typed.kind and typed.kind != kind:
        raise KeysError(f"{place} has the type {typed.kind}, and that key of the table is {KINDS[kind]}")
    if kind == "N":
        return _number(place, typed.value)
    if not isinstance(typed.value, str):
        raise KeysError(
            f"{place} is the number {shown(value)}, and that key of the table is {KINDS[kind]}: put it in"
            ' quotes, such as {"id": "17"}'
        )
    if kind == "B":
        try:
            decoded(typed.value)
        except BadItemError:
            raise KeysError(f"{place} is {shown(value)}, which is no base64: write binary so") from None
    return typed.value


def _number(place: str, value: object) -> str:
    try:
        return numbers.normal(repr(value) if isinstance(value, float) else str(value))
    except numbers.BadNumberError:
        raise KeysError(f"{place} is {shown(value)}, and that key of the table is {KINDS['N']}") from None


def _typed(value: object) -> _Typed:
    if isinstance(value, dict) and len(value) == 1:
        ((kind, held),) = value.items()
        if kind in KINDS:
            return _Typed(kind, held)
    return _Typed("", value)


def _form(item: Item, keys: Sequence[tuple[str, str]]) -> Hashable:
    """What is equal for equal keys, however they are spelled."""
    return tuple(_FORMS[kind](item[name][kind]) for name, kind in keys)


_FORMS: Mapping[str, Any] = {"S": str, "N": numbers.normal, "B": decoded}
