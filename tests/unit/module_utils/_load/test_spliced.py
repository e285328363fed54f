# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever the lines of a backup hold, a request puts as many items into one table as it has lines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items import strict_json
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load.apply_client import (
    beginning,
    spliced,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import (
    export,
    read,
    unparsed,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.parts import passed_through
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.source import (
    UnreadableError,
)
from tests.unit.support import foreign
from tests.unit.support.loading import EVERY_TYPE, TABLE, load, spelled
from tests.unit.support.table_stub import table_stub

A = '{"Item":{"id":{"S":"a"}}}'
# After each the request goes on as JSON, whoever writes the next line.
ATTACKS = [
    # Deletes from another table, puts into it, or asks for more in this one.
    A + '}],"orders":[{"DeleteRequest":{"Key":{"id":{"S":"orders-1"}}}',
    A + '}],"orders":[{"PutRequest":{"Item":{"id":{"S":"b"}}}',
    A + '},{"DeleteRequest":{"Key":{"id":{"S":"a"}}}',
    # "Request" is not needed: the next line comes with its own.
    A + '}],"orders":[{"x":{"y":{}}',
    A + '}],"orders":[{"\\u0044elete\\u0052equest":{"Key":{"id":{"S":"b"}}}',
    A + ' } ] ,\t"orders" : [ {"x":{"y":{}}',
    # Other parameters: the next line is lost in one that nobody knows.
    A + '}]},"ReturnItemCollectionMetrics":"SIZE","x":{"y":[{"z":{}}',
    A + '}]},"RequestItems":{"orders":[{"DeleteRequest":{"Key":{"id":{"S":"b"}}}',
    # More than an item.
    A[:-1] + ',"x":{"y":{}}}',
    A[:-1] + ',"Item":{"id":{"S":"b"}}}',
    A + ',"DeleteRequest":{"Key":{"id":{"S":"b"}}}',
    A + "," + A,
    A + "\r" + A,
    # Without braces one after another.
    '{"Item":{"a":"x"},"y":"2"},"z":{"w":{"v":{}}}',
    # A text that is open at its end, or was not begun.
    '{"Item":{"id":{"S":"a}}}',
    '{"Item":{"id":{"S":"a\\"}}}',
    # No JSON, which others read.
    '{"Item":{"id":{"S":"a"/*"}}}*/}}}',
    '{"Item":{"id":{"S":"a"}/**/}}',
    '{"Item":{"id":{"S":"a"}\'\'}}',
    "{'Item':{'id':{'S':'a'}}}",
    "\ufeff" + A,
    A + "\0",
]  # fmt: skip


def passed(*lines: bytes) -> list[bytes]:
    """Those that the loader would put into requests; UnreadableError at the first that it would not."""
    files = {"a.json": b"\n".join(lines) + b"\n"}
    (part,) = read.open_backup(foreign.source(files), export.FORMAT).parts
    return [line for _number, line in passed_through(part)]


def wanted(lines: list[bytes]) -> dict[str, Any]:
    puts = [{"PutRequest": {"Item": json.loads(line)["Item"]}} for line in lines]
    return {"RequestItems": {TABLE: puts}, "ReturnConsumedCapacity": "TOTAL"}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("before", [0, 1])
def test_lines_that_are_more_than_an_item(attack: str, before: int) -> None:
    with pytest.raises(UnreadableError, match=rf"a\.json, line {before + 1}: it is no line of a Dyn"):
        passed(*[A.encode()] * before, attack.encode())


@pytest.mark.parametrize(
    ("sound", "attack"),
    [
        (
            '{"Item":{"a":{"S":"b"},"c":{"L":[{"S":"d"}]}}}',
            '{"Item":{"a":{"S":"b"}}},{"c":{"L":[{"S":"d"}]}}',
        ),
        ('{"Item":{"a":{"L":[{"S":"b"}]}}}', '{"Item":{"a":{"L":[{"S"]:"b"}}}}'),
        (
            '{"Item":{"a":{"S":"b]}"},"c":{"L":[{"S":"[{d"}]}}}',
            '{"Item":{"a":{"S":"b"}}]},"c":{"L":[{"S":[{"d":{}}',
        ),
        (r'{"Item":{"a":{"S":"\"}},{"}}}', r'{"Item":{"a":{"S":"\n"}},{"}}}'),
        (r'{"Item":{"a":{"S":"\\"}}}', r'{"Item":{"a":{"S":"\\\"}}}'),
        (
            r'{"Item":{"a":{"S":"\"}}},{"},"b":{"S":"{\""}}}',
            r'{"Item":{"a":{"S":"\\"}}},{"x":{"b":{"S":"{\\"}}}',
        ),
        ('{"Item":{"a":{"S":"/**/"}}}', '{"Item":{"a":{"S":""/**/}}}'),
    ],
)
def test_lines_that_differ_little_from_one_that_is_sound(sound: str, attack: str) -> None:
    assert passed(sound.encode()) == [sound.encode()]
    with pytest.raises(UnreadableError, match=r"a\.json, line 2: it is no line of a Dyn"):
        passed(sound.encode(), attack.encode())


def test_lines_with_another_end_of_lines_vouch_for_none() -> None:
    shapes, line = unparsed.Shapes(), b'{"Item":{"id":{"S":"a"}\r}}'
    export.read_line(line)
    shapes.add(line)
    assert not shapes.vouch_for(line.replace(b"\r", b"//\r"))


@pytest.mark.parametrize("quote", [b"\xc0\xa2", b"\xe0\x80\xa2", b"\xf0\x80\x80\xa2", b"\xff", b"\xe2"])
def test_bytes_that_could_be_read_as_a_quote(quote: bytes) -> None:
    bad = A.encode().replace(b'"a"', b'"a' + quote + b'"')
    with pytest.raises(UnreadableError, match=r"a\.json, line 2: .* it is not UTF-8"):
        passed(A.encode(), bad)


TEXTS = st.text("{}[],:/*'#\r\" a\\é", max_size=6)
VALUES = st.recursive(
    st.fixed_dictionaries({"S": TEXTS}) | st.just({"BOOL": True}),
    lambda held: (
        st.fixed_dictionaries({"L": st.lists(held, max_size=3)})
        | st.fixed_dictionaries({"M": st.dictionaries(TEXTS, held, max_size=2)})
    ),
    max_leaves=4,
)
LINES = st.dictionaries(TEXTS, VALUES, min_size=1, max_size=3).map(
    lambda item: foreign.export_lines([item]).rstrip(b"\n")
)
PIECES = st.text("{}[]\",:\\/*' ab\r", min_size=1, max_size=4) | st.sampled_from(
    ["}}", "}}}", '"},"', '":{"', "}]}", "},{", '"Item":{', ',"x":{"y":{', '],"orders":[', ',"x":["y"']
)


@st.composite
def changed(draw: st.DrawFn, line: bytes) -> bytes:
    """A line with other characters in up to three places: of its shape in part, and sound in part."""
    text = line.decode()
    for _change in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(PIECES) + text[place + draw(st.integers(0, 4)) :]
    return text.encode()


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_line_that_passes_changes_the_request(data: st.DataObject) -> None:
    """A request is what it is to be, or it is no JSON, and then DynamoDB does nothing."""
    shapes, lines = unparsed.Shapes(), []
    for line in data.draw(st.lists(LINES, min_size=1, max_size=3)):
        for each in (line, *data.draw(st.lists(changed(line), max_size=4))):
            if not shapes.vouch_for(each):
                try:
                    export.read_line(each)
                except ValueError:
                    continue
                shapes.add(each)
            lines.append(each)
    body = spliced(beginning(TABLE), lines)
    try:
        found = json.loads(body)
    except json.JSONDecodeError:
        # One of them is none by itself, whose texts, braces and brackets are those of a line that is.
        assert not all(map(_is_json, lines))
        return
    assert found == wanted(lines)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


@settings(max_examples=100)
@example(A)
@given(LINES.map(bytes.decode))
def test_lines_of_exports_pass_unchanged(line: str) -> None:
    assert passed(line.encode(), line.encode()) == [line.encode()] * 2


def test_lines_of_a_shape_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = foreign.export_lines(
        [{"id": {"S": f'é\\n\\"{n}"\\'}, "n": {"N": str(n)}} for n in range(100)]
    ).split()
    parsed: list[bytes] = []
    loads = strict_json.loads

    def noted(text: bytes) -> Any:
        parsed.append(text)
        return loads(text)

    monkeypatch.setattr(strict_json, "loads", noted)
    assert passed(*lines) == lines
    assert lines[0] in parsed
    assert not set(lines[1:]) & set(parsed)


def test_few_shapes_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unparsed, "MOST_SHAPES", 2)
    monkeypatch.setattr(unparsed, "LONGEST_SHAPE", 60)
    shapes = unparsed.Shapes()
    lines = [b'{"Item":{%s}}' % b",".join([b'"a":{"S":""}'] * count) for count in (1, 2, 3, 10)]
    for line in lines:
        shapes.add(line)
    assert [shapes.vouch_for(line) for line in lines] == [False, False, True, False]


@pytest.mark.parametrize(
    "spell",
    [
        lambda item: json.dumps({"Item": item}),
        lambda item: json.dumps({"Item": item}, ensure_ascii=False) + " \t",
        lambda item: " " + foreign.compact({"Item": item}),
        lambda item: foreign.compact({"Item": item}) + "\r",
    ],
    ids=["spaces", "blank at the end", "blank before", "carriage return"],
)
def test_items_that_are_spelled_in_another_way_are_loaded(spell: Any) -> None:
    items = [{"pk": {"S": f"A#{number}"}, **EVERY_TYPE} for number in range(60)]
    files = {"a.json": "\n".join(map(spell, items)).encode()}
    with table_stub() as stub:
        assert load(stub.aws(), read.open_backup(foreign.source(files))).items == 60
        assert spelled(stub.items.values()) == spelled(items)
