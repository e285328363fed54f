# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Typed records as JSON, and back again strictly: every member, of its type, and no other.

Records are dataclasses of text, numbers, booleans, mappings of text to whole numbers, records, and tuples of
those. A member whose name is no name in Python has an underscore behind it there.
"""

from __future__ import annotations

from dataclasses import asdict, fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Record = TypeVar("Record")


class NotReadableError(ValueError):
    """Which member is not what it should be."""


def write(record: Any) -> dict[str, Any]:
    """A record as what JSON can hold."""
    return asdict(record, dict_factory=lambda members: {name.rstrip("_"): held for name, held in members})


def read(kind: type[Record], value: object, place: str = "") -> Record:
    """A record of what JSON holds; NotReadableError names the member that is missing, or wrong."""
    if not isinstance(value, dict):
        raise NotReadableError(f"{place or 'it'} is no object")
    types = get_type_hints(kind)
    names = {each.name: each.name.rstrip("_") for each in fields(kind)}  # type: ignore[arg-type]  # a record is one
    within = f"{place}." if place else ""
    if missing := [name for name in names.values() if name not in value]:
        raise NotReadableError(f"{within}{missing[0]} is not there")
    if unknown := [name for name in value if name not in names.values()]:
        raise NotReadableError(f"{within}{unknown[0]} is not known")
    return kind(**{own: _value(types[own], value[name], within + name) for own, name in names.items()})


def _value(kind: Any, value: Any, place: str) -> Any:
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise NotReadableError(f"{place} is no list")
        return tuple(_value(get_args(kind)[0], each, f"{place}[{at}]") for at, each in enumerate(value))
    if get_origin(kind) is dict:
        if not isinstance(value, dict):
            raise NotReadableError(f"{place} is no object")
        return {name: _value(get_args(kind)[1], each, f"{place}.{name}") for name, each in value.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        return read(kind, value, place)
    # To Python, a boolean is a whole number as well.
    is_boolean = isinstance(value, bool)
    if kind is float and isinstance(value, int) and not is_boolean:
        return float(value)
    if is_boolean != (kind is bool) or not isinstance(value, kind):
        raise NotReadableError(f"{place} is {value!r}, and no {kind.__name__}")
    return value
