# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Incremental exports: what the embedded AWS writes and what the collection reads, held to one of AWS's."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import incremental
from local_aws.client.fixtures import account, local_aws
from tests.recorded.exports import changes_exported
from tests.unit.support import foreign

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

__all__ = ["account", "local_aws"]

HERE = Path(__file__).parent


def recorded(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))["recorded"]


def shape(record: dict[str, Any]) -> list[str]:
    return list(record)


def test_what_the_embedded_aws_writes(account: Account) -> None:
    told, written = changes_exported(account)
    identity = told["ExportArn"].rsplit("/", 1)[1]
    summary = json.loads(written[f"AWSDynamoDB/{identity}/manifest-summary.json"])
    expected = recorded("incremental_manifest_summary")
    assert summary.keys() == expected.keys()
    for name in ("version", "billedSizeBytes", "outputFormat", "outputView", "exportType"):
        assert summary[name] == expected[name]
    for name in ("startTime", "endTime", "exportFromTime", "exportToTime"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", summary[name]), name
    assert re.fullmatch(r"\d{11}000-[0-9a-f]{8}", identity)
    assert summary["startTime"].endswith(".000Z")
    names = {key.removeprefix("AWSDynamoDB/") for key in written}
    fixed = {f"{identity}/{name}" for name in ("_started", "manifest-summary.json", "manifest-files.json")}
    fixed |= {f"{identity}/manifest-summary.md5", f"{identity}/manifest-files.md5"}
    entries = [
        json.loads(line) for line in written[f"AWSDynamoDB/{identity}/manifest-files.json"].splitlines()
    ]
    place = re.compile(r"AWSDynamoDB/data/[a-z2-7]{26}\.json\.gz")
    for entry in [recorded("incremental_manifest_files"), *entries]:
        assert entry.keys() == {"itemCount", "md5Checksum", "etag", "dataFileS3Key"}
        assert place.fullmatch(entry["dataFileS3Key"])
    assert names == fixed | {entry["dataFileS3Key"].removeprefix("AWSDynamoDB/") for entry in entries}
    lines = [
        json.loads(line)
        for entry in entries
        for line in gzip.decompress(written[entry["dataFileS3Key"]]).splitlines()
    ]
    by_id = {line["Keys"]["id"]["S"]: line for line in lines}
    known = recorded("incremental_lines")
    assert shape(by_id["0"]) == shape(known["changed"])
    assert shape(by_id["1"]) == shape(known["deleted"])
    assert by_id["0"]["Metadata"].keys() == known["changed"]["Metadata"].keys()


def test_the_collection_reads_what_the_embedded_aws_writes(account: Account) -> None:
    told, written = changes_exported(account)
    found = incremental.with_manifest(foreign.source(written), told["ExportManifest"].rpartition("/")[0])
    period = told["IncrementalExportSpecification"]
    assert (found.begin, found.end) == (period["ExportFromTime"], period["ExportToTime"])
    assert (found.export_arn, found.items, found.billed_bytes) == (told["ExportArn"], 3, 10_000_000)
    total = {"total": {"N": "1.5"}}
    assert {each.keys["id"]["S"]: (each.old, each.new) for each in found.entries()} == {
        "0": ({"id": {"S": "0"}}, {"id": {"S": "0"}} | total),
        "1": ({"id": {"S": "1"}}, None),
        "3": (None, {"id": {"S": "3"}} | total),
    }


def test_the_collection_reads_what_aws_writes() -> None:
    lines = recorded("incremental_lines").values()
    data = gzip.compress("".join(f"{json.dumps(line)}\n" for line in lines).encode())
    entry = recorded("incremental_manifest_files")
    entry |= {"itemCount": len(lines), "md5Checksum": md5(data)}
    summary = recorded("incremental_manifest_summary") | {"itemCount": len(lines)}
    folder = "AWSDynamoDB/01716791487000-6ddcf8cf"
    manifests = {
        name: f"{json.dumps(told)}\n".encode() for name, told in (("files", entry), ("summary", summary))
    }
    found = incremental.with_manifest(
        foreign.source(
            {entry["dataFileS3Key"]: data, f"{folder}/_started": b""}
            | {f"{folder}/manifest-{name}.json": text for name, text in manifests.items()}
            | {f"{folder}/manifest-{name}.md5": md5(text).encode() for name, text in manifests.items()}
        ),
        folder,
    )
    assert found.begin.isoformat() == "2024-05-27T06:11:47.109000+00:00"
    changed, deleted = found.entries()
    assert changed.new is not None
    assert changed.new["activities"]["L"]
    assert (deleted.keys, deleted.new) == ({"name": {"S": "Chant3756"}}, None)


def md5(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content).digest()).decode()
