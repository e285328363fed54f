# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a day was, case by case; today is 2026-11-23, and one backup was due at 02:00 of each day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.daily import Told
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.drill import Drilled
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import Drills, Evidence
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status import days
from tests.unit.support.evidence import ALARM, DENIED, NOW, evidence, point, run

COUNT = 5
DUE = [NOW.replace(hour=2) - timedelta(days=number) for number in range(COUNT)]
YESTERDAY, BEFORE = 34, 58  # hours ago: 02:00 of these days


def shown(
    told: Told | None = None, due: list[datetime] = DUE, count: int = COUNT, **changes: Any
) -> list[str]:
    """The states of each day in a word, oldest first."""
    found = days.days(bare(**changes), told or Told(), due, NOW, count)
    return [" ".join(each.states) for each in found]


def bare(**changes: Any) -> Evidence:
    return evidence(**{"runs": (), "points": (), **changes})


def told(*runs: Any) -> Told:
    return Told({"orders": runs})


def drilled(hours_ago: float, verdict: str = "passed") -> Drilled:
    return Drilled("orders", NOW - timedelta(hours=hours_ago), verdict, "drills/orders/x.json")


def test_days_are_those_of_utc_and_end_with_today() -> None:
    found = days.days(bare(), None, [], NOW, 3)
    assert [each.day for each in found] == [date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 23)]
    assert {(each.states, each.bytes) for each in found} == {((), None)}


def test_what_was_due_and_of_which_nothing_is_known_is_missed() -> None:
    assert shown() == ["missed"] * 4 + [""]


@pytest.mark.parametrize(
    ("runs", "states"),
    [
        ((run(YESTERDAY),), "backed_up"),
        ((run(YESTERDAY, "FAILED"),), "failed"),
        ((run(YESTERDAY, "TIMED_OUT"),), "failed"),
        ((run(YESTERDAY, "ABORTED"),), "failed"),
        ((run(YESTERDAY, "SUCCEEDED without a report", point=None),), "failed"),
        ((run(YESTERDAY, "FAILED"), run(YESTERDAY - 3)), "backed_up failed"),
        ((run(YESTERDAY, "RUNNING"),), ""),
        ((run(YESTERDAY, "PAUSED"),), ""),
        # of the day for which it was scheduled, although it began after midnight
        ((run(11, scheduled="2026-11-22T23:59:59Z"),), "backed_up"),
        ((run(11, "FAILED", scheduled="2026-11-22T23:59:59Z"),), "failed"),
        ((run(YESTERDAY, "FAILED", scheduled="soon"),), "failed"),
        ((run(BEFORE),), "missed"),
    ],
)
def test_what_runs_make_of_yesterday(runs: tuple[Any, ...], states: str) -> None:
    assert shown(told(*runs))[-2] == states
    assert shown(runs=runs)[-2] == states, "a run that status knows anyway counts as well"


def test_runs_of_other_tables_count_for_none() -> None:
    assert shown(Told({"sessions": (run(YESTERDAY),)}))[-2] == "missed"


def test_a_point_of_which_no_run_tells_was_a_backup() -> None:
    assert shown(points=(point(YESTERDAY),))[-2] == "backed_up"


def test_what_failed_today_is_told_and_what_is_not_there_yet_is_not() -> None:
    assert shown(told(run(10, "FAILED")))[-1] == "failed"
    assert shown()[-1] == ""


def test_nothing_is_missed_if_aws_does_not_tell_of_runs() -> None:
    found = days.days(bare(points=(point(BEFORE),)), None, DUE, NOW, COUNT)
    assert [each.states for each in found] == [(), (), ("backed_up",), (), ()]


def test_nothing_is_missed_that_was_not_due() -> None:
    assert shown(due=[]) == [""] * 5
    assert shown(due=DUE[2:3]) == ["", "", "missed", "", ""]


def test_nothing_is_missed_before_the_alarm_was_as_it_is() -> None:
    alarm = replace(ALARM, configured=NOW - timedelta(hours=BEFORE - 1))
    assert shown(alarm=alarm) == ["", "", "", "missed", ""]
    assert shown(alarm=None) == [""] * 5
    assert shown(alarm=DENIED) == [""] * 5


def test_nothing_is_missed_of_a_day_that_was_not_read_to_its_end() -> None:
    assert shown(Told(unread=frozenset({date(2026, 11, 22)}))) == ["missed", "missed", "missed", "", ""]


def test_nothing_is_missed_of_a_day_of_which_the_bucket_holds_something() -> None:
    kept = frozenset({"retain-35d/orders/20261122T020000Z-1a2b3c4d/", "retain-35d/orders/by-hand/", "odd/"})
    assert shown(kept=kept) == ["missed", "missed", "missed", "", ""]


def test_drills_of_days() -> None:
    known = (drilled(1), drilled(YESTERDAY, "failed"), drilled(YESTERDAY - 1), drilled(9999))
    assert shown(due=[], drills=Drills(known=known))[-2:] == ["drill_failed drilled", "drilled"]


def test_what_a_closer_look_found_well_is_the_newest_point_only() -> None:
    runs = (run(YESTERDAY), run(10))
    assert shown(told(*runs), runs=runs[1:], points=(runs[1].point,), proven=True)[-2:] == [
        "backed_up",
        "backed_up verified",
    ]
    assert shown(told(*runs), runs=runs[1:], points=(runs[1].point,))[-1] == "backed_up"


def test_what_a_drill_has_proven() -> None:
    first, second = run(YESTERDAY), run(YESTERDAY - 5)
    assert first.point
    assert second.point
    places = [f"s3://backups/{each.prefix}/" for each in (first.point, second.point)]
    for place, states in zip(places, ("backed_up", "backed_up verified"), strict=True):
        drills = Drills(proven=frozenset({place}))
        assert shown(told(first, second), drills=drills)[-2] == states, "the newest of the day counts"


def test_the_size_is_that_of_the_newest_point_as_a_closer_look_has_counted_it() -> None:
    early, late = run(YESTERDAY), run(YESTERDAY - 5)
    late = replace(late, point=point(YESTERDAY - 5, bytes=None))
    sizes = [each.bytes for each in days.days(bare(), told(early, late), DUE, NOW, 2)]
    assert sizes == [None, None]
    counted = point(YESTERDAY - 5, bytes=77)
    sizes = [each.bytes for each in days.days(bare(points=(counted,)), told(early, late), DUE, NOW, 2)]
    assert sizes == [77, None]


def test_the_oldest_point_is_one_that_is_kept() -> None:
    runs = told(run(24 * 40), run(24 * 30), run(YESTERDAY))
    moments = {number: each.point.moment for number, each in enumerate(runs.runs["orders"]) if each.point}
    prefixes = {number: each.point.prefix for number, each in enumerate(runs.runs["orders"]) if each.point}
    assert days.oldest(bare(), runs, NOW) == moments[1], "the first has expired"
    assert days.oldest(bare(kept=frozenset({f"{prefixes[2]}/"})), runs, NOW) == moments[2]
    assert days.oldest(bare(kept=frozenset()), runs, NOW) is None
    assert days.oldest(bare(), None, NOW) is None
    assert days.oldest(bare(reported=(point(24 * 33),)), runs, NOW) == point(24 * 33).moment


def test_a_day_begins_at_midnight_of_utc() -> None:
    assert days.first(NOW, 1) == NOW.replace(hour=0)
    assert days.first(NOW, 35) == NOW.replace(hour=0) - timedelta(days=34)
