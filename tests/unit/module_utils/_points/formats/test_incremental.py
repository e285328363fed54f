# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Incremental exports: what each line tells, which files are whose, and what is refused."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import export, incremental
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.incremental import Changed
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.source import (
    UnreadableError,
)
from tests.unit.support import foreign

FOLDER = "AWSDynamoDB/01700001000000-0badcafe"
# Such a line, for an item with a key alone, as AWS's own reader of these files takes it.
REAL = (
    b'{"Metadata":{"WriteTimestampMicros":{"N":"1700000000000000"}},"Keys":{"pk":{"S":"A#1"}},'
    b'"OldImage":{"pk":{"S":"A#1"},"v":{"N":"1"}},"NewImage":{"pk":{"S":"A#1"},"v":{"N":"2"}}}\n'
)


def _item(key: str, value: str) -> dict[str, Any]:
    return {"pk": {"S": key}, "v": {"N": value}}


def _key(key: str) -> dict[str, Any]:
    return {"pk": {"S": key}}


INSERTED = {"keys": _key("b"), "NewImage": _item("b", "1"), "micros": 7}
DELETED = {"keys": _key("c"), "OldImage": _item("c", "1"), "micros": 8}


def _whole(lines: bytes = REAL, count: int | None = None, **more: object) -> dict[str, bytes]:
    items = lines.count(b"\n") if count is None else count
    return foreign.incremental({"aa.json.gz": (items, gzip.compress(lines))}, **more)


def _refusal(files: dict[str, bytes]) -> str:
    with pytest.raises(UnreadableError) as refused:
        list(incremental.with_manifest(foreign.source(files), FOLDER).entries())
    return str(refused.value)


def test_each_line_tells_the_states_before_and_after() -> None:
    files = foreign.incremental(
        {
            "aa.json.gz": (1, gzip.compress(REAL)),
            "bb.json.gz": (2, gzip.compress(foreign.change_lines([INSERTED, DELETED]))),
            "cc.json.gz": (0, b""),
        }
    )
    found = incremental.with_manifest(foreign.source(files), FOLDER)
    first, second, third = found.entries()
    data = "AWSDynamoDB/data/"
    assert first == Changed(
        _key("A#1"), _item("A#1", "1"), _item("A#1", "2"), 1_700_000_000_000_000, f"{data}aa.json.gz", 1
    )
    assert second == Changed(_key("b"), None, _item("b", "1"), 7, f"{data}bb.json.gz", 1)
    assert third == Changed(_key("c"), _item("c", "1"), None, 8, f"{data}bb.json.gz", 2)
    assert (found.begin, found.end) == (
        datetime(2023, 11, 14, 22, tzinfo=UTC),
        datetime(2023, 11, 14, 22, 20, tzinfo=UTC),
    )
    assert (found.items, found.billed_bytes, found.view) == (3, 10_000_000, "NEW_AND_OLD_IMAGES")
    assert found.export_arn == f"{found.table_arn}/export/{FOLDER.rpartition('/')[2]}"
    assert found.table_id == "12345678-1234-1234-1234-123456789012"
    assert found.notes == ()


def test_several_windows_share_a_folder_for_their_data() -> None:
    other = foreign.incremental(
        {"bb.json.gz": (1, gzip.compress(foreign.change_lines([INSERTED])))}, export="01700002000000-00000001"
    )
    leftover = {"AWSDynamoDB/data/of-a-failed-one.json.gz": b"cut"}
    place = foreign.source(_whole() | other | leftover)
    folders = incremental.exports(place)
    assert folders == [FOLDER, "AWSDynamoDB/01700002000000-00000001"]
    keys = [[each.keys for each in incremental.with_manifest(place, folder).entries()] for folder in folders]
    assert keys == [[_key("A#1")], [_key("b")]]


def test_one_that_was_copied_with_its_data_below_it() -> None:
    files = {name.replace("AWSDynamoDB/data/", f"{FOLDER}/data/"): held for name, held in _whole().items()}
    within = foreign.source(files).below(FOLDER)
    assert incremental.exports(within) == [""]
    (found,) = incremental.with_manifest(within).entries()
    assert found.file == "data/aa.json.gz"


def test_new_images_alone() -> None:
    deleted = foreign.change_lines([{"keys": _key("a")}])
    (found,) = incremental.with_manifest(
        foreign.source(_whole(deleted, outputView="NEW_IMAGE")), FOLDER
    ).entries()
    assert (found.keys, found.old, found.new) == (_key("a"), None, None)


def test_keys_are_compared_by_value() -> None:
    told = {"keys": {"n": {"N": "1"}}, "NewImage": {"n": {"N": "1.0"}}}
    (found,) = incremental.with_manifest(
        foreign.source(_whole(foreign.change_lines([told]))), FOLDER
    ).entries()
    assert found.new == {"n": {"N": "1.0"}}


def test_without_a_checksum_that_is_said() -> None:
    files = {name: held for name, held in _whole().items() if not name.endswith("summary.md5")}
    found = incremental.with_manifest(foreign.source(files), FOLDER)
    (note,) = found.notes
    assert note.startswith(f"There is no {FOLDER}/manifest-summary.md5: whether")


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (_whole(exportType="FULL_EXPORT"), "it is no incremental export, but of the type FULL_EXPORT"),
        (_whole(outputFormat="ION"), "it has the format ION: export it again as DYNAMODB_JSON"),
        (_whole(outputView="OLD_IMAGE"), "it has the unknown view OLD_IMAGE"),
        (_whole(exportToTime=None), "manifest-summary.json: it cannot be read (TypeError"),
        (_whole(exportFromTime="2023-11-14T22:00:00"), "has no time zone"),
        (_whole(itemCount=2), "it says that there are 2 items, and its files have 1"),
        (_whole(count=2), "data/aa.json.gz: it holds 1 items, and the manifest says 2"),
        (
            _whole() | {f"{FOLDER}/manifest-summary.json": b"[]"},
            "manifest-summary.json: it is not the manifest",
        ),
        (
            _whole() | {"AWSDynamoDB/data/aa.json.gz": gzip.compress(REAL.replace(b'"2"', b'"3"'))},
            "data/aa.json.gz: it is not the file that was written: its MD5 is another",
        ),
        (
            _whole() | {"AWSDynamoDB/data/aa.json.gz": gzip.compress(REAL)[:-4]},
            "aa.json.gz, line 1: it is cut",
        ),
        (_whole() | {"AWSDynamoDB/data/aa.json.gz": b""}, "it is empty, and the manifest says 1 items"),
        (
            {name: held for name, held in _whole().items() if "/data/" not in name},
            "manifest-files.json: it names a file that is not there: data/aa.json.gz",
        ),
        (
            {name: held for name, held in _whole().items() if "manifest-files" not in name},
            f"{FOLDER}/manifest-files.json: it is not there: the export was not copied whole",
        ),
    ],
)
def test_what_is_not_whole(files: dict[str, bytes], why: str) -> None:
    assert why in _refusal(files)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"Item":{"pk":{"S":"a"}}}', 'it is not {"Metadata": ..., "Keys": ...'),
        (b"[]", 'it is not {"Metadata": ..., "Keys": ...'),
        (REAL.replace(b"NewImage", b"NewerImage").strip(), 'it is not {"Metadata": ..., "Keys": ...'),
        (REAL.replace(b'"Keys":{"pk":{"S":"A#1"}}', b'"Keys":{}').strip(), "it is not an item"),
        (REAL.replace(b'"Keys":{"pk":{"S":"A#1"}}', b'"Keys":{"pk":{"S":"A#2"}}').strip(), "has other keys"),
        (REAL.replace(b'"Keys":{"pk"', b'"Keys":{"pq"').strip(), "its OldImage has other keys than its Keys"),
        (REAL.replace(b'"N":"2"', b'"N":"x"').strip(), "its NewImage: the attribute 'v' is no number"),
        (REAL.replace(b'"NewImage":{', b'"NewImage":null,"x":{').strip(), 'it is not {"Metadata"'),
        (REAL.replace(b"WriteTimestampMicros", b"Written").strip(), "does not tell the time of its write"),
        (REAL.replace(b'"1700000000000000"', b'"soon"').strip(), "does not tell the time of its write"),
        (foreign.change_lines([{"keys": _key("a")}]).strip(), "it has neither an OldImage nor a NewImage"),
        (
            REAL.replace(b'"v":{"N":"2"}', b'"v":{"N":"2"},"v":{"N":"3"}').strip(),
            "the member 'v' is there twice",
        ),
    ],
)
def test_a_line_that_is_no_change(line: bytes, why: str) -> None:
    said = _refusal(_whole(REAL + line + b"\n"))
    assert said.startswith("AWSDynamoDB/data/aa.json.gz, line 2: ")
    assert why in said


def test_a_change_is_no_item() -> None:
    (part,) = incremental.with_manifest(foreign.source(_whole()), FOLDER).parts
    with pytest.raises(UnreadableError, match="it is a change of an item, and no item"):
        list(part.entries())


def test_an_export_with_a_filter_is_read_by_who_asked_for_it() -> None:
    item = foreign.export_lines([_item("a", "1")])
    files = foreign.export({"aa.json.gz": (1, gzip.compress(item))}, filterSpecification={"x": "y"})
    within = foreign.source(files).below("AWSDynamoDB/01645072900758-ee1232a3")
    with pytest.raises(UnreadableError, match="it was exported with a filter"):
        export.with_manifest(within)
    assert [each.item for each in export.with_manifest(within, filter_asked=True).entries()] == [
        _item("a", "1")
    ]
