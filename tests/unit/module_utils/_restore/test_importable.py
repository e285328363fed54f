# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What of a backup ImportTable can take as it lies there."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore.importable import (
    Importable,
    importable,
)
from tests.unit.support import foreign

ITEMS = [{"id": {"S": "1"}}, {"id": {"S": "2"}}]


def looked_at(files: dict[str, bytes]) -> Importable | str:
    source = foreign.source(files)
    return importable(read.open_backup(source), source)


def test_an_export_with_its_manifest() -> None:
    files = foreign.export({"a.json.gz": (2, gzip.compress(foreign.export_lines(ITEMS)))})
    found = looked_at(files)
    assert isinstance(found, Importable), found
    assert (found.bucket, found.format, found.compression) == ("bucket", "DYNAMODB_JSON", "GZIP")
    assert found.prefix.startswith("place/")
    assert found.prefix.endswith("data/")


def test_lines_without_a_manifest() -> None:
    found = looked_at({"a.json": foreign.export_lines(ITEMS)})
    assert found == Importable("bucket", "place/", "DYNAMODB_JSON", "NONE")


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"a.txt": foreign.emr_lines(ITEMS)}, "does not read the format emr"),
        ({"a.json": foreign.export_lines(ITEMS), "_SUCCESS": b""}, "_SUCCESS lies beside its files"),
        ({"a.json": gzip.compress(foreign.export_lines(ITEMS))}, "not compressed alike, or not in a way"),
        (
            {
                "a.json": foreign.export_lines(ITEMS[:1]),
                "b.json.gz": gzip.compress(foreign.export_lines(ITEMS[1:])),
            },
            "not compressed alike",
        ),
    ],
)
def test_what_it_cannot_take(files: dict[str, bytes], why: str) -> None:
    found = looked_at(files)
    assert isinstance(found, str)
    assert why in found


def test_what_a_manifest_does_not_name_would_be_imported() -> None:
    source = foreign.source({"a.json": foreign.export_lines(ITEMS)})
    found = importable(replace(read.open_backup(source), left_over=3), source)
    assert isinstance(found, str)
    assert found.startswith("3 files lie there that the manifest does not name")
