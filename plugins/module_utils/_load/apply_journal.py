# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The journal of a load: one object in S3 that is written over and over, and read by who goes on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .._aws import s3
from .written import DAMAGED, OtherLoadError

if TYPE_CHECKING:
    from .._aws.client import Aws


class Journal:
    """An object in a bucket that holds a document."""

    def __init__(self, aws: Aws, bucket: str, key: str) -> None:
        self._client, self._bucket, self._key = aws("s3"), bucket, key

    def read(self) -> dict[str, Any] | None:
        """The last document, None if there is none; OtherLoadError if it is no JSON."""
        body = s3.get_object(self._client, self._bucket, self._key)
        if body is None:
            return None
        text = body.read()
        try:
            document: dict[str, Any] = json.loads(text)
        except ValueError as error:
            raise OtherLoadError(DAMAGED) from error
        return document

    def write(self, document: dict[str, Any]) -> None:
        """Replace it."""
        s3.put_object(self._client, self._bucket, self._key, json.dumps(document).encode())
