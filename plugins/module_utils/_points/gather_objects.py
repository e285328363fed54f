# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A place in S3 as a source for the formats: its objects listed, each read as it was when it was listed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from .._aws import s3
from .formats.source import Object, Source, UnreadableError

if TYPE_CHECKING:
    from .._aws.client import Aws

# A connection that lasts for hours breaks now and then.
ATTEMPTS = 5


def s3_source(aws: Aws, bucket: str, prefix: str) -> Source:
    """The objects below a prefix, taken for a folder, or the one object that has this key."""
    client = aws("s3")
    folder = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
    found = {each["Key"].removeprefix(folder): each for each in s3.list_objects(client, bucket, folder)}
    if not found:
        folder = folder.rstrip("/").rpartition("/")[0]
        folder = f"{folder}/" if folder else ""
        found = {
            each["Key"].removeprefix(folder): each
            for each in s3.list_objects(client, bucket, prefix)
            if each["Key"] == prefix
        }
    objects = tuple(
        Object(name, each["Size"]) for name, each in found.items() if not name.endswith("/") and name
    )

    def opened(name: str) -> BinaryIO:
        return cast("BinaryIO", _Body(client, bucket, found[name], name))

    return Source(f"s3://{bucket}/{prefix}", objects, opened)


class _Body(io.RawIOBase):
    """An object's bytes, asked for again from where a broken connection ended."""

    def __init__(self, client: Any, bucket: str, listed: dict[str, Any], name: str) -> None:
        super().__init__()
        self._client, self._bucket, self._listed, self._name = client, bucket, listed, name
        self._at, self._body = 0, cast("Any", io.BytesIO())
        self._body = self._open()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        for attempt in range(ATTEMPTS):
            try:
                chunk = self._body.read(len(buffer))
            except s3.BROKEN_OFF:
                if attempt == ATTEMPTS - 1:
                    raise
                self._body = self._open()
            else:
                buffer[: len(chunk)] = chunk
                self._at += len(chunk)
                return len(chunk)
        return 0

    def close(self) -> None:
        if not self.closed:
            self._body.close()
        super().close()

    def _open(self) -> Any:
        if self._at >= self._listed["Size"]:
            return io.BytesIO()
        key, etag = self._listed["Key"], self._listed["ETag"]
        body = s3.get_object_from(self._client, self._bucket, key, etag, self._at)
        if body is None:
            raise UnreadableError("it was deleted or replaced while it was to be read", self._name)
        return body
