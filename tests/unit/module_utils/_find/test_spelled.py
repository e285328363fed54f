# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.spelled import (
    cell,
    key_text,
    plain_json,
    shown,
)

LONG = "0.12345678901234567890123456789012345678"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ({"S": 'a "b"\n'}, 'a "b"\n'),
        ({"N": "1.50"}, "1.5"),
        ({"N": LONG}, LONG),
        ({"N": "1E+3"}, "1000"),
        ({"B": "AAE="}, "AAE="),
        ({"BOOL": False}, "false"),
        ({"NULL": True}, "null"),
        ({"SS": ["b", "a"]}, '["a","b"]'),
        ({"NS": ["10", "9.50"]}, "[9.5,10]"),
        ({"BS": ["AQ==", "AA=="]}, '["AA==","AQ=="]'),
        ({"L": [{"N": LONG}, {"M": {"é": {"S": 'q"'}, "a": {"BOOL": True}}}]},
         f'[{LONG},{{"a":true,"é":"q\\""}}]'),
    ],
)  # fmt: skip
def test_a_cell_holds_the_value_exactly(value, text):
    assert cell(value) == text


def test_what_is_nested_is_json():
    value = {"M": {"list": {"L": [{"S": "\u2028\t"}, {"NULL": True}, {"N": "-0.5"}]}, "empty": {"M": {}}}}
    assert json.loads(plain_json(value)) == {"list": ["\u2028\t", None, -0.5], "empty": {}}


def test_a_key_is_told_as_people_write_it():
    assert key_text({"customer": {"S": "C-17"}, "line": {"N": "1.0"}}) == "customer=C-17, line=1"


def test_what_would_move_the_cursor_is_escaped():
    assert shown("a\x1b[2Jb\n") == "a\\u001b[2Jb\\n"
    assert shown('größe "x"') == 'größe "x"'
