# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Durations as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import durations


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("1 hour", 1),
        ("6 hours", 6),
        ("1 hours", 1),
        ("  2 Days ", 48),
        ("1 week", 168),
        ("3weeks", 504),
        ("0 hours", 0),
        ("hour", None),
        ("6", None),
        ("6 h", None),
        ("1.5 hours", None),
        ("-1 hours", None),
        ("30 minutes", None),
        ("1 day 2 hours", None),
        ("٣ hours", None),
        ("", None),
    ],
)
def test_hours(written: str, hours: int | None) -> None:
    assert durations.hours(written) == hours


@given(st.integers(1, 10_000))
def test_words_are_read_back(count: int) -> None:
    assert durations.hours(durations.words(count)) == count


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 hour"), (30, "30 hours"), (24, "1 day"), (72, "3 days"), (168, "1 week"), (192, "8 days")],
)
def test_words(count: int, words: str) -> None:
    assert durations.words(count) == words
