# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The two things that can be compared: the files of a backup, and a table as it is."""

from __future__ import annotations

import errno
import sqlite3
import tempfile
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code

from .._aws.client import during
from .._aws.dynamodb import NO_TABLE
from .._items.canonical import canonical, key_form
from .._items.expiry import has_expired
from .._items.strict_json import loads_trusted
from .._points.formats.source import UnreadableError
from . import sides
from .compared import UncomparableError
from .gather_again import read_again
from .telling import Teller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from .._aws.dynamodb_items import ItemReads
    from .._items.size import Item
    from .._model.progress import Tell
    from .._points.formats.parts import Reading
    from .comparison import Side
    from .differing import Kept
    from .gather_scan import Page, Scan

READING, SCANNING = "reading the backup", "reading the table"


class Expiry(NamedTuple):
    """By which attribute items expire, and the moment at which the other side was looked at."""

    attribute: str = ""  # empty: none expires
    now: float = 0  # seconds since 1970

    def of(self, item: Item | None) -> bool:
        """Whether an item may have been deleted by then."""
        return item is not None and has_expired(item, self.attribute, self.now)


NEVER = Expiry()


class Whole(Protocol):
    """All items of a side."""

    def add(self, side: Side, expiry: Expiry, tell: Tell) -> None:
        """Note the digests of all."""

    def again(self, keys: Sequence[bytes]) -> dict[bytes, Item] | None:
        """Those with these keys that are there now, by key; None, if nothing can have changed."""

    def read_images(self, kept: Kept, side: int) -> None:
        """Read what is not known yet of those that differ."""

    @property
    def files(self) -> Sequence[str]:
        """The names of files that items are from, by their numbers."""


@dataclass
class Files:
    """A backup."""

    reading: Reading
    keys: Mapping[str, str]
    files: list[str] = field(default_factory=list)
    damaged: Callable[[], AbstractContextManager[None]] = nullcontext  # says what to do if it is

    def add(self, side: Side, expiry: Expiry, tell: Tell) -> None:
        """Note the digests of all, and which have expired."""
        with self.damaged():
            self.files = add_files(side, self.keys, self.reading, tell, expiry)

    def again(self, keys: Sequence[bytes]) -> None:
        """Files stay as they are."""

    def read_images(self, kept: Kept, side: int) -> None:
        """Read the lines once more that differ, file after file."""
        wanted, found = kept.index(side), 0
        if not wanted:
            return
        numbers = {name: number for number, name in enumerate(self.files)}
        with self.damaged():
            for number, item in sides.picked(self.reading, numbers, lambda file: kept.lines(side, file)):
                kept.put(side, number, item)
                found += 1
        if found != wanted:
            raise UncomparableError(
                f"Of {wanted:,} lines of the backup only {found:,} were there when they were read again."
            )


@dataclass
class Table:
    """A table as it is."""

    reads: ItemReads
    scan: Scan
    keys: Mapping[str, str]
    items: int  # about so many
    files: Sequence[str] = ()

    def add(self, side: Side, _expiry: Expiry, tell: Tell) -> None:
        """Note the digests of all. Which have expired shows when they are read again."""
        add_table(side, self.keys, self.scan, self.items, tell)

    def again(self, keys: Sequence[bytes]) -> dict[bytes, Item]:
        """Those that are there now, read consistently."""
        named = [loads_trusted(key) for key in keys]
        found = read_again(self.reads, self.scan.table, named, self.scan.rate)
        return {key_form(item, self.keys): item for item in found}

    def read_images(self, kept: Kept, side: int) -> None:
        """They were read when the difference was seen to be one."""


def add_files(
    side: Side, keys: Mapping[str, str], reading: Reading, tell: Tell, expiry: Expiry = NEVER
) -> list[str]:
    """All items of a backup; returned are the names of its files, by the numbers that places have."""
    files: dict[str, int] = {}
    teller = Teller(tell, READING, reading.items)
    for item, file, line in sides.read(reading):
        try:
            key = key_form(item, keys)
        except KeyError as missing:
            raise UnreadableError(f"its key {missing} is not there", file, line) from None
        expired = expiry.of(item)
        side.add(key, canonical(item), files.setdefault(file, len(files)), line, expired=expired)
        teller.more(1, 0)
    teller.end()
    return list(files)


def add_table(side: Side, keys: Mapping[str, str], scan: Scan, expected: int, tell: Tell) -> None:
    """All items of a table."""
    teller = Teller(tell, SCANNING, expected)

    def take(page: Page) -> None:
        for item in page.items:
            try:
                key = key_form(item, keys)
            except KeyError as missing:
                raise UncomparableError(
                    f"The table {scan.table} has no key {missing}: it cannot be compared by that."
                ) from None
            side.add(key, canonical(item))
        teller.more(page.count, page.bytes)

    scan.read(take)
    teller.end()


@contextmanager
def finished(what: str) -> Iterator[None]:
    """Says what could not be compared."""
    try:
        with during(f"compare {what} with the backup"):
            yield
    except is_boto3_error_code(NO_TABLE):
        raise UncomparableError(f"There is no table {what}: nothing was compared.") from None
    except (OSError, sqlite3.Error) as error:
        if getattr(error, "errno", None) != errno.ENOSPC and "disk is full" not in str(error):
            raise
        raise UncomparableError(
            f"The disk is full ({tempfile.gettempdir()}): comparing takes about 200 bytes for each item of "
            "both sides together. Let TMPDIR name a folder with more room, or compare by count."
        ) from None
