# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pages of a scan in files: what `aws dynamodb scan` writes, and folders of dynamodump."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from . import streams
from .documents import Documents
from .parts import Reading
from .source import Entry, Object, Source, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SCAN, DYNAMODUMP = "scan", "dynamodump"
PAGE = re.compile(r"(?:(?P<table>.*?)/)?data/(?P<number>\d{4,})\.json")
SEVERAL = "There are several files: nothing proves that each has another part, and that none is missing."


@dataclass(frozen=True)
class Pages:
    """A file with pages."""

    source: Source
    file: Object
    last: Callable[[bool], object] = field(default=bool)  # told whether there are more pages

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
        if not self.size:
            raise UnreadableError("it is empty", self.name)
        with streams.opened(self.source.open(self.name), self.name) as stream:
            documents = Documents(stream, self.name)
            yield from documents.entries()
        self.last(documents.goes_on)


def scan(source: Source, files: Iterable[Object]) -> Reading:
    """The output of one scan, in one file or several."""
    files = list(files)
    ends: dict[str, bool] = {}

    def finish() -> None:
        if ends and all(ends.values()):
            raise UnreadableError("the scan has more pages than are there: it was not finished", max(ends))

    parts = tuple(Pages(source, each, _note(ends, each.name)) for each in files)
    return Reading(SCAN, parts, (SEVERAL,) if files[1:] else (), finish=finish)


def _note(ends: dict[str, bool], name: str) -> Callable[[bool], object]:
    def note(goes_on: bool) -> None:
        ends[name] = goes_on

    return note


def dynamodump(source: Source) -> Reading:
    """The folder of a table: data/0001.json and so on, each a page."""
    pages = {
        int(match["number"]): each
        for each in source.objects
        if (match := PAGE.fullmatch(each.name)) and not match["table"]
    }
    require_all(pages)
    numbers = sorted(pages)
    parts = tuple(
        Pages(source, pages[number], require_end(pages[number].name) if number == numbers[-1] else bool)
        for number in numbers
    )
    return Reading(DYNAMODUMP, parts)


def require_all(numbers: Iterable[int]) -> None:
    """Refuse pages of which some are missing."""
    found = sorted(numbers)
    if missing := sorted(set(range(1, max(found, default=0) + 1)).difference(found)):
        raise UnreadableError(f"the dump is not whole: data/{missing[0]:04}.json is missing")


def require_end(name: str) -> Callable[[bool], object]:
    """Refuse a last page that says that there are more."""

    def last(goes_on: bool) -> None:
        if goes_on:
            raise UnreadableError("the dump was not finished: its last page says that there are more", name)

    return last
