# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When backups start."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import schedules
from ansible_collections.tablekeeper.dynamodb.tests.unit.support import cron_oracle
from ansible_collections.tablekeeper.dynamodb.tests.unit.support.inventories import clocks

# Four years, a leap year among them.
FIRST = dt.date(2026, 12, 1)
DAYS = 4 * 366


@pytest.mark.parametrize(
    ("every", "at", "expression", "words"),
    [
        (1, "00:15", f"cron(15 {','.join(map(str, range(24)))} * * ? *)", "every hour at :15"),
        (6, "02:00", "cron(0 2,8,14,20 * * ? *)", "every day at 02:00, 08:00, 14:00 and 20:00"),
        (6, "21:05", "cron(5 3,9,15,21 * * ? *)", "every day at 03:05, 09:05, 15:05 and 21:05"),
        (5, "04:30", "cron(30 0,4,9,14,19 * * ? *)", "every day at 00:30, 04:30, 09:30, 14:30 and 19:30"),
        (12, "02:00", "cron(0 2,14 * * ? *)", "every day at 02:00 and 14:00"),
        (23, "02:00", "cron(0 2,14 * * ? *)", "every day at 02:00 and 14:00"),
        (24, "02:00", "cron(0 2 * * ? *)", "every day at 02:00"),
        (30, "02:00", "cron(0 2 * * ? *)", "every day at 02:00"),
        (48, "02:00", f"cron(0 2 {','.join(map(str, range(1, 32, 2)))} * ? *)", None),
        (168, "23:59", "cron(59 23 ? * SUN *)", "every Sunday at 23:59"),
        (240, "02:00", "cron(0 2 1,11,21,31 * ? *)", "on days 1, 11, 21 and 31 of the month at 02:00"),
        (336, "02:00", "cron(0 2 1,15,29 * ? *)", "on days 1, 15 and 29 of the month at 02:00"),
        (744, "02:00", "cron(0 2 1 * ? *)", "on day 1 of the month at 02:00"),
    ],
)
def test_expression(every: int, at: str, expression: str, words: str | None) -> None:
    assert schedules.expression(every, at) == expression
    if words:
        assert schedules.words(every, at) == words


@pytest.mark.parametrize("every", range(1, 31 * 24 + 1))
def test_no_gap_is_longer_than_asked(every: int) -> None:
    starts = list(cron_oracle.starts(schedules.expression(every, f"{every % 24:02d}:07"), FIRST, DAYS))
    longest = max(later - earlier for earlier, later in pairwise(starts))
    assert longest <= dt.timedelta(hours=every)
    # Not far more often than asked either: one start more a day, or one more a month.
    assert len(starts) <= (DAYS * 24 / every) * 2 + 2


@given(every=st.integers(1, 744), at=clocks)
def test_one_start_is_at_the_time_asked_for(every: int, at: str) -> None:
    starts = cron_oracle.starts(schedules.expression(every, at), FIRST, 62)
    assert f"{at}:00" in {start.time().isoformat() for start in starts}


def test_identities_of_time_zones_differ() -> None:
    zones = zoneinfo.available_timezones()
    assert len({schedules.identity(24, "02:00", zone) for zone in zones}) == len(zones)


@pytest.mark.parametrize(
    ("every", "at", "timezone", "day"),
    [
        (24, "02:30", "Europe/Berlin", dt.date(2026, 3, 29)),
        (24, "01:30", "Europe/London", dt.date(2026, 3, 29)),
        (24, "02:00", "America/New_York", dt.date(2026, 3, 8)),
        (168, "02:00", "America/New_York", dt.date(2026, 3, 8)),
        (6, "20:30", "Europe/Berlin", dt.date(2026, 3, 29)),
        (24, "02:15", "Australia/Lord_Howe", dt.date(2026, 10, 4)),
        (24, "00:00", "Africa/Cairo", dt.date(2026, 4, 24)),
        (24, "03:00", "Europe/Berlin", None),
        (24, "01:59", "Europe/Berlin", None),
        (24, "02:30", "UTC", None),
        (24, "02:30", "Asia/Tokyo", None),
        (24, "02:45", "Australia/Lord_Howe", None),
        # An hour without its start is an hour that was never there.
        (1, "02:30", "Europe/Berlin", None),
        (6, "03:30", "Europe/Berlin", None),
    ],
)
def test_day_on_which_clocks_skip_a_start(every: int, at: str, timezone: str, day: dt.date | None) -> None:
    assert schedules.skipped_on(every, at, timezone) == day


@given(every=st.integers(1, 744), timezone=st.sampled_from(sorted(zoneinfo.available_timezones())))
def test_a_safe_time_leaves_no_long_gap_by_the_real_clock(every: int, timezone: str) -> None:
    zone = zoneinfo.ZoneInfo(timezone)
    at = schedules.safe_time(every, timezone)
    real = []
    for local in cron_oracle.starts(schedules.expression(every, at), dt.date(2027, 1, 1), 400):
        start = local.replace(tzinfo=zone).astimezone(dt.UTC)
        if start.astimezone(zone).replace(tzinfo=None) == local:
            real.append(start)
    longest = max(later - earlier for earlier, later in pairwise(real))
    assert longest <= dt.timedelta(hours=schedules.longest_wait(every, timezone))


@pytest.mark.parametrize(
    ("timezone", "more"),
    [
        ("UTC", 0),
        ("Asia/Tokyo", 0),
        ("Europe/Berlin", 1),
        ("Antarctica/Troll", 2),
        ("Australia/Lord_Howe", 1),
    ],
)
def test_what_a_wait_grows_by_when_clocks_go_back(timezone: str, more: int) -> None:
    assert [schedules.longest_wait(every, timezone) for every in (1, 24, 168)] == [
        1 + more,
        24 + more,
        168 + more,
    ]


def test_the_time_of_those_who_did_not_choose() -> None:
    assert schedules.safe_time(24, "UTC") == "02:00"
    assert schedules.safe_time(24, "Asia/Tokyo") == "02:00"
    assert schedules.safe_time(24, "Europe/Berlin") == "03:00"
    # Clocks go forward by half an hour there, over a full one.
    assert schedules.safe_time(1, "Australia/Lord_Howe") == "02:30"


@given(
    every=st.integers(1, 744),
    at=clocks,
    timezone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"]),
    first=st.integers(0, 24 * 400),
    hours=st.integers(0, 24 * 40),
)
def test_starts_are_those_that_the_expression_says(
    every: int, at: str, timezone: str, first: int, hours: int
) -> None:
    """In a year with all changes of clocks in it."""
    zone = zoneinfo.ZoneInfo(timezone)
    since = dt.datetime(2027, 1, 2, tzinfo=dt.UTC) + dt.timedelta(hours=first)
    until = since + dt.timedelta(hours=hours)
    wanted = []
    day = since.date() - dt.timedelta(days=2)
    for local in cron_oracle.starts(schedules.expression(every, at), day, hours // 24 + 5):
        start = local.replace(tzinfo=zone).astimezone(dt.UTC)
        if start.astimezone(zone).replace(tzinfo=None) == local and since <= start < until:
            wanted.append(start)
    assert schedules.starts(every, at, timezone, since, until) == wanted
