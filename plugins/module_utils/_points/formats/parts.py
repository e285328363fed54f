# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can be read of a backup, one part after another or several at a time: a part is a file, mostly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ..._base.streams import Md5Stream
from ..._items.size import item_size
from . import streams
from .source import Entry, UnreadableError
from .unparsed import Shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..._items.size import Item
    from .source import Object, Source


class Part(Protocol):
    """What can be read by itself."""

    @property
    def name(self) -> str:
        """The file."""

    @property
    def size(self) -> int:
        """Its bytes, as they are stored."""

    def entries(self) -> Iterator[Entry]:
        """Its items; UnreadableError, at the latest after the last item, if it is not whole and sound."""


@dataclass(frozen=True)
class Proof:
    """What a manifest says of a file."""

    items: int
    md5: str  # of the bytes as they are stored, in base64


@dataclass(frozen=True)
class Lines:
    """A file with an item on each line."""

    source: Source
    file: Object
    read: Callable[[bytes], Item]
    proof: Proof | None = None

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
        for number, line in self.lines():
            try:
                item = self.read(line)
                yield Entry(item, self.name, number, item_size(item))
            except ValueError as error:
                raise UnreadableError(str(error), self.name, number) from None

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Its lines unparsed, with their numbers. That the file is what its manifest says is checked here."""
        raw = Md5Stream(self.source.open(self.name))
        may_be_empty = self.proof is not None and not self.proof.items
        count = 0
        with streams.opened(raw, self.name, may_be_empty=may_be_empty) as stream:
            for number, line in streams.lines(stream, self.name):
                count += 1
                yield number, line
            self._check(raw, count)

    def _check(self, raw: Md5Stream, count: int) -> None:
        while raw.read(streams.CHUNK):
            pass
        if self.proof is None:
            return
        if raw.base64 != self.proof.md5:
            raise UnreadableError("it is not the file that was written: its MD5 is another", self.name)
        if count != self.proof.items:
            raise UnreadableError(
                f"it holds {count} items, and the manifest says {self.proof.items}", self.name
            )


@dataclass(frozen=True)
class Reading:
    """A backup that somebody made, ready to be read."""

    format: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()  # sentences that a user should see
    left_over: int = 0  # files that the manifest does not name
    items: int | None = None  # as a manifest says
    finish: Callable[[], None] = field(default=lambda: None)  # what only shows when all parts are read

    def entries(self) -> Iterator[Entry]:
        """All items, part after part, each checked."""
        for part in self.parts:
            yield from part.entries()
        self.finish()

    @property
    def passes_through(self) -> bool:
        """Whether lines can be put into requests as they are."""
        return self.format == "dynamodb_json"

    def lines(self) -> Iterator[tuple[str, int, bytes]]:
        """File, number and text of each line of a DynamoDB export, as it is there: {"Item": {...}}.

        Each is one such object and nothing else. What the item holds is not looked at; files are held to
        their manifest as ever.
        """
        if not self.passes_through:
            raise UnreadableError(f"the format {self.format} has no lines that DynamoDB takes as they are")
        for part in self.parts:
            for number, line in passed_through(part):
                yield part.name, number, line


def passed_through(part: Part) -> Iterator[tuple[int, bytes]]:
    """The same of one part: number and text of each line."""
    if not isinstance(part, Lines):
        raise TypeError(f"{part.name} is not read by lines")
    shapes = Shapes()
    for number, line in part.lines():
        if not shapes.vouch_for(line):
            try:
                part.read(line)
            except ValueError as error:
                raise UnreadableError(
                    f"it is no line of a DynamoDB export: {error}", part.name, number
                ) from None
            shapes.add(line)
        yield number, line
