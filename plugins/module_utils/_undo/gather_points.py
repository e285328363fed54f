# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Images from points: one from before the incident and one from its end, or one alone and the table as it is.

Where whole keys are named, only those items are read of the table; otherwise all of it is compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .._aws.dynamodb_items import ItemReads
from .._base.rate import Rate
from .._base.times import told
from .._compare import sides
from .._compare.compared import UncomparableError
from .._compare.gather import FEW_ITEMS
from .._compare.gather_differences import Wanted, compared
from .._compare.gather_scan import Scan
from .._compare.gather_sides import Files, Table
from .._items.size import READ_UNIT_BYTES
from .._points import gather_reading
from .._points.choose_point import PointError
from .._points.formats.source import UnreadableError
from .._settings.document import SettingsError
from .asked import NotUndoableError
from .plan_document import POINT, POINTS, Images, Key, Origin
from .told import WINDOW
from .work import READS_ON_DEMAND, limit

if TYPE_CHECKING:
    from .._aws.client import Aws
    from .._compare.gather_sides import Whole
    from .._items.size import Item
    from .._model.history import RestorePoint
    from .._model.lines import Lines
    from .._points.formats.incremental import Changes
    from .._points.formats.parts import Reading
    from .._points.gather_reading import Opened
    from .asked import Asked
    from .deciding import Taking
    from .gather_table import Live, Place
    from .merged import Merged

SEGMENTS = 4
# What is there now of an item that is named, until it is read: no attribute of DynamoDB's has no name.
UNREAD: Item = {"": {"NULL": True}}
# Told one after the other: what a point tells as an image from before, what another as one from the end.
_BEFORE, _AFTER = WINDOW, WINDOW + 1


class Sources(NamedTuple):
    """From what images were read."""

    images: Images
    notes: tuple[str, ...]


class Recorded(NamedTuple):
    """Incremental exports, each with its place in the order of time (told.py)."""

    exports: tuple[tuple[int, Changes], ...]
    sources: Sources


class Asking(NamedTuple):
    """What images are read for."""

    aws: Aws
    place: Place
    asked: Asked
    taking: Taking
    lines: Lines
    recorded: Recorded | None = None  # what was found of it already, so that it is told once

    @property
    def live(self) -> Live:
        """The table."""
        return self.place.live


def of_points(asking: Asking, merged: Merged) -> Sources:
    """Read all that is taken; NotUndoableError says why it cannot be had."""
    found = points_of(asking)
    try:
        _read(asking, merged, found.before, found.after)
    except UncomparableError as error:
        raise NotUndoableError(str(error)) from error
    return found.sources


class Points(NamedTuple):
    """A point from before the incident, and one from its end if one is named."""

    before: Opened
    after: Opened | None
    sources: Sources


def points_of(asking: Asking) -> Points:
    """Find them; NotUndoableError says why they cannot be had."""
    aws, asked, live = asking.aws, asking.asked, asking.live
    try:
        kept = gather_reading.points(aws, asking.place.store, live.table.name)
        before = _opened(aws, live, kept, asked.before, "O(before)")
        after = _opened(aws, live, kept, asked.after, "O(after)") if asked.after else None
    except (PointError, SettingsError) as error:
        raise NotUndoableError(str(error)) from error
    if after and after.point.taken <= before.point.taken:
        raise NotUndoableError(
            f"O(after) is {after.point.id} of {told(after.point.taken)}, which is not later than O(before), "
            f"{before.point.id} of {told(before.point.taken)}: give the point from the end of the incident"
        )
    opened = [each for each in (before, after) if each]
    images = Images(
        kind=POINTS if after else POINT,
        from_=told(before.point.taken) or "",
        until=told(after.point.taken if after else aws.time()) or "",
        origins=tuple(_origin(each) for each in opened),
        undo="",
    )
    return Points(before, after, Sources(images, tuple(note for each in opened for note in each.notes)))


def read_rate(live: Live, asked: Asked) -> Rate:
    """How fast the table is read."""
    on_demand = live.table.on_demand
    return Rate(limit(asked.read_units_per_second, live.read_units, READS_ON_DEMAND, on_demand=on_demand))


def _opened(aws: Aws, live: Live, kept: tuple[RestorePoint, ...], asked: str, option: str) -> Opened:
    """A point that is of this very table, as far as anybody knows."""
    try:
        found = gather_reading.opened(aws, kept, asked)
    except (PointError, UnreadableError) as error:
        raise NotUndoableError(str(error).replace("O(point)", option)) from error
    live.require_older(found.point.taken, f"{option}, {found.point.id},")
    saved = gather_reading.settings_beside(aws, found.point)
    if saved is None:
        return found
    if saved.id and saved.id != live.table.id:
        raise NotUndoableError(
            f"{option}, {found.point.id}, is of another table of the name {live.table.name}, which was "
            "deleted since: bring that one back beside this one with the playbook restore"
        )
    if tuple(Key(each.name, each.type) for each in saved.keys) != live.table.keys:
        raise NotUndoableError(f"{option}, {found.point.id}, has other keys than {live.table.name} has now")
    return found


def _read(asking: Asking, merged: Merged, before: Opened, after: Opened | None) -> None:
    live, taking = asking.live, asking.taking
    if taking.only and (after or all(map(taking.only.is_whole, range(len(taking.only.wanted))))):
        _add_taken(before.reading, _BEFORE, live, taking, merged)
        if after:
            _add_taken(after.reading, _AFTER, live, taking, merged)
        else:
            for key in taking.only.wanted:
                merged.add(_AFTER, key, None, UNREAD)
        return
    expected = Files(before.reading, live.keys)
    found: Whole = Files(after.reading, live.keys) if after else _table(asking)
    tell = asking.lines.progress
    with compared(expected, found, Wanted(all=True), tell, what=live.table.name) as outcome:
        for each in outcome.differing():
            if taking.takes(each.key):
                merged.add(WINDOW, each.key, each.expected, each.found)


def _table(asking: Asking) -> Table:
    client, live = asking.aws("dynamodb"), asking.live
    segments = SEGMENTS if live.items >= FEW_ITEMS else 1
    units = int(live.description.get("TableSizeBytes", 0)) // READ_UNIT_BYTES + 1
    asking.lines.say(f"compare: reads the whole table, which takes about {units:,} read units")
    scan = Scan(client, live.table.name, segments=segments, rate=read_rate(live, asking.asked))
    return Table(ItemReads(client), scan, live.keys, live.items)


def _add_taken(reading: Reading, at: int, live: Live, taking: Taking, merged: Merged) -> None:
    """The items of a point that are named, as what is before them or at their end."""
    for item, file, line in sides.read(reading):
        try:
            key = {name: item[name] for name in live.names}
            is_taken = taking.takes(key)
        except KeyError as missing:
            raise UnreadableError(f"its key {missing} is not there", file, line) from None
        if is_taken:
            merged.add(at, key, *((item, None) if at == _BEFORE else (None, item)))


def _origin(opened: Opened) -> Origin:
    point = opened.point
    return Origin(point.id, point.location, "", told(point.taken) or "", point.items or 0)
