# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is made of a table is YAML that says the same, and touches nothing beside it."""

from __future__ import annotations

import pytest
import yaml

from tests.inputs.writing import OneLine, dumped, replaced, written

LONG = "a: b " * 40 + "end"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("true", '"true"'),
        ("", '""'),
        ("{{ region }}", '"{{ region }}"'),
        (OneLine(["true", "all"]), '["true", all]'),
        ([], "[]"),
        (7, "7"),
    ],
)
def test_a_value_is_written_as_people_write_it(value: object, text: str) -> None:
    assert dumped({"key": value}) == f"key: {text}\n"


def test_long_text_is_folded_and_reads_the_same() -> None:
    text = dumped({"key": LONG})
    assert text.startswith("key: >-\n  a: b")
    assert max(map(len, text.splitlines())) <= 120
    assert yaml.safe_load(text) == {"key": LONG}


def test_a_made_file_says_where_to_edit_it() -> None:
    text = written("the table", {"key": 1}, "It has a reason.")
    assert text == "---\n# Made of the table: edit it there.\n# It has a reason.\nkey: 1\n"


def test_only_what_is_between_the_marks_is_replaced() -> None:
    assert replaced("a\n# b.\nold\n# End.\nc\n", "# b.", "new\n", "# End.") == "a\n# b.\nnew\n# End.\nc\n"


@pytest.mark.parametrize("text", ["a\n", "# b.\nold\n", "# b.\n# End.\n# b.\n# End.\n"])
def test_a_part_needs_its_marks_once(text: str) -> None:
    with pytest.raises(ValueError, match=r"a file needs one line # b\."):
        replaced(text, "# b.", "new\n", "# End.")
