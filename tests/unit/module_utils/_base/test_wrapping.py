# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lines fit a terminal, and what has to be copied is whole."""

from __future__ import annotations

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.wrapping import (
    COLUMNS,
    COMMAND,
    cut,
    fitting,
)

WORDS = "it has 1.2 KiB, which are written before an import has begun; the next would be import. " * 3
PLACE = f"s3://tablekeeper-123456789012-eu-west-1/{'x' * 90}/settings.json"


def test_what_fits_stays_as_it_is() -> None:
    assert fitting("orders:  two blanks stay") == ["orders:  two blanks stay"]
    assert fitting("x" * COLUMNS) == ["x" * COLUMNS]


@pytest.mark.parametrize("length", [3, 40, 60, 99, 100, 101, 255])
@pytest.mark.parametrize("before", ["", "[shop-eu] "])
def test_no_line_is_longer_for_any_name(length: int, before: str) -> None:
    name = ("long_name-" * 26)[:length]
    lines = fitting(f"{name}: {WORDS}{name} is back ({name}).", before)
    assert all(len(line) <= COLUMNS and line.startswith(before) for line in lines)
    told = " ".join(line.removeprefix(before).strip() for line in lines)
    assert told.startswith(f"{name}: it has" if length <= 90 else name[:20])
    assert " ".join(WORDS.split()) in told


def test_a_path_is_whole_and_alone_on_its_line() -> None:
    lines = fitting(f"orders: Its settings are those of {PLACE}.")
    assert lines == ["orders: Its settings are those of", f"  {PLACE}."]


def test_a_command_is_left_as_it_is() -> None:
    command = f"{COMMAND}aws dynamodb delete-table --table-name {'x' * 255} && aws dynamodb list-tables"
    assert fitting(command, "[eu] ") == [f"[eu] {command}"]


def test_a_name_is_cut_in_its_middle() -> None:
    assert cut("a" * 10, 10) == "a" * 10
    assert cut(f"begin{'x' * 90}ending", 13) == "begin...nding"
    assert len(cut("x" * 255, 30)) == 30
