# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.keys import (
    KeysError,
    require_shape,
    wanted,
)

BOTH = {"customer": "S", "line": "N"}


def item(customer: str = "C-17", line: str = "1") -> dict:
    return {"customer": {"S": customer}, "line": {"N": line}, "other": {"S": "x"}}


@pytest.mark.parametrize(
    "given",
    [
        {"customer": "C-17", "line": 1},
        {"line": "1", "customer": "C-17"},
        {"customer": {"S": "C-17"}, "line": {"N": "1"}},
        {"customer": "C-17", "line": {"N": "1.0"}},
        {"customer": "C-17", "line": 1.0},
        {"customer": "C-17", "line": Decimal("1.00")},
        {"customer": "C-17"},
    ],
)
def test_a_key_is_written_in_plain_values_or_dynamodb_json(given):
    keys = wanted([{"customer": "nobody"}, given], BOTH)
    assert keys.which(item()) == 1
    assert keys.holds(item(line="1.00"))
    assert not keys.holds(item("C-18"))
    assert keys.is_whole(1) == ("line" in given)
    assert keys.holds(item(line="2")) == (not keys.is_whole(1))


def test_the_keys_are_told_in_dynamodb_json():
    keys = wanted([{"customer": "C-17", "line": 1.50}, {"customer": "C-18"}], BOTH)
    assert keys.wanted == (
        {"customer": {"S": "C-17"}, "line": {"N": "1.5"}},
        {"customer": {"S": "C-18"}},
    )


def test_binary_keys_are_equal_by_their_bytes():
    keys = wanted([{"id": "AAF="}], {"id": "B"})
    assert keys.holds({"id": {"B": "AAE="}})
    assert not keys.holds({"id": {"B": "AAI="}})


def test_an_item_without_the_key_is_told():
    keys = wanted([{"id": "a"}], {"id": "S"})
    with pytest.raises(KeyError):
        keys.which({"other": {"S": "a"}})
    with pytest.raises(KeyError):
        keys.which({"id": {"N": "1"}})


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "O(keys), number 2: name the partition key, and the sort key if there is one"),
        ({"a": "1", "b": "2", "c": "3"}, "number 2: name the partition key"),
        ({"customer": True}, "customer is true, and a key is text, a number, or binary as base64"),
        ({"customer": None}, "customer is not set, and a key is text"),
        ({"customer": ""}, "customer is not set, and a key is text"),
        ({"customer": ["a"]}, 'customer is ["a"], and a key is text'),
        ({"customer": {"S": 1.5, "N": 1}}, "and a key is text"),
        ({"customer": {"S": None}}, "customer is not set of the type S, and a key is text"),
    ],
)
def test_what_is_the_key_of_no_table_is_refused_before_anybody_asks_aws(given, sentence):
    with pytest.raises(KeysError, match=re.escape(sentence)):
        require_shape([{"customer": "a"}, given])


@pytest.mark.parametrize(
    ("given", "keys", "sentence"),
    [
        (
            {"costumer": "C-17"},
            BOTH,
            "costumer is no key of the table, which has customer, text (S) and line, a number (N). Is",
        ),
        ({"zzz": "C-17"}, {"id": "S"}, "zzz is no key of the table, which has id, text (S)."),
        ({"line": 1}, BOTH, "the partition key customer is missing. The table has customer"),
        (
            {"customer": 17},
            BOTH,
            "customer is the number 17, and that key of the table is text (S): put it in",
        ),
        ({"customer": "C", "line": "x"}, BOTH, 'line is "x", and that key of the table is a number (N)'),
        ({"customer": {"N": "17"}}, BOTH, "customer has the type N, and that key of the table is text (S)"),
        ({"id": "***"}, {"id": "B"}, 'id is "***", which is no base64: write binary so'),
        ({"id": 7}, {"id": "B"}, "id is the number 7, and that key of the table is binary (B)"),
    ],
)
def test_keys_that_are_not_those_of_the_table_are_told_with_what_it_has(given, keys, sentence):
    with pytest.raises(KeysError, match=re.escape(sentence)):
        wanted([given], keys)
