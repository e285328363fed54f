# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When backups start: calendar expressions whose starts are never further apart than asked."""

from __future__ import annotations

import datetime as dt
import math
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from . import naming
from .durations import DAY, WEEK, rounded_up

_UTC = dt.UTC
_DAY = dt.timedelta(days=1)
# Clock changes recur; zoneinfo's own tables end with 2037.
_FIRST_DAY = dt.date(2026, 1, 1)
_DAYS_LOOKED_AT = 12 * 365
_SUNDAY = 7  # of isoweekday()


def identity(every: int, at: str, timezone: str) -> str:
    """What tables of one schedule share."""
    return f"{every}h-{at.replace(':', '')}-{naming.digest(timezone, 6)}"


def start_hours(every: int, at: str) -> list[int]:
    """Hours of the day at which a backup starts, spread evenly from the hour asked for."""
    starts = rounded_up(DAY, min(every, DAY))
    first = int(at[:2])
    return sorted((first + rounded_up(DAY * number, starts)) % DAY for number in range(starts))


def start_days(every: int) -> list[int]:
    """Days of the month on which a backup starts, for an interval of several days."""
    return list(range(1, 32, every // DAY))


def expression(every: int, at: str) -> str:
    """The cron expression of EventBridge Scheduler, in which either day field must be a question mark."""
    minute = int(at[3:])
    hours = ",".join(map(str, start_hours(every, at)))
    if every < 2 * DAY:
        return f"cron({minute} {hours} * * ? *)"
    if every // DAY == WEEK // DAY:
        return f"cron({minute} {hours} ? * SUN *)"
    days = ",".join(map(str, start_days(every)))
    return f"cron({minute} {hours} {days} * ? *)"


def words(every: int, at: str) -> str:
    """The same for people."""
    hours = start_hours(every, at)
    times = _listed([f"{hour:02d}:{at[3:]}" for hour in hours])
    if len(hours) == DAY:
        return f"every hour at :{at[3:]}"
    if every < 2 * DAY:
        return f"every day at {times}"
    if every // DAY == WEEK // DAY:
        return f"every Sunday at {times}"
    days = [str(day) for day in start_days(every)]
    return f"on {'day' if len(days) == 1 else 'days'} {_listed(days)} of the month at {times}"


def _listed(parts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


@cache
def skipped_on(every: int, at: str, timezone: str) -> dt.date | None:
    """The first day on which clocks go forward over a start and leave too long a gap.

    EventBridge Scheduler drops a start at a time of day that does not exist
    (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
    """
    limit = dt.timedelta(hours=min(every, DAY))
    for day in _forward_days(timezone):
        starts = _starts_around(day, every, at, ZoneInfo(timezone))
        if any(later - earlier > limit for earlier, later in pairwise(starts)):
            return day
    return None


def safe_time(every: int, timezone: str) -> str:
    """The time for those who did not choose one: 02:00, or the next full or half hour no clock skips."""
    times = [f"{(2 + hour) % DAY:02d}:{minute}" for minute in ("00", "30") for hour in range(DAY)]
    return next(at for at in times if not skipped_on(every, at, timezone))


def longest_wait(every: int, timezone: str) -> int:
    """The longest time between two starts, in hours: when clocks go back, it grows by as much."""
    back = [before - after for _day, before, after in _changes(timezone) if after < before]
    return every + math.ceil(max(back, default=dt.timedelta()) / dt.timedelta(hours=1))


def _forward_days(timezone: str) -> tuple[dt.date, ...]:
    return tuple(day for day, before, after in _changes(timezone) if after > before)


@cache
def _changes(timezone: str) -> tuple[tuple[dt.date, dt.timedelta, dt.timedelta], ...]:
    """The days on which clocks change, and what they are ahead of UTC before and after."""
    if timezone == "UTC":
        return ()
    zone = ZoneInfo(timezone)
    days = [_FIRST_DAY + number * _DAY for number in range(_DAYS_LOOKED_AT)]
    offsets = [_noon(day, zone).utcoffset() or dt.timedelta() for day in days]
    changes = zip(days[1:], pairwise(offsets), strict=True)
    return tuple((day, before, after) for day, (before, after) in changes if after != before)


def _noon(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), zone)


def starts(every: int, at: str, timezone: str, since: dt.datetime, until: dt.datetime) -> list[dt.datetime]:
    """When backups start from a time on and before another, in UTC, in their order."""
    zone = ZoneInfo(timezone)
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    days = [first + number * _DAY for number in range((last - first).days + 1)]
    found = _starts([day for day in days if _is_a_day(day, every)], every, at, zone)
    return [start for start in found if since <= start < until]


def _is_a_day(day: dt.date, every: int) -> bool:
    """Whether backups start on a day, as expression() says it."""
    if every < 2 * DAY:
        return True
    if every // DAY == WEEK // DAY:
        return day.isoweekday() == _SUNDAY
    return day.day in start_days(every)


def _starts_around(day: dt.date, every: int, at: str, zone: ZoneInfo) -> list[dt.datetime]:
    return _starts([day + number * _DAY for number in (-2, -1, 0, 1, 2)], every, at, zone)


def _starts(days: list[dt.date], every: int, at: str, zone: ZoneInfo) -> list[dt.datetime]:
    minute = int(at[3:])
    starts = []
    for date in days:
        for hour in start_hours(every, at):
            local = dt.datetime.combine(date, dt.time(hour, minute))
            start = local.replace(tzinfo=zone).astimezone(_UTC)
            if start.astimezone(zone).replace(tzinfo=None) == local:
                starts.append(start)
    return starts
