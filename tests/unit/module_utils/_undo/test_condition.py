# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.condition import condition, unguarded

KEYS = ("pk", "sk")
KEY: dict[str, Any] = {"pk": {"S": "a"}, "sk": {"N": "1"}}


def many(count: int) -> dict[str, Any]:
    return KEY | {f"a{number:03}": {"N": str(number)} for number in range(count)}


def test_an_item_that_is_not_there():
    assert condition(None, KEYS) == ("attribute_not_exists(#k)", {"#k": "pk"}, {})


def test_an_item_of_a_key_alone():
    assert condition(KEY, KEYS) == ("attribute_exists(#k)", {"#k": "pk"}, {})


def test_each_attribute_beside_the_key_is_held_equal():
    found = condition(KEY | {"v": {"N": "1.50"}, "b": {"B": "AAE="}}, KEYS)
    assert found == ("#0=:0 AND #1=:1", {"#0": "v", "#1": "b"}, {":0": {"N": "1.50"}, ":1": {"B": "AAE="}})


def test_150_attributes_are_within_the_limits_of_dynamodb():
    found = condition(many(150), KEYS)
    assert (found.expression.count("="), found.expression.count("AND")) == (150, 149)
    assert len(found.expression) <= 4096
    assert unguarded(many(150), KEYS) == ""


def test_151_need_a_version():
    why = unguarded(many(151), KEYS)
    assert why.startswith(
        "it has 151 attributes beside its key, and a condition holds 150: name an attribute"
    )
    assert unguarded(many(151), KEYS, "v").endswith("it has no attribute v, which O(version_attribute) names")
    assert unguarded(many(151), KEYS, "pk").endswith(
        "it has no attribute pk, which O(version_attribute) names"
    )
    with pytest.raises(ValueError, match="151 attributes"):
        condition(many(151), KEYS)


def test_with_a_version_151_are_guarded_by_it_and_as_many_others_as_there_is_room_for():
    assert unguarded(many(151), KEYS, "a150") == ""
    found = condition(many(151), KEYS, "a150")
    assert found.names["#0"] == "a150"
    assert len(found.names) == len(found.values) == 150
