# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes what was found into a file, however much it is: a CSV table, or JSON lines.

Lines of what one point has are those of a DynamoDB export, {"Item": {...}}, so that whatever reads an export
reads them. With several points each line also tells the Point, and when it was Taken. The file gets its name
when it is whole, and until then nobody sees it.
"""

from __future__ import annotations

import csv
import errno
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from .._items.strict_json import dumps_sorted, loads_trusted
from .spelled import cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType
    from typing import IO

    from .._items.size import Item

CSV, LINES = ".csv", ".jsonl"
SUFFIXES = (CSV, LINES)
# A table with more could be read neither by people nor by their programs.
MOST_COLUMNS = 1_000
# Heads of the columns that tell where an item is from. No letter comes before _ but capitals.
POINT, TAKEN = "_point", "_taken"


class NotWrittenError(Exception):
    """Why there is no file, as a sentence that says what to do."""


class Found(NamedTuple):
    """An item, and the state of the table that it is of."""

    point: str
    taken: str  # in UTC, as people write it
    item: Item


class _Form(Protocol):
    """What a kind of file does with items."""

    def add(self, found: Found) -> None:
        """One more."""

    def finish(self) -> None:
        """Write what could not be written before all were known."""

    def close(self) -> None:
        """Give the disk back."""


class File:
    """A file that is being written, to be used with `with`: it is there when that has ended well."""

    def __init__(
        self, path: str, keys: Sequence[str], columns: Sequence[str] = (), *, several: bool = False
    ) -> None:
        self.path, self.items = Path(path), 0
        self._arguments = keys, columns, several

    def __enter__(self) -> File:
        keys, columns, several = self._arguments
        try:
            self._file = tempfile.NamedTemporaryFile(
                dir=self.path.parent, prefix=f".{self.path.name}.", delete=False
            )
        except OSError as error:
            raise _unwritten(self.path, error) from None
        self._form: _Form = (
            _Table(self._file.file, keys, columns)
            if self.path.suffix.lower() == CSV
            else _Lines(self._file.file, several=several)
        )
        return self

    def add(self, found: Found) -> None:
        """One more item."""
        self.items += 1
        try:
            self._form.add(found)
        except OSError as error:
            raise _unwritten(self.path, error) from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        made = Path(self._file.name)
        try:
            with self._file:
                if kind is None:
                    self._form.finish()
            if kind is None:
                made.replace(self.path)
        except OSError as failed:
            raise _unwritten(self.path, failed) from None
        finally:
            self._form.close()
            made.unlink(missing_ok=True)


class _Lines:
    def __init__(self, file: IO[bytes], *, several: bool) -> None:
        self._file, self._several = file, several

    def add(self, found: Found) -> None:
        where = {"Point": found.point, "Taken": found.taken} if self._several else {}
        self._file.write(dumps_sorted({**where, "Item": found.item}) + b"\n")

    def finish(self) -> None:
        """All is written."""

    def close(self) -> None:
        """It holds nothing but the file."""


class _Table:
    """Which columns there are is known when all items are: until then they wait on the disk."""

    def __init__(self, file: IO[bytes], keys: Sequence[str], columns: Sequence[str]) -> None:
        self._file, self._keys, self._chosen = file, keys, columns
        self._names = dict.fromkeys(columns or keys)
        self._waiting = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this object

    def add(self, found: Found) -> None:
        if not self._chosen:
            self._names |= dict.fromkeys(found.item)
            if len(self._names) > MOST_COLUMNS:
                raise NotWrittenError(
                    f"The items have more than {MOST_COLUMNS:,} different attributes, too many for a table:"
                    f" name those that are needed with O(columns), or let O(file) end in {LINES}."
                )
        self._waiting.write(dumps_sorted(list(found)) + b"\n")

    def finish(self) -> None:
        """The heads, and a row for each item."""
        first = list(self._chosen or self._keys)
        names = [*first, *sorted(set(self._names) - set(first))]
        self._waiting.seek(0)
        self._write([[POINT, TAKEN, *names]])
        self._write(self._rows(names))

    def close(self) -> None:
        """Give the disk back."""
        self._waiting.close()

    def _rows(self, names: Sequence[str]) -> Iterator[list[str]]:
        for line in self._waiting:
            point, taken, item = loads_trusted(line)
            yield [point, taken, *(cell(item.get(name)) for name in names)]

    def _write(self, rows: Iterable[list[str]]) -> None:
        csv.writer(_Encoded(self._file), lineterminator="\n").writerows(rows)


class _Encoded:
    """What csv writes, as UTF-8."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, text: str) -> Any:
        return self._file.write(text.encode())


def _unwritten(path: Path, error: OSError) -> NotWrittenError:
    why = error.strerror or str(error)
    if error.errno == errno.ENOSPC:
        why = f"the disk is full, in {path.parent} or {tempfile.gettempdir()}"
        if path.suffix.lower() == CSV:
            why += f". A {CSV} file takes twice its size: let O(file) end in {LINES}, or set TMPDIR"
    return NotWrittenError(f"O(file): {path} cannot be written: {why}.")
