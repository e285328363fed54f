# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lines by which people see how far something long is."""

from __future__ import annotations

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.lines import Lines, line
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.progress import Progress


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Progress("load", 50, 5000, 100, None, 10), "load, 50 %, 50 items, 4.9 KiB, 500 B a second, 10 s"),
        (
            Progress("import", 50, 9000, 100, 10_000, 300),
            "import, 90 %, 50 items, 8.8 KiB, 30 B a second, 5 min",
        ),
        (Progress("load", 100, 0, 100, None, 1), "load, 99 %, 100 items, 1 s"),
        (Progress("convert", 7, 0, None, None, 0), "convert, 7 items, 0 s"),
    ],
)
def test_a_line(found: Progress, text: str) -> None:
    assert line(found) == text


def test_a_phase_is_told_of_now_and_then() -> None:
    now, shown = [0.0], list[str]()
    lines = Lines("orders", shown.append, lambda: now[0])
    for second in range(0, 100, 10):
        now[0] = second
        lines.progress(Progress("load", second, 0, None, None, second), "DynamoDB is at work")
    assert shown == [
        f"orders: load, {second} items, {second} s: DynamoDB is at work" for second in (30, 60, 90)
    ]


def test_waiting_says_what_for() -> None:
    now, shown = [0.0], list[str]()
    lines = Lines("orders", shown.append, lambda: now[0])
    now[0] = 31
    lines.at_work("restore", "the table is CREATING")
    assert shown == ["orders: restore, 31 s: the table is CREATING"]
