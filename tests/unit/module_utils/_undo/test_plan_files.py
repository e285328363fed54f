# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import plan_files
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.change import Change, Planned
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.rule import CONFLICT, DELETE, PUT
from tests.unit.support.items import ITEMS
from tests.unit.support.undo_plans import planned, written


@given(st.lists(st.tuples(st.sampled_from([PUT, DELETE]), ITEMS, st.none() | ITEMS), max_size=8))
def test_files_hold_what_was_added_in_its_order(held):
    changes = [
        Planned(Change({"id": {"S": str(at)}}, old, new), action, new)
        for at, (action, old, new) in enumerate(held)
    ]
    files, contents = written(changes)
    found = [each for file in files for each in plan_files.planned_of(file, contents[file.key])]
    assert found == changes


def test_a_file_is_full_after_so_many_items_or_bytes(monkeypatch):
    monkeypatch.setattr(plan_files, "MOST_ITEMS", 3)
    files, contents = written([planned(PUT, str(at)) for at in range(7)])
    assert [each.items for each in files] == [3, 3, 1]
    assert [each.key[-14:] for each in files] == [f"{at:05d}.jsonl.gz" for at in range(3)]
    monkeypatch.setattr(plan_files, "MOST_BYTES", len(gzip.decompress(contents[files[0].key])) - 1)
    assert [each.items for each in written([planned(PUT, str(at)) for at in range(7)])[0]] == [2, 2, 2, 1]


def test_a_line_larger_than_a_file_has_one_of_its_own(monkeypatch):
    monkeypatch.setattr(plan_files, "MOST_BYTES", 1)
    assert [each.items for each in written([planned(PUT, "a"), planned(PUT, "b")])[0]] == [1, 1]


def test_files_are_the_same_bytes_whenever_they_are_written():
    changes = [planned(PUT), planned(CONFLICT, "b", "3")]
    assert written(changes) == written(changes)


def test_several_writers_do_not_write_the_same_file():
    kept = []
    for suffix in ("-0", "-1"):
        writer = plan_files.Parts(
            "undo/orders/x/", plan_files.PLAN, lambda file, _content: kept.append(file), suffix
        )
        writer.add(planned(PUT))
        writer.end()
    assert [each.key for each in kept] == [f"undo/orders/x/plan/00000-{number}.jsonl.gz" for number in (0, 1)]


def test_another_file_than_the_plan_names_is_refused_before_its_first_item():
    files, contents = written([planned(PUT), planned(DELETE, "b")])
    with pytest.raises(
        plan_files.PartError, match=r"plan/00000.jsonl.gz is not the file .* SHA-256 is another"
    ):
        plan_files.planned_of(files[0], contents[files[0].key] + b"\0")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (gzip.compress(b'{"Keys": {}}\n'), r"line 1: it cannot be read \(KeyError\('Digests'\)\)"),
        (gzip.compress(b"[]\n"), "line 1: it cannot be read"),
        (gzip.compress(b"{"), "line 1: it cannot be read"),
        (b"no gzip", "line 1: it cannot be read"),
        (gzip.compress(b"{}\n" * 99)[:-9], "line 1: it cannot be read"),
        (
            gzip.compress(b'{"Action": "conflict", "Digests": {}, "Keys": {}}\n'),
            "line 1: 'conflict' has no place in it",
        ),
        (
            gzip.compress(b'{"Action": "put", "Digests": {}, "Keys": {}}\n'),
            "has 1 items, and the plan says 2",
        ),
    ],
    ids=["no digests", "no object", "no JSON", "no gzip", "cut", "of another group", "fewer items"],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(content, told):
    ((file,), _contents) = written([planned(PUT), planned(DELETE, "b")])
    other = replace(file, sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(plan_files.PartError, match=told):
        list(plan_files.planned_of(other, content))
