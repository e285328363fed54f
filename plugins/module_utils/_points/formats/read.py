# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one door to backups that others made: any of the formats in, items in DynamoDB JSON out.

docs/formats.md says for users what is read and what is refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from . import archives, detect, emr, export, hive, ion, pages
from .parts import Lines, Reading
from .source import Source, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..._items.size import Item
    from .source import Object

AUTO = "auto"
_LINES: dict[str, Callable[[bytes], Item]] = {
    detect.ITEM_LINES: export.read_item_line,
    export.FORMAT: export.read_line,
    emr.FORMAT: emr.read_line,
    hive.FORMAT: hive.read_line,
}
FORMATS = (AUTO, export.FORMAT, ion.FORMAT, emr.FORMAT, hive.FORMAT, pages.DYNAMODUMP, pages.SCAN)


def open_backup(source: Source, wanted: str = AUTO, chosen: str = "") -> Reading:
    """Find out what lies there, without reading more than manifests and a first line.

    Where several backups lie in one place, one is chosen by its folder (a dot for the place itself) or its
    file, or in an archive by its table.
    """
    if wanted not in FORMATS:
        raise UnreadableError(f"the format must be one of {', '.join(FORMATS)}, and not {wanted}")
    within = _chosen(source, chosen) if chosen else source
    if chosen and not within.objects:
        return _in_archive(source, wanted, chosen)
    found = detect.choose(within, detect.backups(within))
    reading = _by_name(within, found) if found else _by_line(within, wanted)
    if wanted not in {AUTO, reading.format}:
        raise UnreadableError(f"it has the format {reading.format}, and not {wanted}", source.place)
    return reading


def _chosen(source: Source, chosen: str) -> Source:
    names = [each.name for each in source.objects]
    if chosen in names:
        return source.only(chosen)
    if chosen == ".":
        # With the folder that exports and dynamodump have for their data.
        return source.only(*(name for name in names if "/" not in name.removeprefix("data/")))
    return source.below(chosen)


def _in_archive(source: Source, wanted: str, table: str) -> Reading:
    files = [each.name for each in source.objects if each.name.lower().endswith(archives.SUFFIXES)]
    if len(files) != 1 or wanted not in {AUTO, pages.DYNAMODUMP}:
        raise UnreadableError(f"there is nothing below {table}", source.place)
    return _archive(source, files[0], table)


def _archive(source: Source, name: str, table: str = "") -> Reading:
    return archives.archive(source, next(each for each in source.objects if each.name == name), table)


def _by_name(source: Source, found: detect.Found) -> Reading:
    if found.format == "archive":
        return _archive(source, found.folder)
    within = source.below(found.folder) if found.folder else source
    openers: dict[str, Callable[[Source], Reading]] = {
        export.FORMAT: export.with_manifest,
        emr.FORMAT: emr.with_manifest,
        pages.DYNAMODUMP: pages.dynamodump,
    }
    return openers[found.format](within)


def _by_line(source: Source, wanted: str) -> Reading:
    files = detect.loose_files(source)
    name = detect.by_first_line(source, files) if wanted in {AUTO, pages.SCAN} else wanted
    if name == pages.SCAN:
        return pages.scan(source, files)
    if name == pages.DYNAMODUMP:
        raise UnreadableError("it has no pages of dynamodump: data/0001.json and so on", source.place)
    return _lines(source, files, name)


def _lines(source: Source, files: list[Object], name: str) -> Reading:
    read = ion.reader() if name == ion.FORMAT else _LINES[name]
    parts = tuple(Lines(source, each, read) for each in files)
    notes = {
        export.FORMAT: export.NO_MANIFEST,
        ion.FORMAT: export.NO_MANIFEST,
        detect.ITEM_LINES: export.NO_MANIFEST,
    }
    reading = Reading(name, parts, (notes.get(name, emr.NO_MANIFEST),))
    return replace(reading, format=pages.SCAN) if name == detect.ITEM_LINES else reading
