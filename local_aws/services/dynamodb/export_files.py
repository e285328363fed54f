# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an export leaves in S3: data files, two manifests, their checksums.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html

That page draws ``manifest-summary.checksum``. AWS writes ``manifest-summary.md5``, of 24 bytes: so says a
test that is run against AWS (test/alternator/test_export.py of scylladb/scylladb#30222), and so AWS's own
reader (tools/bulk_executor of awslabs/amazon-dynamodb-tools) and every public listing of an export. The same
test compares ``md5Checksum`` with the packed file, and ``dataFileS3Key`` with the key in the bucket.

Data files of incremental exports lie in a folder that all exports below a prefix share; which of them belong
to one its manifest says, and nothing else does. Their summary has another version and other members than that
of a full export, which does not tell its type (tests/recorded of the repository).
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import secrets
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ministack.core.responses import request_scope
from ministack.services import s3

from local_aws.services.kms import key_states

from .failures import FailedError, failure_code, first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# AWS writes at least one file per partition and says nothing about their number.
PARTITIONS = 4


@dataclass(frozen=True)
class Destination:
    """Where an export writes, on whose behalf; every object passes ``put``."""

    bucket: str
    root: str  # <prefix>/AWSDynamoDB/<export id>
    data: str  # the folder of the data files
    owner: str  # the account that must own the bucket
    region: str
    encryption: dict[str, str]  # the request headers of S3 that carry it
    allowed: Callable[[str], bool]  # may the caller write this key now?

    def put(self, key: str, content: bytes, *, multipart: bool = False) -> str:
        """Write an object as S3 would for the caller; returns its etag without quotes."""
        if self.bucket not in {bucket for _owner, bucket in s3._buckets._data}:
            raise FailedError("S3NoSuchBucket", "The specified bucket does not exist")
        bucket = s3._buckets._data.get((self.owner, self.bucket))
        if bucket is None or not self.allowed(key):
            raise FailedError("S3AccessDenied", "Access Denied")
        with request_scope(self.owner, bucket.get("region") or self.region):
            self._check_key()
            answer = self._in_parts(key, content) if multipart else self._send("PUT", key, content)
            return str(answer["ETag"]).strip('"')

    def _check_key(self) -> None:
        """The key that was asked for; S3 itself refuses the bucket's."""
        key_id = self.encryption.get("x-amz-server-side-encryption-aws-kms-key-id", "")
        if found := key_states.problem(key_id):
            raise FailedError(failure_code(f"KMS.{found[0]}"), found[1])

    def _in_parts(self, key: str, content: bytes) -> dict[str, str]:
        started = self._send("POST", key, b"", uploads="")
        upload = first("UploadId", started["body"])
        part = self._send("PUT", key, content, uploadId=upload, partNumber="1")
        parts = f"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{part['ETag']}</ETag></Part>"
        done = self._send("POST", key, f"{parts}</CompleteMultipartUpload>".encode(), uploadId=upload)
        return {"ETag": first("ETag", done["body"])}

    def _send(self, method: str, key: str, body: bytes, **query: str) -> dict[str, str]:
        headers = self.encryption if (method == "PUT" and not query) or "uploads" in query else {}
        if method == "PUT":
            headers = {**headers, "content-md5": _md5(body)}
        parameters = {name: [value] for name, value in query.items()}
        status, answer, text = s3._dispatch(method, self.bucket, key, dict(headers), body, parameters)
        if status != 200:
            raise FailedError(failure_code(first("Code", text.decode())), first("Message", text.decode()))
        return {**answer, "body": text.decode()}


def partitions(lines: Iterable[tuple[Any, dict[str, Any]]]) -> list[list[bytes]]:
    """The lines of each data file: a line's file follows from its partition key."""
    files: list[list[bytes]] = [[] for _partition in range(PARTITIONS)]
    for partition_key, line in lines:
        text = json.dumps(line, separators=(",", ":"), ensure_ascii=False)
        files[zlib.crc32(repr(partition_key).encode()) % PARTITIONS].append(text.encode())
    return files


def write(destination: Destination, files: list[list[bytes]], description: dict[str, Any]) -> None:
    """Write the data files, then the manifests that name them."""
    manifest = b""
    for lines in files:
        packed = gzip.compress(b"".join(line + b"\n" for line in lines))
        name = base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
        key = f"{destination.data}/{name}.json.gz"
        entry = {
            "itemCount": len(lines),
            "md5Checksum": _md5(packed),
            "etag": destination.put(key, packed, multipart=True),
            "dataFileS3Key": key,
        }
        manifest += _json(entry) + b"\n"
    _put_checked(destination, "manifest-files", manifest)
    _put_checked(destination, "manifest-summary", _json(_summary(destination, description)))


def _put_checked(destination: Destination, name: str, content: bytes) -> None:
    destination.put(f"{destination.root}/{name}.json", content)
    destination.put(f"{destination.root}/{name}.md5", _md5(content).encode())


def _summary(destination: Destination, description: dict[str, Any]) -> dict[str, Any]:
    window = description.get("IncrementalExportSpecification")
    return {
        "version": "2023-08-01" if window else "2020-06-30",
        "exportArn": description["ExportArn"],
        "startTime": _time(description["StartTime"]),
        "endTime": _time(description["EndTime"]),
        "tableArn": description["TableArn"],
        "tableId": description["TableId"],
        **(_times(window) if window else {"exportTime": _time(description["ExportTime"])}),
        "s3Bucket": destination.bucket,
        "s3Prefix": description.get("S3Prefix"),
        "s3SseAlgorithm": description["S3SseAlgorithm"],
        "s3SseKmsKeyId": description.get("S3SseKmsKeyId"),
        "manifestFilesS3Key": f"{destination.root}/manifest-files.json",
        "billedSizeBytes": description["BilledSizeBytes"],
        "itemCount": description["ItemCount"],
        "outputFormat": description["ExportFormat"],
        **(
            {"outputView": window["ExportViewType"], "exportType": description["ExportType"]}
            if window
            else {}
        ),
    }


def _times(window: dict[str, Any]) -> dict[str, str]:
    return {
        "exportFromTime": _time(window["ExportFromTime"]),
        "exportToTime": _time(window["ExportToTime"]),
    }


def _md5(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _time(epoch: float) -> str:
    text = datetime.fromtimestamp(epoch, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
