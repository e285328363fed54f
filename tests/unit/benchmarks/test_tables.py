# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from benchmarks import measuring, tables
from benchmarks.figures import OPERATIONS, OTHERS, READS, RECOVERY, Figures

MEASURED = {
    measuring.OURS: {
        1: Figures({OPERATIONS: 3, READS: 22, OTHERS: 7}, 30.04),
        1000: Figures({RECOVERY: 1000}, 60.0),
    },
    measuring.LOOP: {1000: Figures({READS: 5999.6}, 2000.06, measured=False)},
}


def test_what_is_compared_is_in_neighbouring_rows() -> None:
    assert tables.rows(MEASURED, memory=False) == [
        ["1", "**backup**", "32", "3", "22", "0", "0", "7", "30.0"],
        ["1,000", "**backup**", "1,000", "0", "0", "0", "1,000", "0", "60.0"],
        ["1,000", "a loop", "~6,000", "~0", "~6,000", "~0", "~0", "~0", "~2,000.1"],
    ]
    assert len(tables.head(memory=False)) == 9


def test_memory_stands_in_place_of_the_groups() -> None:
    measured = {measuring.STATUS: {200: Figures({OTHERS: 8}, 3.5, 61.4)}, measuring.LOOP: {200: Figures()}}
    assert tables.rows(measured, memory=True) == [
        ["200", "**status**", "8", "61", "3.5"],
        ["200", "a loop", "0", "-", "0.0"],
    ]
    assert len(tables.head(memory=True)) == 5


def test_markdown_and_terminal_tell_the_same() -> None:
    markdown = tables.table(MEASURED, markdown=True).splitlines()
    terminal = tables.table(MEASURED, markdown=False).splitlines()
    assert [cell[-1] for cell in markdown[1].strip("|").split("|")] == [":", "-", *":::::::"]
    cells = [line.replace("**", "").replace("|", " ").split() for line in markdown]
    assert [*cells[:1], *cells[2:]] == [line.split() for line in [terminal[0], *terminal[2:]]]
