# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a foreign backup is read from: its objects, and how one is opened.

Everything in this package reads from a Source, so that it knows neither S3 nor a disk:
_points/gather_objects.py makes one of a place in S3, folder.py one of a folder.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..._items.size import Item


class UnreadableError(Exception):
    """Why something cannot be restored from: a sentence, with file and line as far as they are known."""

    def __init__(self, why: str, file: str = "", line: int = 0) -> None:
        where = f"{file}, line {line}: " if line else f"{file}: " if file else ""
        super().__init__(where + why)
        self.why, self.file, self.line = why, file, line


class Object(NamedTuple):
    """A file, or an object in S3."""

    name: str  # below the source's place, with slashes
    size: int


@dataclass(frozen=True)
class Source:
    """A place with objects."""

    place: str  # as people write it: s3://bucket/prefix
    objects: tuple[Object, ...]
    open: Callable[[str], BinaryIO]  # by name; the stream is read from its beginning to its end, once

    def below(self, folder: str) -> Source:
        """The objects in one of its folders."""
        folder = folder.strip("/") + "/"
        objects = tuple(
            Object(each.name.removeprefix(folder), each.size)
            for each in self.objects
            if each.name.startswith(folder)
        )
        place = f"{self.place}/{folder[:-1]}"
        return replace(self, place=place, objects=objects, open=lambda name: self.open(folder + name))

    def only(self, *names: str) -> Source:
        """A few of its objects."""
        return replace(self, objects=tuple(each for each in self.objects if each.name in names))


class Entry(NamedTuple):
    """An item in DynamoDB JSON that DynamoDB takes, where it is from, and its bytes by DynamoDB's rules."""

    item: Item
    file: str
    line: int
    size: int
