# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How far files are written, whatever the order in which batches end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load.batches import Batch
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load.written import (
    OtherLoadError,
    Written,
)


def batch(file: str, count: int, *, ends: bool = False) -> Batch:
    return Batch(file, list(range(count)), [b"x"] * count, ends)


def document(**changes: Any) -> dict[str, Any]:
    written = Written("table-id", "backup-id")
    written.end("a", written.begin(batch("a", 25)))
    written.end("b", written.begin(batch("b", 3, ends=True)))
    written.spend(28.5)
    return {**json.loads(json.dumps(written.document())), **changes}


@given(st.data())
def test_only_what_has_nothing_unfinished_before_it_counts(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(1, 25), min_size=1, max_size=8))
    written = Written("table-id", "backup-id")
    begun = [
        written.begin(batch("a", size, ends=place == len(sizes) - 1)) for place, size in enumerate(sizes)
    ]
    done: set[int] = set()
    for place in data.draw(st.permutations(range(len(sizes)))):
        written.end("a", begun[place])
        done.add(place)
        first = next((each for each in range(len(sizes)) if each not in done), None)
        assert written.of("a") == (None if first is None else sum(sizes[:first]))
        assert written.items == written.bytes == sum(sizes[:first])


def test_a_journal_is_taken_up() -> None:
    written = Written("table-id", "backup-id")
    written.resume(document())
    assert (written.of("a"), written.of("b"), written.of("c")) == (25, None, 0)
    assert (written.items, written.bytes, written.units) == (28, 28, 28.5)
    assert written.document() == document()


def test_a_table_that_was_made_anew_is_filled_from_the_beginning() -> None:
    written = Written("table-id", "backup-id")
    written.resume(document(table="another"))
    assert (written.of("a"), written.of("b"), written.items) == (0, 0, 0)


@pytest.mark.parametrize("change", [{"backup": "another"}, {"version": 2}])
def test_the_journal_of_something_else(change: dict[str, Any]) -> None:
    with pytest.raises(OtherLoadError, match="Delete the table, and restore it again"):
        Written("table-id", "backup-id").resume(document(**change))


@pytest.mark.parametrize(
    "damaged",
    [
        [],
        "x",
        document(files=[]),
        document(files={"a": "x"}),
        document(whole=None),
        document(items="28"),
        document(units=None),
        {name: value for name, value in document().items() if name != "bytes"},
    ],
)
def test_a_journal_that_is_damaged(damaged: Any) -> None:
    with pytest.raises(OtherLoadError, match="Delete the table and the journal, and restore it again"):
        Written("table-id", "backup-id").resume(damaged)


def test_an_empty_file() -> None:
    written = Written("table-id", "backup-id")
    written.end("a", written.begin(batch("a", 0, ends=True)))
    assert (written.of("a"), written.items) == (None, 0)
