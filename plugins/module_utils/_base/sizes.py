# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How much and how many, as people read it: bytes as DynamoDB bills them (powers of 1,024), a few of many."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
NAMES_IN_A_LINE = 5


def words(count: int) -> str:
    """A number of bytes, such as "5.3 MiB"."""
    if count < 1024:
        return f"{count} B"
    power = next((power for power in range(1, len(_UNITS)) if count < 1023.95 * 1024**power), len(_UNITS) - 1)
    return f"{count / 1024**power:,.1f} {_UNITS[power]}"


def shortened(names: Collection[str]) -> str:
    """The first few names, and how many there are besides."""
    shown = sorted(names)
    if len(shown) <= NAMES_IN_A_LINE:
        return ", ".join(shown)
    return f"{', '.join(shown[:NAMES_IN_A_LINE])} and {len(shown) - NAMES_IN_A_LINE} more"


def cut(items: Iterable[str], size: Callable[[str], int], limit: int) -> list[list[str]]:
    """Cut items, in their order, into as few lists as fit the limit."""
    lists: list[list[str]] = []
    room = 0
    for item in items:
        if size(item) > room:
            lists.append([])
            room = limit
        lists[-1].append(item)
        room -= size(item)
    return lists
