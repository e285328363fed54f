# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""EventBridge's cron expressions, read from its documentation and not from our own code.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_LIMITS = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (1, 7)}


def fields(expression: str) -> dict[str, str]:
    """The six fields of a valid expression."""
    found = re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)", expression)
    assert found, f"not six fields: {expression}"
    assert len(expression) <= 256
    named = dict(zip(("minute", "hour", "day", "month", "weekday", "year"), found.groups(), strict=True))
    assert (named["day"] == "?") != (named["weekday"] == "?"), "exactly one of the day fields must be ?"
    assert named["year"] == "*"
    return named


def values(name: str, field: str) -> set[int]:
    """All values a field stands for."""
    low, high = _LIMITS[name]
    if field in ("*", "?"):
        return set(range(low, high + 1))
    numbers = [_WEEKDAYS.index(part) + 1 if part in _WEEKDAYS else int(part) for part in field.split(",")]
    assert len(numbers) == len(set(numbers)), f"{field} names a value twice"
    assert all(low <= number <= high for number in numbers), f"{field} is beyond {low} to {high}"
    return set(numbers)


def starts(expression: str, first: dt.date, days: int) -> Iterator[dt.datetime]:
    """Every start, by the clock on the wall."""
    named = fields(expression)
    sets = {name: values(name, named[name]) for name in _LIMITS}
    for day in (first + dt.timedelta(days=number) for number in range(days)):
        weekday = day.isoweekday() % 7 + 1
        if day.month in sets["month"] and day.day in sets["day"] and weekday in sets["weekday"]:
            for hour in sorted(sets["hour"]):
                for minute in sorted(sets["minute"]):
                    yield dt.datetime.combine(day, dt.time(hour, minute))
