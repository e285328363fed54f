# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Items of every type, written in every format, come back equal one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items.canonical import canonical
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import (
    documents,
    read,
    streams,
)
from tests.unit.support import foreign
from tests.unit.support.items import ITEMS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.support.foreign import Files
    from tests.unit.support.items import Item

    Write = Callable[[list[Item]], Files]

UUIDS = ["0f3c1a52-6a0e-4b43-9d0a-2d3a5d0c7b11", "92dd1414-a049-4c68-88fb-a23acd44907e"]


def _halves(
    items: list[Item], lines: Callable[[list[Item]], bytes], names: list[str], suffix: str = ""
) -> Files:
    middle = len(items) // 2
    parts = (items[:middle], items[middle:])
    return {
        f"{name}{suffix}": foreign.COMPRESS[suffix](lines(part))
        for name, part in zip(names, parts, strict=True)
    }


def _emr(generation: int, suffix: str, *, manifest: bool) -> Write:
    def write(items: list[Item]) -> Files:
        files = _halves(items, lambda part: foreign.emr_lines(part, generation=generation), UUIDS, suffix)
        return files | ({"manifest": foreign.emr_manifest(files)} if manifest else {}) | {"_SUCCESS": b""}

    return write


def _export(items: list[Item]) -> Files:
    files = _halves(items, foreign.export_lines, ["aa.json", "bb.json"], ".gz")
    middle = len(items) // 2
    counts = (middle, len(items) - middle)
    return foreign.export(
        {name: (count, held) for (name, held), count in zip(files.items(), counts, strict=True)}
    )


def _ion(items: list[Item]) -> Files:
    written = foreign.COMPRESS[".gz"](foreign.ion_lines(items))
    return foreign.export({"aa.ion.gz": (len(items), written)}, form="ION")


WRITERS: dict[str, tuple[str, Write]] = {
    **{
        f"emr {generation} {suffix} {manifest=}": ("emr", _emr(generation, suffix, manifest=manifest))
        for generation in (4, 5)
        for suffix in foreign.COMPRESS
        for manifest in (True, False)
    },
    "hive": ("hive", lambda items: _halves(items, foreign.hive_lines, ["000000_0", "000001_0"])),
    "hive bz2": (
        "hive",
        lambda items: _halves(items, foreign.hive_lines, ["0a-000000", "0a-000001"], ".bz2"),
    ),
    "export": ("dynamodb_json", _export),
    "export lines": ("dynamodb_json", lambda items: {"x.json": foreign.export_lines(items)}),
    "dynamodump": ("dynamodump", foreign.dump),
    "dynamodump tar": (
        "dynamodump",
        lambda items: {"orders.tar.bz2": foreign.tarred(foreign.dump(items, folder="dump/orders/"))},
    ),
    "dynamodump zip": (
        "dynamodump",
        lambda items: {"dump.zip": foreign.zipped(foreign.dump(items, folder="dump/orders/"))},
    ),
    "scan": ("scan", lambda items: {"orders.json": foreign.page(items, ConsumedCapacity=None)}),
    "scan on one line": ("scan", lambda items: {"orders.json": foreign.page(items, indent=None)}),
    "scan gz": ("scan", lambda items: {"orders.json.gz": foreign.COMPRESS[".gz"](foreign.page(items))}),
    "scan of Items only": ("scan", lambda items: {"orders.json": foreign.compact(items).encode()}),
    "scan lines": (
        "scan",
        lambda items: {"x": "".join(f"{foreign.compact(each)}\n" for each in items).encode()},
    ),
    "scan pages": (
        "scan",
        lambda items: {"1.json": foreign.page(items[:1], key=items[0]), "2.json": foreign.page(items[1:])},
    ),
    "scan pages in a file": (
        "scan",
        lambda items: {"1": foreign.page(items[:1], key=items[0]) + foreign.page(items[1:])},
    ),
}


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=15)
@given(items=st.lists(ITEMS, min_size=2, max_size=5))
def test_what_was_written_is_read(name: str, items: list[Item]) -> None:
    form, write = WRITERS[name]
    reading = read.open_backup(foreign.source(write(items)))
    entries = list(reading.entries())
    assert reading.format == form
    assert [entry.item for entry in entries] == items
    assert all(entry.file and entry.line for entry in entries)


@settings(max_examples=50)
@given(items=st.lists(ITEMS, min_size=1, max_size=5))
def test_ion_is_read_with_equal_numbers(items: list[Item]) -> None:
    reading = read.open_backup(foreign.source(_ion(items)))
    assert reading.format == "ion"
    assert [canonical(entry.item) for entry in reading.entries()] == [canonical(item) for item in items]


@settings(max_examples=50)
@given(items=st.lists(ITEMS, min_size=2, max_size=5), chunk=st.integers(1, 40))
def test_documents_are_read_whatever_the_chunks(items: list[Item], chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "CHUNK", chunk)
        found = read.open_backup(foreign.source({"orders.json": foreign.page(items)})).entries()
        assert [entry.item for entry in found] == items


@settings(max_examples=20)
@given(items=st.lists(ITEMS, min_size=2, max_size=5))
def test_lines_of_an_export_pass_through(items: list[Item]) -> None:
    reading = read.open_backup(foreign.source(_export(items)))
    lines = [line for _file, _number, line in reading.lines()]
    assert b"".join(line + b"\n" for line in lines) == foreign.export_lines(items)


@pytest.mark.parametrize(
    "name", [name for name in WRITERS if name.startswith(("emr", "hive", "scan", "dynamodump"))]
)
def test_other_lines_do_not(name: str) -> None:
    item: Item = {"pk": {"S": "1"}}
    reading = read.open_backup(foreign.source(WRITERS[name][1]([item, item])))
    with pytest.raises(read.UnreadableError, match="no lines that DynamoDB takes"):
        next(reading.lines())


@pytest.mark.parametrize("text", ["x" * 4097, "é" * 150_000, "\u2028" * 100_000])
@pytest.mark.parametrize("write", [_ion, _export, *(write for _form, write in WRITERS.values())])
def test_long_texts(write: Write, text: str) -> None:
    items: list[Item] = [{"pk": {"S": "1"}}, {"pk": {"S": "2"}, "t": {"S": text}}]
    assert [entry.item for entry in read.open_backup(foreign.source(write(items))).entries()] == items


def test_binary_of_400_kb_in_ion() -> None:
    items: list[Item] = [{"pk": {"S": "1"}, "b": {"B": "AAAA" * 136_000}}]
    assert [entry.item for entry in read.open_backup(foreign.source(_ion(items))).entries()] == items


def test_a_line_may_not_be_longer_than_any_item() -> None:
    content = b'{"Item":{"pk":{"S":"1"}}}\n{"Item":' + b" " * streams.LONGEST
    with pytest.raises(read.UnreadableError, match=r"x, line 2: it is longer than 8 MiB"):
        list(read.open_backup(foreign.source({"x": content})).entries())
