# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Archives of dynamodump, read member by member and never unpacked: names in an archive lead nowhere."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from . import streams
from .documents import Documents
from .pages import DYNAMODUMP, PAGE, require_all, require_end
from .parts import Reading
from .source import Entry, Object, Source, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = (".tar.bz2", ".tar.gz", ".tgz", ".tar", ".zip")
# A zip archive has its table of contents at its end: it is copied, beyond this size to the disk.
SPOOLED = 32 << 20


@dataclass(frozen=True)
class Archive:
    """The pages of one table in an archive."""

    source: Source
    file: Object
    table: str  # empty if it is to be the only one

    @property
    def name(self) -> str:
        """The file."""
        return self.file.name

    @property
    def size(self) -> int:
        """Its bytes, as they are stored."""
        return self.file.size

    def entries(self) -> Iterator[Entry]:
        """Its items, checked."""
        ends: dict[int, tuple[str, bool]] = {}
        for name, number, stream in self._pages(self._members()):
            if number in ends:
                raise UnreadableError(f"it has {name} twice", self.name)
            documents = Documents(stream, f"{self.name}:{name}")
            yield from documents.entries()
            ends[number] = (name, documents.goes_on)
        if not ends:
            table = f" of the table {self.table}" if self.table else ""
            raise UnreadableError(f"it holds no pages of dynamodump{table}", self.name)
        require_all(ends)
        name, goes_on = ends[max(ends)]
        require_end(f"{self.name}:{name}")(goes_on)

    def _pages(self, members: Iterator[tuple[str, BinaryIO]]) -> Iterator[tuple[str, int, BinaryIO]]:
        """The pages among its members. A second table is refused, as long as none is chosen."""
        seen = None
        for name, stream in members:
            match = PAGE.fullmatch(name)
            if not match:
                continue
            table = (match["table"] or "").rsplit("/", 1)[-1]
            if self.table and table != self.table:
                continue
            folder = match["table"]
            if seen not in {None, folder}:
                raise UnreadableError(
                    f"it holds several tables, such as {seen} and {folder}: choose one", self.name
                )
            seen = folder
            yield name, int(match["number"]), stream

    def _members(self) -> Iterator[tuple[str, BinaryIO]]:
        if self.name.lower().endswith(".zip"):
            with self.source.open(self.name) as raw, tempfile.SpooledTemporaryFile(SPOOLED) as copy:
                shutil.copyfileobj(raw, copy)
                copy.seek(0)
                yield from self._zipped(cast("BinaryIO", copy))
        else:
            with streams.opened(self.source.open(self.name), self.name) as stream:
                yield from self._tarred(stream)

    def _zipped(self, copy: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
        try:
            with zipfile.ZipFile(copy) as archive:
                for member in archive.infolist():
                    if not member.is_dir():
                        with archive.open(member) as stream:
                            yield member.filename, cast("BinaryIO", stream)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
            raise UnreadableError(f"it is no zip archive that can be read ({error})", self.name) from None

    def _tarred(self, stream: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
        # Decompressed here and not by tarfile, which takes a cut archive for one that is at its end.
        try:
            with streams.damage(self.name, [0]), tarfile.open(fileobj=stream, mode="r|") as archive:
                for member in archive:
                    if member.isfile() and (content := archive.extractfile(member)):
                        yield member.name, cast("BinaryIO", content)
            with streams.damage(self.name, [0]):
                while stream.read(streams.CHUNK):
                    pass
        except tarfile.TarError as error:
            raise UnreadableError(f"it is no tar archive that can be read ({error})", self.name) from None


def archive(source: Source, file: Object, table: str) -> Reading:
    """The pages of one table in an archive."""
    return Reading(DYNAMODUMP, (Archive(source, file, table),))
