# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Points whose objects were changed behind their back."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines._export_verify import export_flaws
from tests.local_aws.fixtures import local_aws, new_account
from tests.unit.module_utils._engines.exported import Export, md5
from tests.unit.module_utils.evidence import point
from tests.unit.modules.backup_info.machinery import Machinery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.local_aws.client import LocalAws

__all__ = ["local_aws"]


@pytest.fixture(scope="module")
def made(local_aws: LocalAws) -> Export:
    """The export of a table of 3 items."""
    target = Machinery(new_account(local_aws))
    target.deploy_store()
    entry = target.export("orders")
    arn = f"arn:aws:dynamodb:eu-west-1:{target.account.id}:table/orders/export/{entry['export']}"
    export = Export(target, point(1, bucket=target.bucket, prefix=entry["prefix"], export_arn=arn, items=3))
    # Put in one part, so that a file that is put again has the same etag.
    files = export.files()
    for file in files:
        name = "data/" + file["dataFileS3Key"].rsplit("/", 1)[1]
        file["etag"] = export.write(name, export.read(name)).strip('"')
    export.write_files(files)
    return export


@pytest.fixture(name="export")
def fixture_export(made: Export) -> Iterator[Export]:
    """The same, mended after the test."""
    bucket = made.target.bucket
    bodies = {key: made.s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in made.listed()}
    yield made
    if bucket not in [each["Name"] for each in made.s3.list_buckets()["Buckets"]]:
        made.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for key, body in bodies.items():
        made.s3.put_object(Bucket=bucket, Key=key, Body=body)
    for key in set(made.listed()) - set(bodies):
        made.s3.delete_object(Bucket=bucket, Key=key)


@pytest.mark.parametrize("content", [False, True])
def test_an_untouched_point_has_no_flaw(export: Export, content: bool) -> None:
    assert export.files()
    assert export.flaws(content=content) == []


def gone_summary(export: Export) -> None:
    export.delete("manifest-summary.json")


def gone_checksum(export: Export) -> None:
    export.delete("manifest-files.checksum")


def gone_everything(export: Export) -> None:
    for key in export.listed():
        export.s3.delete_object(Bucket=export.target.bucket, Key=key)


def gone_bucket(export: Export) -> None:
    gone_everything(export)
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
    (gone_checksum, "point_missing", "manifest-files.checksum"),
    (gone_everything, "point_missing", "there is no"),
    (gone_bucket, "point_missing", "there is no"),
    (gone_data, "point_incomplete", "is gone"),
    (empty_data, "point_incomplete", "is empty"),
    (other_data, "point_corrupt", "etag"),
    (other_summary, "point_corrupt", "does not match its checksum"),
    (other_count_in_summary, "point_corrupt", "its manifest 4"),
    (other_export_in_summary, "point_corrupt", "another export"),
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


def test_keys_without_the_prefix_and_hexadecimal_checksums_are_understood(export: Export) -> None:
    files = export.files()
    for file in files:
        file["dataFileS3Key"] = file["dataFileS3Key"][file["dataFileS3Key"].index("AWSDynamoDB/") :]
    export.write_files(files)
    body = export.read("manifest-files.json")
    export.write("manifest-files.checksum", hashlib.md5(body).hexdigest().encode())
    assert export.flaws(content=True) == []


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


EXPORTS: list[tuple[dict[str, Any], list[str]]] = [
    ({"ExportStatus": "COMPLETED", "ItemCount": 5}, []),
    ({"ExportStatus": "COMPLETED", "ItemCount": 6}, ["point_corrupt"]),
    ({"ExportStatus": "FAILED", "FailureMessage": "gone"}, ["point_corrupt"]),
    ({"ExportStatus": "IN_PROGRESS"}, ["point_incomplete"]),
    ({"ExportStatus": "HALTED"}, ["export_state_unknown"]),
]


def stubbed() -> tuple[Aws, Stubber]:
    client = boto3.client("dynamodb", "eu-west-1", aws_access_key_id="test", aws_secret_access_key="test")
    aws = Aws(lambda _: client)
    return aws, Stubber(aws("dynamodb"))


@pytest.mark.parametrize(("description", "codes"), EXPORTS)
def test_what_dynamodb_says_of_the_export(description: dict[str, Any], codes: list[str]) -> None:
    aws, stub = stubbed()
    backup = point(1)
    stub.add_response("describe_export", {"ExportDescription": description}, {"ExportArn": backup.export_arn})
    with stub:
        assert [flaw.code for flaw in export_flaws(aws, backup)] == codes


def test_dynamodb_forgets_exports() -> None:
    aws, stub = stubbed()
    stub.add_client_error("describe_export", "ExportNotFoundException")
    with stub:
        assert [flaw.code for flaw in export_flaws(aws, point(1))] == ["export_expired"]
