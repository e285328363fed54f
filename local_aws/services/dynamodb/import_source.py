# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The objects that an import reads, with the rights of whoever asked for it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Requesting.html: s3:ListBucket
on the bucket, s3:GetObject on each object, and kms:Decrypt where a key of KMS encrypts it.

The prefix is the beginning of a key and no folder: ``data`` takes what lies below ``data2/``, too. That the
bucket is not there or may not be listed is found out before there is a table, and what is wrong with an
object when its turn has come: "the table with partially imported data is retained".
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ministack.core.responses import request_scope
from ministack.services import kms, s3

from .failures import FailedError, failure_code, first

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "x-amz-server-side-encryption-aws-kms-key-id"


@dataclass(frozen=True)
class Origin:
    """Where an import reads, on whose behalf."""

    bucket: str
    prefix: str
    owner: str  # the account that must own the bucket
    region: str
    most: int  # how many objects an import takes
    refused: Callable[[str, str, str], str]  # action, resource, its account: why it is denied, or nothing

    def keys(self) -> list[str]:
        """Which objects there are; none is no failure."""
        buckets = s3._buckets._data
        if self.bucket not in {bucket for _owner, bucket in buckets}:
            raise _of_s3(404, "NoSuchBucket", "The specified bucket does not exist")
        if (self.owner, self.bucket) not in buckets:
            raise _of_s3(403, "AccessDenied", "Access Denied")
        self._require("s3:ListBucket", f"arn:aws:s3:::{self.bucket}")
        found = sorted(key for key in self._bucket["objects"] if key.startswith(self.prefix))
        if len(found) > self.most:
            raise FailedError(
                "S3ObjectLimitExceeded",
                f"An import takes {self.most} objects, and {len(found)} have the prefix {self.prefix}.",
            )
        return found

    @property
    def _bucket(self) -> dict[str, dict[str, dict[str, str]]]:
        found: dict[str, dict[str, dict[str, str]]] = s3._buckets._data[self.owner, self.bucket]
        return found

    def read(self, key: str) -> bytes:
        """An object, as it is stored."""
        self._require("s3:GetObject", f"arn:aws:s3:::{self.bucket}/{key}")
        with request_scope(self.owner, str(self._bucket.get("region") or self.region)):
            stored = self._bucket["objects"].get(key)
            encrypted = s3._stored_sse_headers(stored).get(KEY, "") if stored else ""
            record = kms._resolve_key(encrypted) if encrypted else None
        if record:
            self._require("kms:Decrypt", str(record["Arn"]))
        with request_scope(self.owner, str(self._bucket.get("region") or self.region)):
            status, _headers, body = s3._dispatch("GET", self.bucket, key, {}, b"", {})
        if status != 200:
            text = body.decode()
            raise _of_s3(status, first("Code", text), first("Message", text))
        return bytes(body)

    def _require(self, action: str, resource: str) -> None:
        if why := self.refused(action, resource, self.owner):
            raise FailedError(failure_code("AccessDenied"), why)


def _of_s3(status: int, code: str, message: str) -> FailedError:
    """An error of S3's, as DynamoDB passes it on."""
    request = secrets.token_hex(8).upper()
    return FailedError(
        failure_code(code),
        f"{message} (Service: Amazon S3; Status Code: {status}; Error Code: {code}; Request ID: {request}; "
        f"S3 Extended Request ID: {secrets.token_urlsafe(56)}; Proxy: null)",
    )
