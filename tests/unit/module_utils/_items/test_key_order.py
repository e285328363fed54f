# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import base64
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items.key_order import key_order
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items.size import BadItemError
from tests.unit.support.items import TEXT, numbers

NAMES = ("pk", "sk")


def order(kind, held):
    return key_order({"pk": {"S": "a"}, "sk": {kind: held}}, NAMES)


@given(numbers(), numbers())
@example("1", "10")
@example("-1", "-10")
@example("-1.05", "-1.5")
@example("0.001", "0.01")
@example("-0", "0.0")
@example("1E-130", "-9.9E125")
@example("12", "12.5")
@example("-12", "-12.5")
def test_numbers_are_in_the_order_of_their_values(one, other):
    smaller, larger = Decimal(one), Decimal(other)
    assert (order("N", one) < order("N", other)) == (smaller < larger)
    assert (order("N", one) == order("N", other)) == (smaller == larger)


@given(TEXT, TEXT)
def test_text_is_in_the_order_of_its_bytes(one, other):
    assert (order("S", one) < order("S", other)) == (one.encode() < other.encode())


@given(st.binary(), st.binary())
def test_binary_values_are_in_the_order_of_their_bytes(one, other):
    first, second = (base64.b64encode(each).decode() for each in (one, other))
    assert (order("B", first) < order("B", second)) == (one < other)


def test_items_of_a_partition_key_are_together_however_it_is_spelled():
    keys = [{"pk": {"N": held}, "sk": {"S": "x"}} for held in ("1", "1.0", "2")]
    assert key_order(keys[0], NAMES) == key_order(keys[1], NAMES)
    assert key_order(keys[0], NAMES)[0] != key_order(keys[2], NAMES)[0]
    assert key_order({"pk": {"S": "a"}}, NAMES[:1])[1] == b""


@pytest.mark.parametrize(("held", "error"), [({"SS": ["a"]}, BadItemError), (None, KeyError)])
def test_what_no_key_can_be(held, error):
    with pytest.raises(error):
        key_order({"pk": {"S": "a"}} | ({"sk": held} if held else {}), NAMES)
