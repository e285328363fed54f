# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What kind of backup a listing shows, where several lie, and what the first line of a file says.

Files at known names are looked for first: manifests of exports and of EMR, pages of dynamodump, archives.
What is left is told by its first line, and every further line must be of the same kind.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ..._base.sizes import shortened
from ..._items import strict_json
from ..._items.size import KINDS, item_size
from . import archives, emr, export, hive, ion, manifests, pages, streams
from .documents import Documents
from .source import Object, Source, UnreadableError

ITEM_LINES = "item_lines"
_ION_STARTS = (b"$ion_", b"\xe0\x01\x00\xea")
_EXPORT = re.compile(r"(?P<folder>(?:.*/)?AWSDynamoDB/[^/]+)/(?:_started|manifest-files\.json)")
NO_ITEM = (
    "it is no item in a known format. Tables of Hive with columns, and CSV, do not have the types of values: "
    "nothing can be restored from them"
)
_FOLDER_MARK = "_$folder$"


class Found(NamedTuple):
    """A backup in a listing."""

    format: str
    folder: str  # empty for the place itself; of an archive, its name


def backups(source: Source) -> list[Found]:
    """The backups that show by the names of files."""
    found: set[Found] = set()
    unfinished: set[str] = set()
    for name, _size in source.objects:
        folder, _slash, last = name.rpartition("/")
        if last == manifests.SUMMARY:
            found.add(Found(export.FORMAT, folder))
        elif match := _EXPORT.fullmatch(name):
            unfinished.add(match["folder"])
        elif last == emr.MANIFEST:
            found.add(Found(emr.FORMAT, folder))
        elif match := pages.PAGE.fullmatch(name):
            found.add(Found(pages.DYNAMODUMP, match["table"] or ""))
        elif name.lower().endswith(archives.SUFFIXES):
            found.add(Found("archive", name))
    unfinished -= {each.folder for each in found}
    if unfinished and not found:
        raise UnreadableError(export.UNFINISHED, min(unfinished))
    return sorted(found)


def choose(source: Source, found: list[Found]) -> Found | None:
    """The only backup, or None if no names tell; UnreadableError if there are several."""
    if len(found) > 1:
        raise UnreadableError(_several(source, [each.folder or "." for each in found]))
    return found[0] if found else None


def loose_files(source: Source) -> list[Object]:
    """All files that hold data; UnreadableError if they are spread over several folders."""
    files = [each for each in source.objects if _holds_data(each)]
    folders = {each.name.rpartition("/")[0] for each in files}
    if len(folders) > 1:
        raise UnreadableError(_several(source, [folder or "." for folder in folders]))
    if not files:
        raise UnreadableError("there is nothing to restore from: it has no files with data", source.place)
    return sorted(files)


def _holds_data(file: Object) -> bool:
    name = file.name.rpartition("/")[2]
    return bool(name) and name[0] not in "_." and not name.endswith(_FOLDER_MARK) and name != "schema.json"


def _several(source: Source, folders: list[str]) -> str:
    return f"{source.place} has several backups: choose one of {shortened(folders)}"


def by_first_line(source: Source, files: list[Object]) -> str:
    """The format of files of which no names tell."""
    for file in files:
        if file.size and (line := _first_line(source, file)):
            return _format_of(source, file, line)
    return emr.FORMAT  # an empty table


def _first_line(source: Source, file: Object) -> bytes:
    with streams.opened(source.open(file.name), file.name) as stream, streams.damage(file.name, [1]):
        return stream.readline(streams.LONGEST).rstrip(b"\r\n")


def _format_of(source: Source, file: Object, line: bytes) -> str:
    if line.startswith(_ION_STARTS):
        return ion.FORMAT
    if line.startswith(b"SEQ"):
        raise UnreadableError("it is a SequenceFile of Hadoop, which only Hadoop reads", file.name)
    if hive.AFTER_NAME in line:  # which JSON would escape
        return hive.FORMAT
    if line.lstrip()[:1] in {b"{", b"["}:
        is_whole = len(line) < streams.LONGEST
        return (is_whole and _of_json(line)) or _of_pages(source, file)
    raise UnreadableError(NO_ITEM, file.name, 1)


def _of_json(line: bytes) -> str | None:
    """What a line of JSON is; None if it is a page of items, a part of one, or nothing that is known."""
    try:
        value = strict_json.loads(line)
    except ValueError:
        return None
    if not isinstance(value, dict) or not all(isinstance(held, dict) for held in value.values()):
        return None
    if export.is_change(value) or (value.keys() == {"Item"} and not _is_attribute(value["Item"])):
        return export.FORMAT
    kinds = {kind for held in value.values() for kind in held}
    if kinds <= KINDS:
        return ITEM_LINES
    return emr.FORMAT if {kind.upper() for kind in kinds} <= KINDS | {emr.NULL_IN_4} else None


def _is_attribute(held: dict[str, Any]) -> bool:
    """Whether an item has an attribute that is called Item, where an export would have the whole item."""
    try:
        item_size(held)
    except ValueError:
        return len(held) == 1 and next(iter(held)).upper() in KINDS
    return False


def _of_pages(source: Source, file: Object) -> str:
    with streams.opened(source.open(file.name), file.name) as stream:
        try:
            next(Documents(stream, file.name).entries(), None)
        except UnreadableError as error:
            raise UnreadableError(f"it has no known format: {error.why}", file.name, error.line) from None
    return pages.SCAN
