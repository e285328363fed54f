# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which times of day the clocks of a time zone skip."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.filter.daily_mistakes import daily_mistakes


def wrong(at: Any, timezone: Any = "Europe/Dublin") -> str:
    return " ".join(daily_mistakes({"nightly_at": at}, {"zone": timezone}))


@pytest.mark.parametrize(
    ("at", "timezone", "later"),
    [
        ("01:00", "Europe/Dublin", "02:00"),
        ("01:45", "Europe/London", "02:00"),
        ("02:30", "America/New_York", "03:00"),
        ("02:00", "Australia/Lord_Howe", "02:30"),
        ("23:30", "America/Nuuk", "00:00"),
    ],
)
def test_skipped(at: str, timezone: str, later: str) -> None:
    """The time that is named instead is one that can be used."""
    said = wrong(at, timezone)
    assert said.startswith(f'nightly_at is "{at}", but clocks in {timezone} skip it on 20')
    assert said.endswith(f": choose another time, such as {later}.")
    assert wrong(later, timezone) == ""


@pytest.mark.parametrize(
    ("at", "timezone"),
    [("00:59", "Europe/Dublin"), ("02:00", "Europe/Dublin"), ("01:00", "UTC"), ("01:00", "Asia/Kolkata")],
)
def test_not_skipped(at: str, timezone: str) -> None:
    assert wrong(at, timezone) == ""


@pytest.mark.parametrize("at", [750, "7:00", " 07:00", "24:00", "noon", None, "", ["07:00"]], ids=str)
def test_no_time(at: Any) -> None:
    """It stands in a schedule as it is written, so nothing is made of it."""
    assert wrong(at).endswith('but it must be a time of day from "00:00" to "23:59", in quotes.')


def test_every_mistake_is_told() -> None:
    assert len(daily_mistakes({"a": "01:00", "b": "01:30", "c": "03:00"}, {"zone": "Europe/Dublin"})) == 2


def test_no_time_zone() -> None:
    """Told once, whatever the times are."""
    assert wrong("01:00", "Europe/Dubln") == (
        'zone is "Europe/Dubln", but there is no such time zone in the IANA database of this machine: '
        "the nearest is Europe/Dublin."
    )
