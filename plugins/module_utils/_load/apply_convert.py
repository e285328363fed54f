# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes a backup of any format as files that ImportTable takes: lines of {"Item": {...}}, compressed.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Format.html
"""

from __future__ import annotations

import gzip
import tempfile
import time
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from .._aws import s3
from .._items.strict_json import dumps_sorted
from .._model.progress import Progress
from .batches import identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._aws.client import Aws
    from .._model.progress import Tell
    from .._points.formats.parts import Reading

PHASE = "convert"
TELL_SECONDS = 1.0
# Of a file before it is compressed. ImportTable takes 50,000 of them.
FILE_BYTES = 256 << 20


class NotConvertedError(Exception):
    """Why there is nothing to import: a sentence."""


class Converted(NamedTuple):
    """What was written."""

    prefix: str  # for ImportTable
    files: int  # none, if the backup has no items
    items: int


def convert(
    aws: Aws, reading: Reading, bucket: str, prefix: str, tell: Tell, *, file_bytes: int = FILE_BYTES
) -> Converted:
    """Write every item of the backup below a prefix; the same call writes the same files again.

    They lie in a folder that is named after the backup: ImportTable takes whatever is below its prefix.
    """
    folder = f"{prefix.strip('/')}/{identity(reading)}/"
    client = aws("s3")
    lines = _Lines(reading, tell)
    names: list[str] = []
    for content in lines.files(file_bytes):
        names.append(f"{folder}{len(names):06}.json.gz")
        s3.put_object(client, bucket, names[-1], content)
    there = {each["Key"] for each in s3.list_objects(client, bucket, folder)}
    if also := sorted(there - set(names)):
        raise NotConvertedError(
            f"Below s3://{bucket}/{folder} are objects that do not belong there, such as {also[0]}: they "
            "would be imported too. Delete them."
        )
    return Converted(folder, len(names), lines.items)


class _Lines:
    """The items of a backup as lines, from one file to the next."""

    def __init__(self, reading: Reading, tell: Tell) -> None:
        self._reading, self._tell = reading, tell
        self._left = self._lines()
        self._began = self._told = time.monotonic()
        self.items = self.bytes = 0

    def files(self, size: int) -> Iterator[BinaryIO]:
        """Files of them, compressed, each to be read before the next."""
        while (first := next(self._left, None)) is not None:
            with tempfile.TemporaryFile() as content:
                with gzip.GzipFile("", "wb", 6, content, mtime=0) as stream:  # the same bytes each time
                    left = size - stream.write(first)
                    while left > 0 and (line := next(self._left, None)):
                        left -= stream.write(line)
                content.seek(0)
                yield cast("BinaryIO", content)
        self._say()

    def _lines(self) -> Iterator[bytes]:
        for entry in self._reading.entries():
            line = b'{"Item":' + dumps_sorted(entry.item) + b"}\n"
            self.items += 1
            self.bytes += len(line)
            if time.monotonic() - self._told >= TELL_SECONDS:
                self._say()
            yield line

    def _say(self) -> None:
        self._told = time.monotonic()
        self._tell(
            Progress(PHASE, self.items, self.bytes, self._reading.items, None, self._told - self._began)
        )
