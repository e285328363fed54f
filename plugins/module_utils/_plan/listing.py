# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an inventory lists, beside what is deployed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .._model import keys
from .entries import read_entries
from .settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._base.mistakes import Mistake
    from .._model.keys import Entry
    from .._model.outputs import TableRecord


@dataclass(frozen=True)
class Listing:
    """The tables that should be backed up; of an entry with a mistake only the name is known."""

    names: tuple[str, ...] = ()
    entries: Mapping[str, Entry] = field(default_factory=dict)
    mistakes: tuple[str, ...] = ()


def read_listing(tables: object, defaults: object = None) -> Listing:
    """The entries of an inventory with their defaults; nothing if it lists none."""
    if not isinstance(tables, list) or not tables:
        return Listing()
    mistakes: list[Mistake] = []
    entries = {each.name: each for each in read_entries(tables, defaults, Settings(), mistakes)}
    names = [str(each.get("name", "") if isinstance(each, dict) else each) for each in tables]
    return Listing(
        tuple(dict.fromkeys(name for name in names if name)), entries, tuple(str(each) for each in mistakes)
    )


def unlike(entry: Entry, record: TableRecord) -> tuple[str, ...]:
    """How a listed table differs from what is deployed of it, in words."""
    compared = keys.REMEMBERED if entry.enabled and record.enabled else ("enabled",)
    pairs = {key: (getattr(entry, key), getattr(record, key)) for key in compared}
    return tuple(
        f"{key} is listed as {keys.words(key, listed)} and deployed as {keys.words(key, deployed)}"
        for key, (listed, deployed) in pairs.items()
        if listed != deployed
    )
