# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Records of items, in the order of their places, made into changes; digests of sides made into what differs.

All of it goes through records one after another and holds those of one item: how many there are does not
count.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from .._items.strict_json import loads
from .._points.formats.source import UnreadableError
from .._undo.change import Change
from .._undo.told import Told, change_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .._items.size import Item
    from .places import Place

BEFORE, INCIDENT, NOW = 0, 1, 2


class Stated(NamedTuple):
    """A change with what is there now, where an export of now told."""

    change: Change
    now: Item | None
    now_is_known: bool


class Digested(NamedTuple):
    """What is known of an item of one side before its image is read."""

    side: int
    content: bytes  # its digest
    file: int  # by number
    line: int


def of_windows(records: Iterable[tuple[Place, tuple[bytes, ...]]]) -> Iterator[Stated]:
    """Each record is what a window tells of an item: its key, its old image and its new one."""
    for _item, found in groupby(records, _item_of):
        change = change_of([Told(place.at, *told) for place, told in found])
        if change:
            yield Stated(change, None, now_is_known=False)


def of_points(
    records: Iterable[tuple[Place, bytes]], keys: tuple[str, ...], *, states: tuple[int, ...]
) -> Iterator[Stated]:
    """Each record is a line of a full export, its place tells the side that it is of.

    `states` are the sides that were read. Where there is no incident among them, what is now counts as that.
    """
    for _item, found in groupby(records, _item_of):
        images = {place.at: loads(line)["Item"] for place, line in found}
        any_image = images[min(images)]
        now = images.get(NOW)
        incident = images.get(INCIDENT) if INCIDENT in states else now
        change = Change({name: any_image[name] for name in keys}, images.get(BEFORE), incident)
        yield Stated(change, now, now_is_known=NOW in states)


def differing(
    records: Iterable[tuple[bytes, Digested]], files: Sequence[str], *, states: tuple[int, ...]
) -> Iterator[Digested]:
    """Of all items, by the digests of their keys: those whose images before and after the incident differ.

    All their sides are told, so that their images can be read. An item that one side has twice raises.
    """
    other = INCIDENT if INCIDENT in states else NOW
    for _key, found in groupby(records, lambda record: record[0]):
        sides: dict[int, Digested] = {}
        for _digest, told in found:
            if told.side in sides:
                first = sides[told.side]
                raise UnreadableError(
                    f"its item is also in {files[first.file]}, line {first.line}: no table has it twice",
                    files[told.file],
                    told.line,
                )
            sides[told.side] = told
        before, after = sides.get(BEFORE), sides.get(other)
        if (before and before.content) != (after and after.content):
            yield from sides.values()


def _item_of(record: tuple[Place, object]) -> tuple[bytes, bytes]:
    return record[0].partition, record[0].sort
