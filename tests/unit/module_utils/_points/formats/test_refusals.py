# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is not whole, not sound or not a backup is refused before anything is written, with file and line."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import check, read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.source import (
    UnreadableError,
)
from tests.unit.support import foreign
from tests.unit.support.foreign import refusal

Files = dict[str, bytes]
ITEMS: list[dict[str, Any]] = [{"pk": {"S": f"A#{number}"}, "n": {"N": str(number)}} for number in range(5)]
LINES = foreign.export_lines(ITEMS)
PACKED = gzip.compress(LINES)
WHOLE = foreign.export({"aa.json.gz": (5, PACKED)})
FOLDER = "AWSDynamoDB/01645072900758-ee1232a3"
DATA = f"{FOLDER}/data/aa.json.gz"
EMR = foreign.emr_lines(ITEMS)
MANIFEST = foreign.emr_manifest(["one", "two"])


def _damaged(content: bytes) -> bytes:
    return content[:-6] + bytes([content[-6] ^ 1]) + content[-5:]


def _described(**more: object) -> Files:
    return foreign.export({"aa.json.gz": (5, PACKED)}, **more)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (WHOLE | {DATA: PACKED[:-9]}, "data/aa.json.gz, line 5: it is cut"),
        (
            WHOLE | {DATA: _damaged(PACKED)},
            "data/aa.json.gz, line 5: its compressed data is damaged (CRC check",
        ),
        (WHOLE | {DATA: gzip.compress(LINES + b"")[:4] + b"\1" + PACKED[5:]}, "its MD5 is another"),
        (WHOLE | {DATA: gzip.compress(foreign.export_lines(ITEMS[:4]))}, "its MD5 is another"),
        (
            foreign.export({"aa.json.gz": (6, PACKED)}),
            "data/aa.json.gz: it holds 5 items, and the manifest says 6",
        ),
        (_described(itemCount=6), "it says that there are 6 items, and its files have 5"),
        (WHOLE | {DATA: b""}, "it is empty, and the manifest says 5 items"),
        (
            {name: held for name, held in WHOLE.items() if name != DATA},
            "it names a file that is not there: data/aa",
        ),
        (
            WHOLE | {f"{FOLDER}/manifest-files.md5": b"AAAAAAAAAAAAAAAAAAAAAA=="},
            "manifest-files.json: it is not the",
        ),
        (WHOLE | {f"{FOLDER}/manifest-summary.md5": b"x"}, "manifest-summary.json: it is not the manifest"),
        (
            _described(exportType="INCREMENTAL_EXPORT"),
            "it holds a part of the table only: it is of the type INCREM",
        ),
        (
            _described(filterExpression="a = :b"),
            "it holds a part of the table only: it was exported with a filter",
        ),
        (_described(outputFormat="CSV"), "it names the format CSV"),
        ({f"{FOLDER}/_started": b"", DATA: PACKED}, "There is no manifest-summary.json"),
        ({"manifest": MANIFEST, "one": EMR}, "the manifest names a file that is not there: two"),
        ({"manifest": MANIFEST.replace(b":3", b":2")}, "manifest: it has the version 2, and 3 is known"),
        ({"manifest": foreign.emr_manifest(["one", "one"]), "one": EMR}, "manifest: it names a file twice"),
        ({"manifest": b"{"}, "manifest: it cannot be read"),
        ({"one.gz": gzip.compress(EMR)[:-3]}, "one.gz, line 5: it is cut"),
        ({"one.gz": b""}, "one.gz: it is compressed, and empty"),
        ({"one.gz": EMR}, "damaged (Not a gzipped file"),
        ({"one.bz2": foreign.COMPRESS[".bz2"](EMR)[:-3]}, "one.bz2, line 5: it is cut"),
        ({"one.deflate": foreign.COMPRESS[".deflate"](EMR)[:-3]}, "one.deflate, line 5: it is cut"),
        ({"one.deflate": foreign.COMPRESS[".deflate"](EMR) + b"x"}, "something follows after its end"),
        *(({f"one.{name}": b"x"}, "which only Hadoop reads") for name in ("snappy", "lz4", "lzo")),
        ({"one.zst": b"x"}, "it is compressed with Zstandard"),
        ({"one": b"SEQ\x06\x19org.apache"}, "it is a SequenceFile of Hadoop"),
        ({"000000_0": b"A#1\x0112.5\n"}, "000000_0, line 1: it is no item in a known format. Tables of Hive"),
        ({"000000_0": b"A#1\t12.5\n"}, "do not have the types of values"),
        (
            {"000000_0": foreign.hive_lines(ITEMS) + b"A#1\t12.5\n"},
            "000000_0, line 6: it is not a row of a map",
        ),
        ({"000000_0": b'a\x03{"s":"1"}\x02a\x03{"s":"2"}\n'}, "line 1: the attribute 'a' is there twice"),
        ({"one": EMR + LINES}, "one, line 6: the attribute 'Item'"),
        ({"one": LINES + EMR}, 'one, line 6: it is not {"Item": {...}}'),
        ({"a": foreign.emr_lines(ITEMS[:1]), "b": LINES}, "b, line 1: the attribute 'Item'"),
        (
            {"x.json": b'{"users": [{"name": "x"}]}'},
            "x.json, line 1: it has no known format: the attribute 'users'",
        ),
        ({"x.json": b'{\n "a": 1\n}'}, "it has no known format"),
        ({"x.json": b"[1, 2]"}, "it is not an item: attributes with a type and a value"),
        (
            {"x.json": b'{"Items": [{"pk": {"S": "1"}}, {"pk": "2"}]}'},
            "line 1: the attribute 'pk' does not have",
        ),
        ({"x.json": foreign.page(ITEMS)[:-40]}, "x.json, line"),
        ({"x.json": foreign.page(ITEMS, Count=6)}, "the page says that it has 6 items, and has 5"),
        ({"x.json": foreign.page(ITEMS, ScannedCount=9)}, "the scan had a filter: it saw 9 items and kept 5"),
        ({"x.json": foreign.page(ITEMS, key=ITEMS[0])}, "x.json: the scan has more pages than are there"),
        ({"x.json": foreign.page(ITEMS, NextToken="x")}, "it was not finished"),
        ({"_x": b""}, "has no files with data"),
        ({}, "there is nothing to restore from"),
        (
            {name: held for name, held in foreign.dump(ITEMS).items() if "0002" not in name},
            "data/0002.json is missing",
        ),
        (
            {name: held for name, held in foreign.dump(ITEMS).items() if "0003" not in name},
            "data/0002.json: the dump was",
        ),
        ({"x.tar.bz2": foreign.tarred(foreign.dump(ITEMS, folder="d/t/"))[:-9]}, "x.tar.bz2: it is cut"),
        ({"x.tar": foreign.tarred(foreign.dump(ITEMS, folder="d/t/"), "w")[:1500]}, "x.tar"),
        ({"x.zip": foreign.zipped(foreign.dump(ITEMS, folder="d/t/"))[:-9]}, "x.zip: it is no zip archive"),
        (
            {"x.zip": foreign.zipped(foreign.dump(ITEMS, folder="d/t/")).replace(b"A#3", b"A#4")},
            "cut or damaged (Bad CRC",
        ),
        ({"x.zip": foreign.zipped({"README": b"x"})}, "x.zip: it holds no pages of dynamodump"),
        (
            {"x.tar.bz2": foreign.tarred({"d/t/data/0002.json": foreign.page(ITEMS)})},
            "data/0001.json is missing",
        ),
        (
            {
                "x.zip": foreign.zipped(
                    foreign.dump(ITEMS, folder="d/a/") | foreign.dump(ITEMS, folder="d/b/")
                )
            },
            "it holds several tables, such as d/a and d/b: choose one",
        ),
    ],
)
def test_what_is_not_whole(files: Files, why: str) -> None:
    assert why in refusal(files)


def test_several_backups_are_named() -> None:
    days = {f"2026/11/{day}/{name}": held for day in ("01", "02") for name, held in WHOLE.items()}
    said = refusal(days)
    assert "s3://bucket/place has several backups: choose one of 2026/11/01/AWSDynamoDB/" in said
    assert "2026/11/02/AWSDynamoDB/" in said
    chosen = read.open_backup(foreign.source(days), chosen="2026/11/02")
    assert check.checked(chosen).items == 5
    assert "there is nothing below 2026/11/03" in refusal(days, chosen="2026/11/03")


@pytest.mark.parametrize(("chosen", "items"), [("a.zip", 5), ("b.zip", 2), ("c.json", 1), (".", 3), ("d", 4)])
def test_one_of_all_kinds_is_chosen(chosen: str, items: int) -> None:
    """A file by its name, the place itself by a dot."""
    files = {
        "a.zip": foreign.zipped(foreign.dump(ITEMS, folder="d/t/")),
        "b.zip": foreign.zipped(foreign.dump(ITEMS[:2], folder="d/t/")),
        "c.json": foreign.page(ITEMS[:1]),
        "d/manifest": foreign.emr_manifest(["one"]),
        "d/one": foreign.emr_lines(ITEMS[:4]),
    }
    here = {"manifest": foreign.emr_manifest(["two"]), "two": foreign.emr_lines(ITEMS[:3])}
    if chosen == ".":
        files = here | {name: held for name, held in files.items() if name.startswith("d/")}
    assert "has several backups" in refusal(files)
    assert check.checked(read.open_backup(foreign.source(files), chosen=chosen)).items == items


def test_several_folders_without_manifests_are_named() -> None:
    assert "choose one of old, young" in refusal({"old/1": EMR, "young/1": EMR, "young/2": EMR})


def test_a_table_of_an_archive_is_chosen() -> None:
    files = foreign.dump(ITEMS, folder="d/a/") | foreign.dump(ITEMS[:1], folder="d/b/")
    for archive in ({"x.zip": foreign.zipped(files)}, {"x.tar.bz2": foreign.tarred(files)}):
        reading = read.open_backup(foreign.source(archive), chosen="b")
        assert [entry.item for entry in reading.entries()] == ITEMS[:1]
        assert "it holds no pages of dynamodump of the table c" in refusal(archive, chosen="c")


def test_names_in_archives_lead_nowhere() -> None:
    """Nothing is written under them: an absolute or a climbing path is a page like another."""
    files = {f"/../../{name}": held for name, held in foreign.dump(ITEMS).items()}
    for archive in ({"x.zip": foreign.zipped(files)}, {"x.tar.bz2": foreign.tarred(files)}):
        assert check.checked(read.open_backup(foreign.source(archive))).items == 5


@pytest.mark.parametrize(
    ("wanted", "why"), [("csv", "the format must be one of auto,"), ("emr", "dynamodb_json, and not emr")]
)
def test_another_format_than_it_is(wanted: str, why: str) -> None:
    assert why in refusal(WHOLE, wanted=wanted)


def test_a_format_that_is_named_is_held_to() -> None:
    assert "a, line 1: " in refusal({"a": LINES}, wanted="emr")
    assert "no pages of dynamodump" in refusal({"a": LINES}, wanted="dynamodump")


def test_left_overs_are_counted_and_not_read() -> None:
    emr = {
        "manifest": MANIFEST,
        "one": EMR,
        "two": b"",
        "three": b"rubbish",
        "_SUCCESS": b"",
        "x_$folder$": b"",
    }
    reading = read.open_backup(foreign.source(emr))
    assert (reading.left_over, check.checked(reading).items, reading.notes) == (1, 5, ())
    reading = read.open_backup(foreign.source(WHOLE | {f"{FOLDER}/data/bb.json.gz": b"rubbish"}))
    assert (reading.left_over, reading.items, check.checked(reading).items) == (1, 5, 5)


def test_what_is_not_proven_is_said() -> None:
    assert "There is no manifest: every file is read" in read.open_backup(foreign.source({"a": EMR})).notes[0]
    assert "nothing proves" in read.open_backup(foreign.source({"a": LINES})).notes[0]
    without = {name: held for name, held in WHOLE.items() if not name.endswith(".md5")}
    assert len(read.open_backup(foreign.source(without)).notes) == 2


def test_lines_that_pass_through_are_held_to_the_manifest() -> None:
    for held, why in (
        (_damaged(PACKED), "damaged"),
        (gzip.compress(LINES + b"{}\n"), "it is no line of a DynamoDB export"),
        (gzip.compress(b""), "MD5"),
    ):
        with pytest.raises(UnreadableError, match=why):
            list(read.open_backup(foreign.source(WHOLE | {DATA: held})).lines())


def test_names_in_a_manifest_are_decoded_as_a_path() -> None:
    files = {"a b%+é": EMR}
    reading = read.open_backup(foreign.source(files | {"manifest": foreign.emr_manifest(files)}))
    assert [part.name for part in reading.parts] == ["a b%+é"]


def test_empty_tables() -> None:
    for files in (
        {"manifest": foreign.emr_manifest([])},
        {"00": b""},
        {"x.json": foreign.page([])},
        foreign.dump([]),
        foreign.export({"a.json.gz": (0, b""), "b.json.gz": (0, gzip.compress(b""))}),
    ):
        assert check.checked(read.open_backup(foreign.source(files))).items == 0


def test_totals() -> None:
    totals = check.checked(read.open_backup(foreign.source(WHOLE)))
    assert totals == check.Totals(5, 5 * (2 + 3 + 1 + 2) - 1, 8)
    assert json.loads(LINES.splitlines()[0]) == {"Item": ITEMS[0]}
