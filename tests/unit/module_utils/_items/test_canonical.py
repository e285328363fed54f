# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Equal items have equal digests, whatever the order and the spelling, and others have not."""

from __future__ import annotations

import base64
import random
from decimal import Context
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items import strict_json
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items.canonical import (
    canonical,
    content_digest,
    key_digest,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items.numbers import (
    BadNumberError,
    digits,
    normal,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items.size import MOST_BYTES, item_size
from tests.unit.support.items import ITEMS, VALUES, numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.support.items import Item


def _shuffled(value: Any, chance: random.Random) -> Any:
    """The same value in another order, with its numbers spelled otherwise."""
    ((kind, held),) = value.items()
    if kind == "M":
        names = chance.sample(sorted(held), len(held))
        return {kind: {name: _shuffled(held[name], chance) for name in names}}
    if kind == "L":
        return {kind: [_shuffled(each, chance) for each in held]}
    if kind in {"SS", "BS"}:
        return {kind: chance.sample(held, len(held))}
    if kind == "NS":
        return {kind: [f"0{each}.0" if each.isdigit() else each for each in chance.sample(held, len(held))]}
    return {kind: f"{held}E0" if kind == "N" and "E" not in held else held}


@settings(max_examples=60)
@given(item=ITEMS, seed=st.integers())
def test_equal_items(item: Item, seed: int) -> None:
    chance = random.Random(seed)
    other = {name: _shuffled(item[name], chance) for name in chance.sample(sorted(item), len(item))}
    assert canonical(item) == canonical(other)
    assert content_digest(item) == content_digest(other)
    assert item_size(item) == item_size(other)


@settings(max_examples=60)
@given(one=ITEMS, other=ITEMS)
def test_other_items(one: Item, other: Item) -> None:
    assert (content_digest(one) == content_digest(other)) == (canonical(one) == canonical(other))


def _meant(value: dict[str, Any]) -> Any:
    """What a value means to DynamoDB: numbers by value, sets without order, binary as bytes."""
    ((kind, held),) = value.items()
    if kind == "M":
        return kind, frozenset((name, _meant(each)) for name, each in held.items())
    if kind == "L":
        return kind, tuple(_meant(each) for each in held)
    one: dict[str, Callable[[Any], Any]] = {"N": Fraction, "B": base64.b64decode}
    if kind in {"SS", "NS", "BS"}:
        return kind, frozenset(one.get(kind[0], str)(each) for each in held)
    return kind, one.get(kind, str)(held)


def _one_other(value: dict[str, Any], chance: random.Random, other: dict[str, Any]) -> dict[str, Any]:
    """The value with another somewhere in it."""
    ((kind, held),) = value.items()
    if kind not in {"M", "L"} or not held or chance.random() < 0.2:
        return other
    held = held.copy()
    at = chance.choice(sorted(held)) if kind == "M" else chance.randrange(len(held))
    held[at] = _one_other(held[at], chance, other)
    return {kind: held}


@settings(max_examples=400)
@given(value=VALUES, other=VALUES, seed=st.integers())
def test_equal_if_dynamodb_says_so(value: dict[str, Any], other: dict[str, Any], seed: int) -> None:
    chance = random.Random(seed)
    changed = _one_other(value, chance, other)
    equal = content_digest({"v": value}) == content_digest({"v": changed})
    assert equal == (_meant(value) == _meant(changed))
    nested = {"L": [value, {"M": {"v": value}}]}
    shuffled = _shuffled(nested, chance)
    assert content_digest({"v": nested}) == content_digest({"v": shuffled})
    assert _meant(nested) == _meant(shuffled)


NUMBERS = st.one_of(numbers(), st.integers(-20, 20).map(lambda n: f"{n}.0"), st.integers(-20, 20).map(str))


@settings(max_examples=400)
@given(one=NUMBERS, other=NUMBERS)
def test_numbers_are_equal_by_value(one: str, other: str) -> None:
    equal = Fraction(one) == Fraction(other)
    for kind, these, those in (("N", one, other), ("NS", [one], [other])):
        digests = {content_digest({"v": {"L": [{kind: each}]}}) for each in (these, those)}
        assert (len(digests) == 1) == equal


@given(one=st.binary(max_size=5), other=st.binary(max_size=5))
def test_binary_is_equal_by_bytes(one: bytes, other: bytes) -> None:
    texts = [base64.b64encode(each).decode() for each in (one, other)]
    digests = {content_digest({"v": {"B": each}}) for each in texts}
    assert (len(digests) == 1) == (one == other)


@settings(max_examples=60)
@given(item=ITEMS)
def test_the_same_without_orjson(item: Item) -> None:
    assert strict_json.HAS_ORJSON
    with pytest.MonkeyPatch.context() as patch:
        fast = canonical(item)
        patch.setattr(strict_json, "HAS_ORJSON", False)
        assert canonical(item) == fast


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({"N": "1.50"}, {"N": "15E-1"}, True),
        ({"N": "-0"}, {"N": "0.00"}, True),
        ({"N": "1E125"}, {"N": "1" + "0" * 125}, True),
        ({"N": "1" * 37 + "2"}, {"N": "1" * 37 + "3"}, False),
        ({"N": "1"}, {"S": "1"}, False),
        ({"NS": ["1", "2"]}, {"NS": ["2.0", "1.0"]}, True),
        ({"L": [{"N": "1"}, {"N": "2"}]}, {"L": [{"N": "2"}, {"N": "1"}]}, False),
        ({"SS": ["a", "b"]}, {"SS": ["b", "a"]}, True),
        ({"SS": ["a"]}, {"L": [{"S": "a"}]}, False),
        ({"B": "QQ=="}, {"B": "QR=="}, True),  # the same byte: the bits after it mean nothing
        ({"B": "QUE="}, {"B": "QUF="}, True),
        ({"B": "QQ=="}, {"B": "QUE="}, False),
        ({"B": "QUFB"}, {"B": "QUFC"}, False),
        ({"BS": ["QQ==", "AA=="]}, {"BS": ["AB==", "QR=="]}, True),
        ({"S": "QQ=="}, {"S": "QR=="}, False),
        ({"S": '"N":"1.0"'}, {"S": '"N":"1"'}, False),
        ({"S": '"SS":["b","a"]'}, {"S": '"SS":["a","b"]'}, False),
        ({"SS": ['","', 'a"]', "]"]}, {"SS": ["]", '","', 'a"]']}, True),
        ({"SS": ["\\", '\\"']}, {"SS": ['\\"', "\\"]}, True),
        ({"M": {"N": {"N": "1.0"}, "SS": {"L": []}}}, {"M": {"SS": {"L": []}, "N": {"N": "1"}}}, True),
        ({"N": "0.10"}, {"N": ".1"}, True),
        ({"N": "1E-130"}, {"N": "0." + "0" * 129 + "1"}, True),
        ({"N": "+7"}, {"N": "007"}, True),
        ({"N": "10"}, {"N": "1"}, False),
        ({"NULL": True}, {"BOOL": True}, False),
        ({"M": {}}, {"L": []}, False),
    ],
)
def test_values(one: dict[str, Any], other: dict[str, Any], *, equal: bool) -> None:
    assert (content_digest({"a": one}) == content_digest({"a": other})) == equal
    assert (content_digest({"a": {"M": {"b": one}}}) == content_digest({"a": {"M": {"b": other}}})) == equal


def test_key_digest() -> None:
    item = {"v": {"S": "x"}, "sk": {"N": "2.0"}, "pk": {"S": "A"}}
    assert key_digest(item, ["pk", "sk"]) == key_digest({"pk": {"S": "A"}, "sk": {"N": "2"}}, ["pk", "sk"])
    assert key_digest(item, ["pk"]) != key_digest(item, ["pk", "sk"])
    with pytest.raises(KeyError):
        key_digest(item, ["id"])


def test_digests_stay_what_they_are() -> None:
    """They may be kept in files: another digest would be another format."""
    item = {"pk": {"S": "A#1"}, "n": {"N": "12.50"}, "b": {"B": "AAH/"}, "s": {"SS": ["y", "x"]}}
    assert canonical(item) == b'{"b":{"B":"AAH/"},"n":{"N":"12.5"},"pk":{"S":"A#1"},"s":{"SS":["x","y"]}}'
    assert content_digest(item).hex() == "67356be7a9e522bc7b0f9983e6270476"


@given(text=numbers())
def test_normal_numbers(text: str) -> None:
    exact = Context(prec=200)
    assert exact.create_decimal(normal(text)) == exact.create_decimal(text)
    assert normal(normal(text)) == normal(text)
    assert digits(text) <= 38
    assert "E" not in normal(text)


@pytest.mark.parametrize(
    "text", ["", ".", "-", "1e", "1_0", " 1", "1 ", "NaN", "inf", "1E126", "1E-131", "1" * 39, "\u0661"]
)
def test_numbers_that_are_none(text: str) -> None:
    with pytest.raises(BadNumberError):
        digits(text)


# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": ""}, 0),
        ({"S": "aé"}, 3),
        ({"N": "0"}, 1),
        ({"N": "100"}, 2),
        ({"N": "-123.40"}, 3),
        ({"N": "1E125"}, 2),
        ({"N": "1" * 38}, 20),
        ({"B": base64.b64encode(b"abc").decode()}, 3),
        ({"NULL": True}, 1),
        ({"BOOL": False}, 1),
        ({"SS": ["a", "bc"]}, 3),
        ({"NS": ["1", "23"]}, 4),
        ({"BS": ["QQ==", ""]}, 1),
        ({"L": []}, 3),
        ({"M": {}}, 3),
        ({"L": [{"S": "ab"}, {"NULL": True}]}, 3 + 1 + 2 + 1 + 1),
        ({"M": {"k": {"S": "ab"}}}, 3 + 1 + 1 + 2),
    ],
)
def test_sizes(value: dict[str, Any], size: int) -> None:
    assert item_size({"name": value}) == 4 + size


def test_an_item_of_400_kb_is_taken() -> None:
    assert item_size({"pk": {"S": "x" * (MOST_BYTES - 2)}}) == MOST_BYTES
