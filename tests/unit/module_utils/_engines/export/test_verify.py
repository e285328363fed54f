# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Points whose objects were changed behind their back."""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from local_aws.client.fixtures import local_aws
from tests.unit.support.exported import (
    Export,
    filtered,
    fixture_export,
    fixture_made,
    incremental,
    md5,
)

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.newest

__all__ = ["fixture_export", "fixture_made", "local_aws"]


@pytest.mark.parametrize("content", [False, True])
def test_an_untouched_point_has_no_flaw(export: Export, content: bool) -> None:
    assert export.files()
    assert export.flaws(content=content) == []


def gone_summary(export: Export) -> None:
    export.delete("manifest-summary.json")


def gone_checksum(export: Export) -> None:
    export.delete("manifest-files.md5")


def gone_everything(export: Export) -> None:
    for key in export.listed():
        export.s3.delete_object(Bucket=export.target.bucket, Key=key)


def gone_bucket(export: Export) -> None:
    bucket = {"Bucket": export.target.bucket}
    versions = export.s3.list_object_versions(**bucket)
    for each in versions.get("Versions", []) + versions.get("DeleteMarkers", []):
        export.s3.delete_object(**bucket, Key=each["Key"], VersionId=each["VersionId"])
    export.s3.delete_bucket(Bucket=export.target.bucket)


def gone_data(export: Export) -> None:
    export.delete(export.full_file()[0])


def empty_data(export: Export) -> None:
    export.write(export.full_file()[0], b"")


def other_data(export: Export) -> None:
    export.write(export.full_file()[0], gzip.compress(b'{"Item": {"id": {"S": "0"}}}\n'))


def other_summary(export: Export) -> None:
    export.write("manifest-summary.json", export.read("manifest-summary.json") + b" ")


def other_count_in_summary(export: Export) -> None:
    export.change_summary(itemCount=4)


def other_export_in_summary(export: Export) -> None:
    export.change_summary(exportArn="arn:aws:dynamodb:eu-west-1:1:table/users/export/1")


def other_count_in_files(export: Export) -> None:
    files = export.files()
    files[0]["itemCount"] += 1
    export.write_files(files)


def no_json_in_manifest(export: Export) -> None:
    export.write_manifest("manifest-files", b"not JSON")


def no_key_in_manifest(export: Export) -> None:
    export.write_files([{"itemCount": 3}])


MANIFEST_FLAWS = [
    (gone_summary, "point_missing", "there is no"),
    (gone_checksum, "point_missing", "manifest-files.md5"),
    (gone_everything, "point_missing", "there is no"),
    (gone_bucket, "point_missing", "there is no"),
    (gone_data, "point_incomplete", "is gone"),
    (empty_data, "point_incomplete", "is empty"),
    (other_data, "point_corrupt", "etag"),
    (other_summary, "point_corrupt", "does not match its checksum"),
    (other_count_in_summary, "point_corrupt", "its manifest 4"),
    (other_export_in_summary, "point_corrupt", "another export"),
    (incremental, "point_filtered", "type INCREMENTAL_EXPORT"),
    (filtered, "point_filtered", "with a filter"),
    (other_count_in_files, "point_corrupt", "its files 4"),
    (no_json_in_manifest, "point_corrupt", "cannot be read"),
    (no_key_in_manifest, "point_corrupt", "cannot be read"),
]


@pytest.mark.parametrize("content", [False, True])
@pytest.mark.parametrize(("damage", "code", "words"), MANIFEST_FLAWS)
def test_what_a_look_at_the_manifest_finds(
    export: Export, damage: Callable[[Export], None], code: str, words: str, content: bool
) -> None:
    damage(export)
    ((found, detail),) = export.flaws(content=content)
    assert found == code
    assert words in detail


def no_gzip(export: Export) -> None:
    export.replace_data(b"not compressed")


def cut_gzip(export: Export) -> None:
    export.replace_data(gzip.compress(b'{"Item": {"id": {"S": "0"}}}\n' * 50)[:-12])


def no_item(export: Export) -> None:
    export.replace_data(gzip.compress(b'{"id": {"S": "0"}}\n' * 3))


def no_json(export: Export) -> None:
    export.replace_data(gzip.compress(b"a\nb\nc\n"))


def fewer_items(export: Export) -> None:
    export.replace_data(gzip.compress(b'{"Item": {"id": {"S": "0"}}}\n' * 50))


def other_md5(export: Export) -> None:
    files = export.files()
    for file in files:
        file["md5Checksum"] = md5(b"something else")
    export.write_files(files)


CONTENT_FLAWS = [
    (no_gzip, "cannot be read"),
    (cut_gzip, "cannot be read"),
    (no_item, "a line is not an item"),
    (no_json, "cannot be read"),
    (fewer_items, "holds 50 items"),
    (other_md5, "does not match its checksum"),
]


@pytest.mark.parametrize(("damage", "words"), CONTENT_FLAWS)
def test_what_only_the_content_shows(export: Export, damage: Callable[[Export], None], words: str) -> None:
    damage(export)
    assert export.flaws() == []
    found = export.flaws(content=True)
    assert {code for code, _detail in found} == {"point_corrupt"}
    assert words in found[0][1]


@pytest.mark.parametrize("content", [False, True])
def test_checksums_under_the_documented_name_are_understood(export: Export, content: bool) -> None:
    for name in ("manifest-files", "manifest-summary"):
        export.write(f"{name}.checksum", export.read(f"{name}.md5"))
        export.delete(f"{name}.md5")
    assert export.flaws(content=content) == []
    export.write("manifest-summary.checksum", md5(b"something else").encode())
    assert [code for code, _detail in export.flaws()] == ["point_corrupt"]


def test_an_empty_file_of_an_empty_partition_is_no_flaw(export: Export) -> None:
    name = export.full_file()[1]["dataFileS3Key"].rsplit("/", 1)[0] + "/nothing.json.gz"
    etag = export.write("data/nothing.json.gz", b"").strip('"')
    line = {"itemCount": 0, "md5Checksum": md5(b""), "etag": etag, "dataFileS3Key": name}
    export.write_files([*export.files(), line])
    assert export.flaws(content=True) == []


def test_a_run_that_counted_otherwise(export: Export) -> None:
    counted = Export(export.target, replace(export.point, items=4))
    ((code, detail),) = counted.flaws()
    assert code == "point_corrupt"
    assert "its run 4" in detail
