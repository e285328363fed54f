# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Batches of a backup, taken in turn from its files."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load import batches
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load.batches import identity, in_turn
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.source import (
    UnreadableError,
)
from tests.unit.support import foreign

if TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.parts import Reading
    from tests.unit.support.items import Item


def items(count: int, start: int = 0) -> list[Item]:
    return [{"pk": {"S": f"A#{number}"}, "n": {"N": "1.50"}} for number in range(start, start + count)]


def export(*counts: int) -> Reading:
    return read.open_backup(
        foreign.source(
            foreign.export(
                {
                    f"{file:02}.json": (count, foreign.export_lines(items(count, file * 1000)))
                    for file, count in enumerate(counts)
                }
            )
        )
    )


def nothing(_file: str) -> int:
    return 0


def read_again(reading: Reading, written: Callable[[str], int | None] = nothing) -> list[Any]:
    return [json.loads(item)["Item"] for batch in in_turn(reading, written) for item in batch.items]


def by_key(found: list[Item]) -> list[Item]:
    return sorted(found, key=lambda item: str(item["pk"]["S"]))


@pytest.mark.parametrize("counts", [(0,), (1,), (25,), (26,), (0, 1, 25, 26, 50, 100)])
def test_every_item_is_there_once(counts: tuple[int, ...]) -> None:
    expected = [item for file, count in enumerate(counts) for item in items(count, file * 1000)]
    assert by_key(read_again(export(*counts))) == by_key(expected)


def test_a_batch_is_of_one_file_and_small_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_BYTES", 300)
    found = [batch for batch in in_turn(export(60, 7), nothing) if batch.items]
    assert all(len(batch.items) <= 25 and batch.bytes <= 300 for batch in found)
    lines = {
        file: [line for batch in found if batch.file == file for line in batch.lines]
        for file in {batch.file for batch in found}
    }
    assert sorted(lines.values(), key=len) == [list(range(1, 8)), list(range(1, 61))]


def test_an_item_beyond_the_limit_goes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_BYTES", 10)
    assert {len(batch.items) for batch in in_turn(export(3), nothing)} == {1}


def test_files_take_turns() -> None:
    order = [batch.file for batch in in_turn(export(*[200] * 8), nothing)]
    assert all(before != after for before, after in pairwise(order))
    assert len(set(order[:8])) == 8


def test_neighbours_in_the_manifest_are_not_read_beside_each_other() -> None:
    order = [batch.file[-7:-5] for batch in in_turn(export(*[1] * 64), nothing, at_once=4)]
    assert order != sorted(order)
    assert order == [batch.file[-7:-5] for batch in in_turn(export(*[1] * 64), nothing, at_once=4)]


def test_few_files_are_open_at_once() -> None:
    reading = export(*[60] * 20)
    opened: list[str] = []
    source = reading.parts[0].source  # type: ignore[attr-defined]
    watched = replace(source, open=lambda name: opened.append(name) or source.open(name))  # type: ignore[func-returns-value]
    parts = tuple(replace(part, source=watched) for part in reading.parts)  # type: ignore[type-var]
    ended = 0
    for batch in in_turn(replace(reading, parts=parts), nothing, at_once=4):
        ended += batch.ends
        assert len(opened) - ended <= 4
    assert len(opened) == 20


def test_what_is_written_is_left_out() -> None:
    reading = export(30, 40, 5)
    names = [part.name for part in reading.parts]
    written = {names[0]: 26, names[1]: None, names[2]: 0}
    found = read_again(reading, written.__getitem__)
    assert by_key(found) == by_key(items(4, 26) + items(5, 2000))


def test_a_file_that_was_read_to_its_end_is_not_opened_again() -> None:
    reading = export(3)
    assert read_again(reading, lambda _file: None) == []


@pytest.mark.parametrize(
    "files",
    [
        {"x.json": foreign.page(items(60))},
        foreign.dump(items(60), size=7),
        {"dump.tar.bz2": foreign.tarred(foreign.dump(items(60), folder="dump/t/"))},
        {"4e4f": foreign.emr_lines(items(60)), "manifest": foreign.emr_manifest(["4e4f"])},
        {"000000_0": foreign.hive_lines(items(60))},
    ],
    ids=["scan", "dynamodump", "archive", "emr", "hive"],
)
def test_other_formats(files: foreign.Files) -> None:
    reading = read.open_backup(foreign.source(files))
    assert not reading.passes_through
    assert by_key(read_again(reading)) == by_key(items(60))
    assert len(read_again(reading, lambda _file: 2)) == 60 - 2 * len(reading.parts)


def test_what_is_wrong_with_a_file_is_said_with_its_line() -> None:
    files = foreign.export({"aa.json": (1, foreign.export_lines(items(1)) + b"{}\n")})
    with pytest.raises(UnreadableError, match=r"aa\.json, line 2: it is no line"):
        read_again(read.open_backup(foreign.source(files)))


def test_what_needs_all_files_is_checked_only_when_all_are_read() -> None:
    pages = {
        "1.json": foreign.page(items(1), key=items(1)[0]),
        "2.json": foreign.page(items(1, 1), key=items(1)[0]),
    }
    reading = read.open_backup(foreign.source(pages))
    with pytest.raises(UnreadableError, match="it was not finished"):
        read_again(reading)
    assert len(read_again(reading, lambda file: None if file == "2.json" else 0)) == 1


def test_the_identity_is_that_of_the_files() -> None:
    assert identity(export(1, 2)) == identity(export(1, 2))
    assert len({identity(export(1, 2)), identity(export(2, 1)), identity(export(1, 2, 0))}) == 3
