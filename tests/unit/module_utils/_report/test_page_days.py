# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report import page_days
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.page_rows import row
from tests.unit.support.status_pages import answer, well

STATES = ("backed_up", "failed", "missed", "verified", "drilled", "drill_failed")
NOW = "2026-11-23T12:00:00Z"


def days(*states: str) -> list[dict[str, Any]]:
    """The last days, each with its states, cut at blanks."""
    first = 23 - len(states) + 1
    return [
        {"day": f"2026-11-{first + place:02}", "states": sorted(each.split()), "bytes": None}
        for place, each in enumerate(states)
    ]


def drawn(*states: str) -> dict[str, str]:
    return dict(page_days.strip(days(*states)).paths)


def test_each_state_has_a_shape_of_its_own() -> None:
    shapes = {state: drawn(state)[state] for state in STATES}
    shapes["nothing"] = drawn("")["nothing"]
    bare = {re.sub(r"^M[\d.]+ ", "", path) for path in shapes.values()}
    assert len(bare) == len(shapes)


def test_a_strip_is_one_path_for_each_state() -> None:
    found = drawn("backed_up", "backed_up", "failed", "", "backed_up")
    assert set(found) == {"backed_up", "failed", "ground", "nothing"}
    assert found["backed_up"].count("M") == 3
    assert [int(float(x)) // 8 for x in re.findall(r"M([\d.]+)", found["backed_up"])] == [30, 31, 34]


@pytest.mark.parametrize(
    ("states", "marks"),
    [
        ("backed_up failed", {"backed_up", "failed"}),
        ("backed_up verified drilled", {"backed_up", "drilled"}),
        ("backed_up drill_failed drilled", {"backed_up", "drill_failed"}),
        ("failed missed", {"failed", "ground"}),
        ("drilled", {"drilled"}),
    ],
)
def test_what_counts_more_is_drawn(states: str, marks: set[str]) -> None:
    assert set(drawn(states)) == marks


def test_a_run_that_failed_is_above_the_one_that_did_not() -> None:
    assert drawn("backed_up failed")["backed_up"] != drawn("backed_up")["backed_up"]
    assert "ground" not in drawn("backed_up failed")


def test_the_sentence_says_it_in_words() -> None:
    found = page_days.strip(
        days("backed_up verified", "failed", "missed", "backed_up drilled", "drill_failed")
    )
    assert found.sentence == (
        "Of 5 days: backed up on 2; failed on 2026-11-20; missed on 2026-11-21; verified on 1; drilled on 1; "
        "drill failed on 2026-11-23."
    )
    many = page_days.strip(days(*["failed"] * 5))
    assert many.sentence.endswith("failed on 2026-11-23, 2026-11-22, 2026-11-21 and 2 more.")
    assert page_days.strip(days("", "")).sentence == "Of 2 days: nothing is known of any."


def test_the_legend_has_every_mark() -> None:
    shown = {kind for each in page_days.legend() for kind, _path in each.paths}
    assert shown >= {*STATES, "nothing"}


def test_sizes_are_drawn_from_nothing_to_the_largest() -> None:
    some = [{"day": "2026-11-21", "states": [], "bytes": size} for size in (None, 1024, 4096)]
    found = page_days.line(some)
    assert found is not None
    assert found.sentence == "Size 1.0 KiB on 2026-11-21, 4.0 KiB now, at most 4.0 KiB."
    assert found.paths[0] == ("line", "M52 16.8L102 1")
    assert page_days.line(some[:2]) is None
    assert page_days.line([{**each, "bytes": 0} for each in some]) is not None


@pytest.mark.parametrize(
    ("window", "oldest", "newest", "lines", "paths"),
    [
        (None, None, None, (), {}),
        (
            {"earliest": "2026-10-25T12:00:00Z", "latest": "2026-11-23T11:55:00Z"},
            None,
            None,
            ("any second since 2026-10-25 12:00",),
            {"window": "M44 2H276"},
        ),
        (
            {"earliest": "2026-09-01T12:00:00Z", "latest": "2026-11-22T12:00:00Z"},
            "2026-11-01T00:00:00Z",
            "2026-11-23T00:00:00Z",
            ("any second since 2026-09-01 12:00 until 2026-11-22 12:00",
             "backups since 2026-11-01 00:00, last 2026-11-23 00:00"),
            {"window": "M0 2H268", "points": "M96 8H272"},
        ),
        (
            None, "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z",
            ("last 2026-11-23 00:00",), {"points": "M272 8H274"},
        ),
    ],
)  # fmt: skip
def test_what_can_be_restored_to(
    window: Any, oldest: str | None, newest: str | None, lines: tuple[str, ...], paths: dict[str, str]
) -> None:
    found = page_days.kept(window, oldest, newest, NOW)
    assert (found.lines, dict(found.paths)) == (lines, paths)


def table(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = answer(well("orders"))["tables"][0]
    return {**found, **changes}


@pytest.mark.parametrize(
    ("hours", "allowed", "text", "percent", "state"),
    [
        (9.7, 30, "9.7 of 30 hours", 32, "good"),
        (25.0, 30, "25.0 of 30 hours", 83, "good"),
        (29.0, 30, "29.0 of 30 hours", 97, "warning"),
        (33.8, 30, "33.8 of 30 hours", 100, "bad"),
        (50.0, 210, "2.1 of 8.75 days", 24, "good"),
        (None, 30, "no good backup", 0, "off"),
        (9.7, None, "9.7 hours", 0, "off"),
    ],
)
def test_the_age(hours: float | None, allowed: int | None, text: str, percent: int, state: str) -> None:
    last = {"finished": None, "age_hours": hours, "max_age_hours": allowed}
    age = row("eu", table(last_success=last), NOW).age
    assert (age.text, age.percent, age.state) == (text, percent, state)


DRILL = {"every_hours": 720, "last_passed": "2026-11-02T03:04:05Z", "last_failed": None, "rto_seconds": 244.7}


@pytest.mark.parametrize(
    ("drill", "text", "note", "state"),
    [
        (None, "not known", "", "off"),
        (DRILL, "4.1 min", "2026-11-02, one every 30 days", "good"),
        ({**DRILL, "rto_seconds": 45.2, "every_hours": None}, "45 s", "2026-11-02", "good"),
        ({**DRILL, "rto_seconds": 9000}, "2.5 hours", "2026-11-02, one every 30 days", "good"),
        ({**DRILL, "rto_seconds": None}, "not measured", "2026-11-02, one every 30 days", "good"),
        (
            {**DRILL, "last_failed": "2026-11-20T00:00:00Z"},
            "failed",
            "2026-11-20; passed 2026-11-02 in 4.1 min, one every 30 days",
            "bad",
        ),
        ({**DRILL, "last_passed": None, "rto_seconds": None}, "never", "one every 30 days", "bad"),
        ({**DRILL, "last_passed": None, "rto_seconds": None, "every_hours": None}, "never", "", "off"),
    ],
)
def test_the_drill(drill: Any, text: str, note: str, state: str) -> None:
    found = row("eu", table(drill=drill), NOW).drill
    assert (found.text, found.note, found.state) == (text, note, state)


def test_an_answer_without_days_is_shown_without_them() -> None:
    told = {
        key: value for key, value in table().items() if key not in {"days", "recovery_window", "oldest_point"}
    }
    found = row("eu", told, NOW)
    assert (found.strip, found.line) == (None, None)
    assert found.kept.lines == ("last 2026-11-23 02:18",)
