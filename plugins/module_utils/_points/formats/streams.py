# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files as streams of lines, decompressed, none held whole.

Lines end at line feeds only: other characters that Unicode takes for the end of a line occur within values.
"""

from __future__ import annotations

import bz2
import gzip
import io
import tarfile
import zipfile
import zlib
from contextlib import contextmanager
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from .source import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

# An item of 400 KB takes less than 3 MiB as JSON: what is longer is no line of items.
LONGEST = 8 << 20
CHUNK = 1 << 18
COMPRESSED = {".gz", ".bz2", ".deflate"}
# Hadoop's own frames around blocks: the tools that are called so do not read them.
HADOOP_ONLY = {".snappy": "Snappy", ".lz4": "LZ4", ".lzo": "LZO", ".lzo_deflate": "LZO"}
_MAGIC = {b"\x1f\x8b": ".gz", b"BZh": ".bz2"}
_CUT = "it is cut: its compressed data ends too early"


@contextmanager
def opened(raw: io.RawIOBase | BinaryIO, file: str, *, may_be_empty: bool = False) -> Iterator[BinaryIO]:
    """A file's bytes, decompressed as its name says, or its first bytes."""
    with io.BufferedReader(cast("Any", raw) if isinstance(raw, io.RawIOBase) else _Raw(raw), CHUNK) as stream:
        kind = compression(file)
        start = stream.peek(3)[:3]
        if kind and not start and not may_be_empty:
            raise UnreadableError("it is compressed, and empty: it is cut", file)
        kind = kind or next((found for magic, found in _MAGIC.items() if start.startswith(magic)), "")
        yield _decompressed(stream, kind)


def compression(file: str) -> str:
    """How a file is compressed, by its name; empty if it is not."""
    suffix = PurePosixPath(file).suffix.lower()
    if suffix in HADOOP_ONLY:
        raise UnreadableError(
            f"it is compressed in Hadoop's frames for {HADOOP_ONLY[suffix]}, which only Hadoop reads: "
            "decompress the files with an EMR cluster (hadoop fs -text), and name the folder of the result",
            file,
        )
    if suffix == ".zst":
        raise UnreadableError("it is compressed with Zstandard: decompress it first (zstd -d)", file)
    return suffix if suffix in COMPRESSED else ""


def _decompressed(stream: io.BufferedReader, kind: str) -> BinaryIO:
    if kind == ".gz":
        return cast("BinaryIO", gzip.GzipFile(fileobj=stream))
    if kind == ".bz2":
        return cast("BinaryIO", bz2.BZ2File(stream))
    return io.BufferedReader(_Inflated(stream), CHUNK) if kind else stream


@contextmanager
def damage(file: str, line: list[int]) -> Iterator[None]:
    """Says of a damaged file what is wrong with it. Errors of the disk or the network pass."""
    try:
        yield
    except EOFError:
        raise UnreadableError(_CUT, file, line[0]) from None
    except (OSError, zlib.error) as error:
        if getattr(error, "errno", None) is not None:
            raise
        raise UnreadableError(f"its compressed data is damaged ({error})", file, line[0]) from None
    except (tarfile.TarError, zipfile.BadZipFile) as error:
        raise UnreadableError(f"the archive is cut or damaged ({error})", file, line[0]) from None


def lines(stream: BinaryIO, file: str) -> Iterator[tuple[int, bytes]]:
    """The lines of a stream that are not empty, without their ends, numbered from 1."""
    number = [0]
    with damage(file, number):
        for line in iter(partial(stream.readline, LONGEST), b""):
            number[0] += 1
            if len(line) == LONGEST and not line.endswith(b"\n"):
                raise UnreadableError(f"it is longer than {LONGEST >> 20} MiB: no item is", file, number[0])
            if text := line.rstrip(b"\r\n"):
                yield number[0], text


class _Raw(io.RawIOBase):
    """Anything with read() as a raw stream."""

    def __init__(self, body: Any) -> None:
        super().__init__()
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._body.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        if not self.closed:
            self._body.close()
        super().close()


class _Inflated(io.RawIOBase):
    """What Hadoop calls .deflate: one stream of zlib."""

    def __init__(self, body: BinaryIO) -> None:
        super().__init__()
        self._body, self._inflate = body, zlib.decompressobj()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._inflate.eof:
            text = self._inflate.unconsumed_tail or self._body.read(CHUNK)
            if not text:
                raise EOFError
            if chunk := self._inflate.decompress(text, len(buffer)):
                buffer[: len(chunk)] = chunk
                return len(chunk)
        if self._inflate.unused_data or self._body.read(1):
            raise zlib.error("something follows after its end")
        return 0
