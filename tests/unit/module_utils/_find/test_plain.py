# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from decimal import Decimal

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.plain import plain, plain_value
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items.size import BadItemError


def test_each_type_has_its_plain_value():
    item = {
        "text": {"S": "a"},
        "number": {"N": "1"},
        "binary": {"B": "AAE="},
        "yes": {"BOOL": True},
        "nothing": {"NULL": True},
        "map": {"M": {"list": {"L": [{"N": "0.5"}, {"M": {}}]}}},
        "texts": {"SS": ["b", "a"]},
        "numbers": {"NS": ["10", "9.5"]},
        "binaries": {"BS": ["AQ==", "AA=="]},
    }
    assert plain(item) == {
        "text": "a",
        "number": 1,
        "binary": "AAE=",
        "yes": True,
        "nothing": None,
        "map": {"list": [Decimal("0.5"), {}]},
        "texts": ["a", "b"],
        "numbers": [Decimal("9.5"), 10],
        "binaries": ["AA==", "AQ=="],
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.50", Decimal("1.5")),
        ("2.0", 2),
        ("15E-1", Decimal("1.5")),
        ("1E+40", 10**40),
        ("-0", 0),
        ("12345678901234567890123456789012345678", 12345678901234567890123456789012345678),
        ("0.12345678901234567890123456789012345678", Decimal("0.12345678901234567890123456789012345678")),
    ],
)
def test_numbers_are_exact(text, value):
    found = plain_value({"N": text})
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "value", [{"S": "a", "N": "1"}, {}, "a", {"X": "a"}, {"L": [{"Q": 1}]}, {"L": ["a"]}]
)
def test_what_is_no_value_is_refused(value):
    with pytest.raises(BadItemError):
        plain_value(value)
