# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which windows are exported for an incident, within what point-in-time recovery reaches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports import windows
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.windows import (
    LONGEST,
    SHORTEST,
    Reach,
    Window,
    WindowError,
    chain,
)

NOW = datetime(2026, 11, 29, 14, tzinfo=UTC)
REACH = Reach(NOW - timedelta(days=35), NOW - timedelta(minutes=5), NOW)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def test_an_incident_of_some_hours_is_one_window() -> None:
    found = chain(ago(hours=3), ago(hours=1), REACH)
    assert found.exports == (Window(ago(hours=3), ago(hours=1)),)
    assert (found.lead, found.trail, found.end) == (None, None, ago(hours=1))


def test_parts_of_a_second_are_in_the_window() -> None:
    begin, end = ago(hours=2, milliseconds=1), ago(hours=1, milliseconds=1)
    assert chain(begin, end, REACH).windows == (Window(ago(hours=2, seconds=1), ago(hours=1)),)


def test_a_long_one_is_several_that_follow_one_another() -> None:
    found = chain(ago(hours=60), ago(hours=6), REACH).windows
    assert [each.end - each.begin for each in found] == [LONGEST, LONGEST, timedelta(hours=6)]


def test_the_last_window_of_several_is_not_too_short() -> None:
    found = chain(ago(hours=49, minutes=5), ago(hours=1), REACH).windows
    assert [each.end - each.begin for each in found] == [
        LONGEST,
        LONGEST - SHORTEST,
        SHORTEST + timedelta(minutes=5),
    ]


@given(
    seconds=st.integers(1, 30 * 86400),
    until=st.integers(0, 4 * 86400),
    micros=st.tuples(st.integers(0, 999_999), st.integers(0, 999_999)),
)
def test_every_chain_covers_its_incident_without_a_gap(
    seconds: int, until: int, micros: tuple[int, int]
) -> None:
    end = NOW - timedelta(seconds=until, microseconds=micros[0])
    begin = end - timedelta(seconds=seconds, microseconds=micros[1])
    found = chain(begin, end, REACH)
    assert found.windows[0].begin <= begin
    assert found.windows[-1].end >= end
    assert all(SHORTEST <= each.end - each.begin <= LONGEST for each in found.exports)
    assert all(one.end == two.begin for one, two in zip(found.windows, found.windows[1:], strict=False))
    assert all(each.begin >= REACH.earliest and not each.begin.microsecond for each in found.exports)
    if found.lead:
        assert (found.lead.begin, found.lead.end) == (found.windows[0].begin, found.incident.begin)
    else:
        assert found.windows[0].begin == found.incident.begin
    assert found.windows[-1].end == found.incident.end


def test_a_short_one_has_an_export_of_what_was_before_it() -> None:
    found = chain(ago(hours=1, minutes=3), ago(hours=1), REACH)
    before = ago(hours=1, minutes=18)
    assert found.windows == (Window(before, ago(hours=1)),)
    assert found.lead == Window(before, ago(hours=1, minutes=3))
    assert (found.trail, found.end) == (None, ago(hours=1))


def test_a_short_one_soon_after_recovery_was_switched_on_has_one_of_what_was_after_it() -> None:
    on = Reach(ago(hours=2), REACH.latest, NOW)
    found = chain(ago(hours=1, minutes=55), ago(hours=1, minutes=53), on)
    after = ago(hours=1, minutes=38)
    assert found.windows == (Window(ago(hours=1, minutes=55), after),)
    assert found.trail == Window(ago(hours=1, minutes=53), after)
    assert (found.lead, found.end) == (None, after)


@pytest.mark.parametrize(
    ("begin", "end", "why"),
    [
        (ago(hours=1), ago(hours=1), "is no span: it must end later"),
        (ago(hours=1), ago(hours=2), "is no span: it must end later"),
        (
            ago(hours=1),
            ago(minutes=-3),
            "2026-11-29T14:03:00Z is yet to come: by AWS's clock it is 2026-11-29T14:00:",
        ),
        (
            ago(days=36),
            ago(days=34),
            "goes back to 2026-10-25T14:00:00Z, and 2026-10-24T14:00:00Z is before that",
        ),
    ],
)
def test_what_cannot_be_exported(begin: datetime, end: datetime, why: str) -> None:
    with pytest.raises(WindowError) as refused:
        chain(begin, end, REACH)
    assert why in str(refused.value)


def test_what_was_a_moment_ago_can_be_exported_a_little_later() -> None:
    found = chain(ago(hours=1), NOW, REACH)
    assert windows.wait_for(found.end, REACH) == timedelta(minutes=5)
    assert windows.wait_for(ago(minutes=5), REACH) == timedelta()
