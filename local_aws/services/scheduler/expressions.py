# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When a schedule is due.

Imitates "Schedule types in EventBridge Scheduler", with its rules for daylight saving time: a cron time
that the spring skips is not made up for, one that the autumn repeats happens once
(docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {
    name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), start=1)
}
_HORIZON = timedelta(days=366 * 8 + 3)
DayRule = Callable[[date], bool]


@dataclass(frozen=True)
class Cron:
    """A parsed cron expression: times of day, months, years, and a rule for the day."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: frozenset[int]
    years: frozenset[int]
    day: DayRule

    def on(self, day: date) -> bool:
        """Whether the schedule runs on this day at all."""
        return day.month in self.months and day.year in self.years and self.day(day)


def next_due(expression: str, timezone: str, after: float, anchor: float) -> float | None:
    """The first moment later than `after`; a rate counts from `anchor`. ValueError: a wrong expression."""
    kind, _bracket, rest = expression.strip().partition("(")
    if not rest.endswith(")"):
        raise ValueError(f"Invalid Schedule Expression {expression}.")
    words = rest[:-1]
    if kind == "cron":
        return next(_cron_moments(parse_cron(words), ZoneInfo(timezone), after), None)
    if kind == "rate":
        seconds = _rate(words)
        return anchor + seconds * (int(max(0, after - anchor) // seconds) + 1)
    if kind == "at":
        moment = _at(words, ZoneInfo(timezone))
        return moment if moment > after else None
    raise ValueError(f"Invalid Schedule Expression {expression}.")


def _rate(words: str) -> int:
    found = re.fullmatch(r"([1-9]\d*) (minute|hour|day)s?", words.strip())
    if not found:
        raise ValueError(f"Invalid Schedule Expression rate({words}).")
    return int(found[1]) * _SECONDS[found[2]]


def _at(words: str, zone: ZoneInfo) -> float:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", words.strip()):
        raise ValueError(f"Invalid Schedule Expression at({words}).")
    return datetime.fromisoformat(words.strip()).replace(tzinfo=zone).timestamp()


def _cron_moments(cron: Cron, zone: ZoneInfo, after: float) -> Iterator[float]:
    start = datetime.fromtimestamp(after, zone).date() - timedelta(days=1)
    day = start
    while day - start < _HORIZON:
        if cron.on(day):
            moments = {_moment(day, hour, minute, zone) for hour in cron.hours for minute in cron.minutes}
            yield from sorted(moment for moment in moments if moment is not None and moment > after)
        day += timedelta(days=1)


def _moment(day: date, hour: int, minute: int, zone: ZoneInfo) -> float | None:
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    there = local.astimezone(UTC).astimezone(zone)
    return local.timestamp() if (there.hour, there.minute) == (hour, minute) else None


@lru_cache(maxsize=4096)
def parse_cron(words: str) -> Cron:
    """Parse "minutes hours day-of-month month day-of-week year"; ValueError says it is wrong."""
    fields = words.split()
    if len(fields) != 6:
        raise _wrong(words)
    minutes, hours, month_days, months, week_days, years = fields
    if (month_days == "?") == (week_days == "?"):
        raise _wrong(words)
    try:
        day = _month_day_rule(month_days) if week_days == "?" else _week_day_rule(week_days)
        return Cron(
            minutes=tuple(sorted(_numbers(minutes, 0, 59))), hours=tuple(sorted(_numbers(hours, 0, 23))),
            months=_numbers(months, 1, 12, _MONTHS), years=_numbers(years, 1970, 2199), day=day,
        )  # fmt: skip
    except (ValueError, KeyError):
        raise _wrong(words) from None


def _wrong(words: str) -> ValueError:
    return ValueError(f"Invalid Schedule Expression cron({words}).")


def _numbers(field: str, low: int, high: int, names: dict[str, int] | None = None) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        if span == "*":
            begin, end = low, high
        else:
            begin = _number(first, names)
            end = _number(last, names) if dash else (high if slash else begin)
        jump = int(step) if slash else 1
        if not low <= begin <= high or not low <= end <= high or jump < 1 or begin > end:
            raise ValueError(field)
        found.update(range(begin, end + 1, jump))
    return frozenset(found)


def _number(text: str, names: dict[str, int] | None) -> int:
    return int(text) if text.isdigit() else (names or {})[text.upper()]


def _month_day_rule(field: str) -> DayRule:
    if field == "L":
        return lambda day: day.day == _last(day)
    if found := re.fullmatch(r"(\d{1,2})W", field):
        wanted = int(found[1])
        if not 1 <= wanted <= 31:
            raise ValueError(field)
        return lambda day: wanted <= _last(day) and day == _nearest_weekday(day.replace(day=wanted))
    days = _numbers(field, 1, 31)
    return lambda day: day.day in days


def _week_day_rule(field: str) -> DayRule:
    if field == "L":
        return lambda day: _week_day(day) == _DAYS["SAT"]
    if found := re.fullmatch(r"(\w+)L", field):
        last = min(_numbers(found[1], 1, 7, _DAYS))
        return lambda day: _week_day(day) == last and day.day + 7 > _last(day)
    if found := re.fullmatch(r"(\w+)#([1-5])", field):
        wanted, place = min(_numbers(found[1], 1, 7, _DAYS)), int(found[2])
        return lambda day: _week_day(day) == wanted and (day.day - 1) // 7 + 1 == place
    days = _numbers(field, 1, 7, _DAYS)
    return lambda day: _week_day(day) in days


def _last(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _week_day(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _nearest_weekday(day: date) -> date:
    if day.isoweekday() == 6:
        return day - timedelta(days=1) if day.day > 1 else day + timedelta(days=2)
    if day.isoweekday() == 7:
        return day + timedelta(days=1) if day.day < _last(day) else day - timedelta(days=2)
    return day
