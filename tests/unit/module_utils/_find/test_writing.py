# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import csv
import errno
import json
from typing import TYPE_CHECKING

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find import writing
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.writing import (
    File,
    Found,
    NotWrittenError,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import folder, read

if TYPE_CHECKING:
    from pathlib import Path

ITEMS = [
    {"id": {"S": "a"}, "line": {"N": "1.50"}, "note": {"S": 'with ", and\nlines'}},
    {"id": {"S": "=b"}, "line": {"N": "12345678901234567890123456789012345678"}, "Tags": {"SS": ["y", "x"]}},
    {"id": {"S": "c"}, "line": {"N": "3"}, "gone": {"NULL": True}, "map": {"M": {"ü": {"B": "AAE="}}}},
]
KEYS = ("id", "line")


def write(path: Path, columns: tuple[str, ...] = (), *, several: bool = False) -> None:
    with File(str(path), KEYS, columns, several=several) as file:
        for number, item in enumerate(ITEMS):
            file.add(Found(f"P{number}", f"2026-11-2{number}T00:00:00Z", item))


def write_broken(path: Path) -> None:
    with File(str(path), KEYS) as file:
        file.add(Found("P", "T", ITEMS[0]))
        file.add(Found("P", "T", {"id": object()}))


def full(_value: object) -> bytes:
    raise OSError(errno.ENOSPC, "No space left on device")


def names(place: Path) -> list[str]:
    return sorted(each.name for each in place.iterdir())


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_has_the_keys_first_and_every_value_exactly(tmp_path):
    write(path := tmp_path / "found.csv")
    assert path.read_text(encoding="utf-8").splitlines()[0] == "_point,_taken,id,line,Tags,gone,map,note"
    first, second, third = rows(path)
    assert (first["_point"], first["_taken"], first["note"]) == (
        "P0",
        "2026-11-20T00:00:00Z",
        'with ", and\nlines',
    )
    assert (first["line"], first["Tags"]) == ("1.5", "")
    assert (second["id"], second["line"]) == ("=b", "12345678901234567890123456789012345678")
    assert (second["Tags"], third["gone"], third["map"]) == ('["x","y"]', "null", '{"ü":"AAE="}')


def test_a_table_has_the_columns_that_were_asked_for(tmp_path):
    write(path := tmp_path / "found.csv", ("note", "id", "absent"))
    assert [list(each.values())[2:] for each in rows(path)] == [
        ['with ", and\nlines', "a", ""],
        ["", "=b", ""],
        ["", "c", ""],
    ]


def test_lines_of_one_point_are_those_of_an_export(tmp_path):
    write(path := tmp_path / "found.jsonl")
    place = tmp_path / "backup"
    place.mkdir()
    path.rename(place / "data.json")
    reading = read.open_backup(folder.folder_source(place))
    assert [each.item for each in reading.entries()] == ITEMS
    assert reading.format == "dynamodb_json"


def test_lines_of_several_points_tell_which(tmp_path):
    write(path := tmp_path / "found.jsonl", several=True)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [each["Item"] for each in lines] == ITEMS
    assert [(each["Point"], each["Taken"][:10]) for each in lines] == [
        ("P0", "2026-11-20"),
        ("P1", "2026-11-21"),
        ("P2", "2026-11-22"),
    ]


@pytest.mark.parametrize("name", ["found.csv", "found.jsonl"])
def test_nothing_found_is_a_file_without_items(tmp_path, name):
    path = tmp_path / name
    path.write_text("what was found before")
    with File(str(path), KEYS):
        pass
    assert path.read_text() == ("_point,_taken,id,line\n" if name.endswith("csv") else "")


@pytest.mark.parametrize("name", ["found.csv", "found.jsonl"])
def test_a_file_is_there_when_it_is_whole_and_for_its_owner_alone(tmp_path, name):
    path = tmp_path / name
    path.write_text("before")
    with pytest.raises(TypeError):
        write_broken(path)
    assert path.read_text() == "before"
    assert names(tmp_path) == [name]
    write(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == [name]


def test_too_many_columns_are_told_and_what_is_advised_works(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "MOST_COLUMNS", 4)
    path = tmp_path / "found.csv"
    with pytest.raises(
        NotWrittenError, match=r"more than 4 different attributes.*O\(columns\).*end in \.jsonl"
    ):
        write(path)
    assert names(tmp_path) == []
    write(path, ("id", "note"))
    write(tmp_path / "found.jsonl")
    assert names(tmp_path) == ["found.csv", "found.jsonl"]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(
        NotWrittenError, match=r"O\(file\): .*/none/found\.csv cannot be written: No such file"
    ):
        write(tmp_path / "none" / "found.csv")


@pytest.mark.parametrize("name", ["found.csv", "found.jsonl"])
def test_a_full_disk_is_told(tmp_path, monkeypatch, name):
    monkeypatch.setattr(writing, "dumps_sorted", full)
    with pytest.raises(NotWrittenError, match=r"cannot be written: the disk is full, in .*(TMPDIR|tmp\.$)"):
        write(tmp_path / name)
    assert names(tmp_path) == []
