# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The items of a backup with where each is from, read as fast as they may be."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from .._items.strict_json import loads_trusted
from .._points.formats.parts import Lines
from .._points.formats.source import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from .._items.size import Item
    from .._points.formats.parts import Part, Reading


class Read(NamedTuple):
    """An item, and where it is from."""

    item: Item
    file: str
    line: int


def read(reading: Reading) -> Iterator[Read]:
    """All items. Those of an export are not checked one by one: DynamoDB wrote them, or a restore looked."""
    for part in reading.parts:
        yield from _part(reading, part)
    reading.finish()


def again(reading: Reading, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], Item]:
    """A few items by file and line. Files that have none are not opened, the others read no further."""
    lines: dict[str, set[int]] = defaultdict(set)
    for file, line in wanted:
        lines[file].add(line)
    found: dict[tuple[str, int], Item] = {}
    for part in reading.parts:
        if not lines:
            break
        if isinstance(part, Lines) and part.name not in lines:
            continue  # other parts may hold several files: archives do
        for each in _part(reading, part):
            if each.line not in lines.get(each.file, ()):
                continue
            found[each.file, each.line] = each.item
            lines[each.file].discard(each.line)
            if not lines[each.file]:
                del lines[each.file]
                if not lines or isinstance(part, Lines):
                    break
    return found


def count(reading: Reading) -> int:
    """How many items there are: as a manifest says, against which files are held whenever they are read."""
    if reading.items is not None:
        return reading.items
    return sum(1 for _each in read(reading))


def picked(
    reading: Reading, files: Mapping[str, int], lines: Callable[[int], Iterator[tuple[int, int]]]
) -> Iterator[tuple[int, Item]]:
    """Items at some lines, any number of them, each with its own number.

    Files have numbers, and of one `lines` tells the lines in their order, each with the item's number.
    """
    for part in reading.parts:
        if isinstance(part, Lines):
            if part.name in files:
                yield from _picked_lines(reading, part, lines(files[part.name]))
            continue
        file, following = "", None
        wanted: Iterator[tuple[int, int]] = iter(())
        for each in _part(reading, part):
            if each.file != file:
                file, wanted = each.file, lines(files[each.file])
                following = next(wanted, None)
            if following and each.line == following[0]:
                yield following[1], each.item
                following = next(wanted, None)


def _picked_lines(
    reading: Reading, part: Lines, wanted: Iterator[tuple[int, int]]
) -> Iterator[tuple[int, Item]]:
    following = next(wanted, None)
    if following is None:
        return
    for number, line in part.lines():
        if number == following[0]:
            yield following[1], _item(reading, part, number, line)
            following = next(wanted, None)
            if following is None:
                return


def _part(reading: Reading, part: Part) -> Iterator[Read]:
    if not (reading.passes_through and isinstance(part, Lines)):
        for entry in part.entries():
            yield Read(entry.item, entry.file, entry.line)
        return
    for number, line in part.lines():
        yield Read(_item(reading, part, number, line), part.name, number)


def _item(reading: Reading, part: Lines, number: int, line: bytes) -> Item:
    if not reading.passes_through:
        return _explained(part, number, line)
    try:
        item: Item = loads_trusted(line)["Item"]
    except (ValueError, KeyError, TypeError):
        return _explained(part, number, line)
    return item


def _explained(part: Lines, number: int, line: bytes) -> Item:
    """The item, by the reader that says what is wrong with a line."""
    try:
        return part.read(line)
    except ValueError as error:
        raise UnreadableError(str(error), part.name, number) from None
