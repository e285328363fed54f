# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Durations as people write them ("6 hours", "1 week"), counted in whole hours."""

from __future__ import annotations

import re

DAY = 24
WEEK = 7 * DAY

_UNITS = {"hour": 1, "day": DAY, "week": WEEK}
_WRITTEN = re.compile(r"\s*([0-9]{1,6})\s*(hour|day|week)s?\s*", re.IGNORECASE)


def hours(written: str) -> int | None:
    """Hours in a duration such as "6 hours"; None if it is not written like one."""
    found = _WRITTEN.fullmatch(written)
    return int(found[1]) * _UNITS[found[2].lower()] if found else None


def words(count: int) -> str:
    """The shortest way to write a number of hours, in a form that `hours` reads back."""
    size, unit = next((size, unit) for unit, size in reversed(_UNITS.items()) if count % size == 0)
    number = count // size
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def rounded_up(count: int, unit: int) -> int:
    """How many whole units hold the count."""
    return -(-count // unit)
