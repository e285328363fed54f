# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether ImportTable can take the files of a backup as they lie there.

It takes every object below a prefix, so that nothing but data may lie there.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Format.html
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from .._points.formats import export, ion
from .._points.formats.parts import Lines

if TYPE_CHECKING:
    from .._points.formats.parts import Reading
    from .._points.formats.source import Source

INPUT = {export.FORMAT: "DYNAMODB_JSON", ion.FORMAT: "ION"}
COMPRESSIONS = {".gz": "GZIP", ".json": "NONE", ".ion": "NONE", "": "NONE"}
GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Importable:
    """What ImportTable is told of its source."""

    bucket: str
    prefix: str
    format: str
    compression: str


def importable(reading: Reading, listed: Source) -> Importable | str:
    """What ImportTable would be told, or why it cannot take the files. `listed` is the place they are in."""
    if reading.format not in INPUT:
        return f"ImportTable does not read the format {reading.format}"
    if reading.left_over:
        return (
            f"{reading.left_over} files lie there that the manifest does not name, and they would be imported"
        )
    places = {_place(part) for part in reading.parts if isinstance(part, Lines)}
    if len(places) != 1 or not all(isinstance(part, Lines) for part in reading.parts):
        return "its files lie in several folders"
    (place,) = places
    bucket, _slash, folder = place.removeprefix("s3://").partition("/")
    within = f"{place}/"
    there = {name for each in listed.objects if (name := f"{listed.place}/{each.name}").startswith(within)}
    mine = {f"{place}/{PurePosixPath(part.name).name}" for part in reading.parts}
    if also := sorted(there - mine):
        return f"{also[0]} lies beside its files, and would be imported, too"
    compressions = {_compression(part) for part in reading.parts if isinstance(part, Lines)}
    if len(compressions) != 1 or None in compressions:
        return "its files are not compressed alike, or not in a way that ImportTable reads"
    return Importable(bucket, f"{folder}/" if folder else "", INPUT[reading.format], str(compressions.pop()))


def _place(part: Lines) -> str:
    folder = part.name.rpartition("/")[0]
    return f"{part.source.place.rstrip('/')}/{folder}".rstrip("/")


def _compression(part: Lines) -> str | None:
    """By its name, and its first bytes: AWS would fail at what only we can tell from its content."""
    told = COMPRESSIONS.get(PurePosixPath(part.name).suffix.lower())
    if not part.size:
        return told
    with part.source.open(part.name) as stream:
        is_gzip = stream.read(len(GZIP)) == GZIP
    return told if is_gzip == (told == "GZIP") else None
