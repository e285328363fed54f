# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A stream of bytes that is digested while it is read."""

from __future__ import annotations

import base64
import hashlib
import io
from typing import Any


def md5_base64(text: bytes) -> str:
    """The MD5 of a text as S3 and DynamoDB write it."""
    return base64.b64encode(hashlib.md5(text, usedforsecurity=False).digest()).decode()


class Md5Stream(io.RawIOBase):
    """Reads on from a stream, and knows the MD5 of all that went through."""

    def __init__(self, body: Any) -> None:
        super().__init__()
        self._body = body
        self._md5 = hashlib.md5(usedforsecurity=False)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._body.read(len(buffer))
        self._md5.update(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        if not self.closed:
            self._body.close()
        super().close()

    @property
    def base64(self) -> str:
        """The digest as S3 and DynamoDB write it."""
        return base64.b64encode(self._md5.digest()).decode()
