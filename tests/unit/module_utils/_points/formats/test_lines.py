# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A line that DynamoDB would not take is refused with its file and its number, in every format."""

from __future__ import annotations

import gzip
import sys
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import check, read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.source import (
    UnreadableError,
)
from tests.unit.support import foreign
from tests.unit.support.foreign import refusal

ITEMS: list[dict[str, Any]] = [{"pk": {"S": f"A#{number}"}, "n": {"N": str(number)}} for number in range(5)]
LINES = foreign.export_lines(ITEMS)
WHOLE = foreign.export({"aa.json.gz": (5, gzip.compress(LINES))})
EMR = foreign.emr_lines(ITEMS)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"Item":{"pk":{"S":"\xff"}}}', "it is not UTF-8 (byte 21)"),
        (b'{"Item":{"pk":{"S":"\\ud800"}}}', "half of a surrogate pair"),
        (b'{"Item":{"pk":{"N":NaN}}}', "NaN is no JSON"),
        (b'{"Item":{"pk":{"S":"1"},"pk":{"S":"2"}}}', "the member 'pk' is there twice"),
        (b'{"Item":{"m":{"M":{"a":{"S":"1"},"a":{"S":"1"}}}}}', "the member 'a' is there twice"),
        (b'{"Item":{"pk":{"S":"1"}},"Item":{"pk":{"S":"2"}}}', "the member 'Item' is there twice"),
        (b'{"Item":{"pk":{"S":"1"}}', "it is not JSON"),
        (b'{"Item":{"pk":{"s":"1"}}}', "the attribute 'pk' has the unknown type 's'"),
        (b'{"Item":{"pk":{"X":"1"}}}', "the attribute 'pk' has the unknown type 'X'"),
        (b'{"Item":{"pk":{}}}', "the attribute 'pk' does not have exactly one type with a value"),
        (b'{"Item":{"l":{"L":[{}]}}}', "the attribute 'l' does not have exactly one type with a value"),
        (b'{"Item":{"pk":{"S":"1","N":"1"}}}', "does not have exactly one type"),
        (b'{"Item":{}}', "it is not an item"),
        (b'{"Item":{"":{"S":"1"}}}', "empty name"),
        (b'{"Item":{"s":{"SS":[]}}}', "has an empty set"),
        (b'{"Item":{"s":{"SS":["a","a"]}}}', "has a set with the same value twice"),
        (b'{"Item":{"s":{"NS":["1","1.0"]}}}', "has a set with the same value twice"),
        (b'{"Item":{"s":{"BS":["QQ==","QQ=="]}}}', "has a set with the same value twice"),
        (b'{"Item":{"n":{"N":"1234567890123456789012345678901234567890"}}}', "more than 38 digits"),
        (b'{"Item":{"n":{"N":"1E126"}}}', "outside of 1E-130"),
        (b'{"Item":{"n":{"N":"1E-131"}}}', "outside of 1E-130"),
        *(
            (f'{{"Item":{{"n":{{"N":"{text}"}}}}}}'.encode(), "is no number")
            for text in ("", "x", "NaN", "Infinity", " 1", "1_0", "\u0661", "0x1")
        ),
        (b'{"Item":{"n":{"N":1}}}', "a number that is not written as text"),
        (b'{"Item":{"s":{"S":1}}}', "no text where its type asks for text"),
        (b'{"Item":{"b":{"B":"A"}}}', "no base64"),
        (b'{"Item":{"b":{"B":"AA=A"}}}', "no base64"),
        (b'{"Item":{"b":{"BOOL":"true"}}}', "a BOOL that is neither"),
        (b'{"Item":{"b":{"NULL":false}}}', "a NULL that is not true"),
        (b'{"Item":{"b":{"M":[]}}}', "a map that is none"),
        (b'{"Item":{"b":{"L":{}}}}', "a list that is none"),
        (
            b'{"Item":{"pk":{"S":"' + b"x" * 409_599 + b'"}}}',
            "the item has 409,601 bytes, and DynamoDB takes 409,600",
        ),
        (b'{"Item":{"l":' + b'{"L":[' * 33 + b"]}" * 33 + b"}}", "nested deeper than the 32 levels"),
        (b'{"Item":{"l":' + b'{"L":[' * 5000 + b"]}" * 5000 + b"}}", "nested"),
        (b'{"Keys":{"pk":{"S":"1"}},"NewImage":{"pk":{"S":"1"}}}', "it is an incremental export"),
    ],
)
@pytest.mark.parametrize("fast", [True, False])
def test_what_dynamodb_would_not_take(
    line: bytes, why: str, *, fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same with and without orjson."""
    if not fast:
        monkeypatch.setattr(f"{read.__name__.rsplit('._points', 1)[0]}._items.strict_json.HAS_ORJSON", False)
    packed = gzip.compress(LINES + line + b"\n")
    said = refusal(foreign.export({"aa.json.gz": (6, packed)}))
    assert said.startswith("data/aa.json.gz, line 6: ")
    assert why in said


@pytest.mark.parametrize("value", ["[]", "{}", '{"s":"1","s":"2"}', '{"nul":true}', '{"sS":[]}'])
def test_the_same_of_emr_and_hive(value: str) -> None:
    assert refusal({"a": EMR + f'{{"x":{value}}}\n'.encode()}).startswith("a, line 6: ")
    assert refusal({"a": foreign.hive_lines(ITEMS) + f"x\x03{value}\n".encode()}).startswith("a, line 6: ")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"$ion_1_0 {Item:{a:1e5}}", "a type that DynamoDB's exports do not have (float)"),
        (b"$ion_1_0 {Item:{a:1.,a:2.}}", "the member 'a' is there twice"),
        (b"$ion_1_0 {Item:{a:x::[1.]}}", "the unknown annotation 'x'"),
        (b'$ion_1_0 {Item:{a:$dynamodb_NS::["x"]}}', "a set of the type NS has a value of another"),
        (b"$ion_1_0 {Item:{a:2020-01-01T}}", "a type that DynamoDB's exports do not have"),
        (b"$ion_1_0 {Item:{a:null.string}}", "a type that DynamoDB's exports do not have"),
        (b"$ion_1_0 {Keys:{a:1.}}", "it is not {Item:{...}}"),
        (b"$ion_1_0 {Item:{a:", "it is not Ion"),
        (b"$ion_1_0 {Item:{a:1.}} {Item:{a:1.}}", "it is not Ion"),
    ],
)
def test_ion_that_is_no_item(line: bytes, why: str) -> None:
    said = refusal({"a.ion": foreign.ion_lines(ITEMS) + line + b"\n"})
    assert said.startswith("a.ion, line 6: ")
    assert why in said


def test_ion_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "amazon.ion.simpleion", None)
    assert "install the Python package amazon.ion" in refusal({"a.ion": foreign.ion_lines(ITEMS)})


KEYS = {"pk": "S", "n": "N"}


def test_the_keys_of_a_table() -> None:
    assert check.checked(read.open_backup(foreign.source(WHOLE)), KEYS).items == 5
    assert check.checked(read.open_backup(foreign.source({"a": EMR, "b": EMR}))).items == 10


@pytest.mark.parametrize(
    ("line", "keys", "why"),
    [
        (
            b'{"pk":{"s":"A#3"},"n":{"n":"3.0"},"x":{"s":"y"}}',
            KEYS,
            "b, line 1: its key is there twice: also in a, line 4",
        ),
        (
            b'{"pk":{"s":"B"}}',
            KEYS,
            "b, line 1: it has no attribute 'n' of the type N, which is a key of the table",
        ),
        (b'{"pk":{"n":"1"}}', {"pk": "S"}, "b, line 1: it has no attribute 'pk' of the type S"),
        (b'{"pk":{"s":""}}', {"pk": "S"}, "b, line 1: its key 'pk' is empty"),
        (
            b'{"pk":{"s":"' + b"x" * 2049 + b'"}}',
            {"pk": "S"},
            "b, line 1: its key 'pk' has more than 2,048 bytes",
        ),
    ],
)
def test_items_that_do_not_fit_the_table(line: bytes, keys: dict[str, str], why: str) -> None:
    reading = read.open_backup(foreign.source({"a": EMR, "b": line + b"\n"}))
    with pytest.raises(UnreadableError) as refused:
        check.checked(reading, keys)
    assert why in str(refused.value)
