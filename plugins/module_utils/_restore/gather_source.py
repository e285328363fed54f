# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a table is brought back from: the point, its files, and the settings that the table had.

Nothing is written here, so that all that can be refused is refused before the first write.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from .._model.history import (
    BY_BACKUP,
    BY_CONVERT,
    BY_LOAD,
    BY_PITR,
    PITR,
    RestorePoint,
)
from .._points import another_point, choose_point, gather_history
from .._points.formats import check, read
from .._points.gather_objects import s3_source
from .._points.gather_reading import saved_settings
from .._settings import read as read_settings
from .._settings.document import ON_DEMAND as BY_REQUEST
from .._settings.document import Settings, SettingsError
from . import gather_settings
from .choose_way import Files, Window
from .importable import Importable, importable
from .target import NotRestorableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._aws.client import Aws
    from .._points.formats.check import Totals
    from .._points.formats.parts import Reading
    from .._points.formats.source import Source
    from .._points.gather_store import Store
    from .asked import Asked
    from .target import Target

FOREIGN = "files"
# Compressed JSON, as a rule.
UNPACKED = 4


@dataclass(frozen=True)
class Found:
    """A point, and what is known of it."""

    point: RestorePoint
    moment: datetime | None  # that is brought back
    points: tuple[RestorePoint, ...]  # all of the table
    notes: tuple[str, ...] = ()
    reading: Reading | None = None
    source: Source | None = None  # the objects of the reading

    @property
    def window(self) -> RestorePoint | None:
        """The point-in-time recovery of the table as it stands."""
        return next((each for each in self.points if each.kind == PITR), None)


def find(aws: Aws, store: Store, asked: Asked, point: str) -> Found:
    """The point that is asked for; PointError says which there are, UnreadableError why it cannot be read."""
    history = gather_history.history(aws, {store.bucket: store.retention_days}, [asked.table])
    points = tuple(history.points.get(asked.table, ()))
    refused = tuple(
        f"AWS did not tell of all points ({each.call}: {each.message or each.code})."
        for each in history.refusals
    )
    if asked.foreign:
        return _opened(aws, asked, points)
    if not points:
        others = gather_history.tables(aws, store.bucket, store.retention_days)
        nothing = choose_point.nothing(asked.table, store.bucket, history.tables[asked.table], others)
        raise NotRestorableError(" ".join([nothing, *refused]))
    wanted = choose_point.wanted(point)
    if isinstance(wanted, datetime) and wanted > aws.time():
        raise NotRestorableError(f"O(point) is {point}, which is yet to come")
    try:
        chosen = choose_point.chosen(_by_way(points, wanted, asked.way), wanted)
    except choose_point.PointError as error:
        raise NotRestorableError(" ".join([str(error), *refused])) from error
    moment = choose_point.restored_time(chosen, wanted)
    notes = (*refused, *choose_point.passed_over(points, chosen, wanted))
    found = Found(chosen, moment, points, notes)
    if chosen.point is None:
        return found
    source = s3_source(aws, chosen.point.bucket, chosen.point.manifest.rpartition("/")[0])
    with another_point.told(chosen, points):
        return replace(found, reading=read.open_backup(source), source=source)


def _by_way(points: tuple[RestorePoint, ...], wanted: str | datetime, way: str) -> tuple[RestorePoint, ...]:
    """The points among which the latest is to be found: where a way was asked for, those that it restores.

    Point-in-time recovery may have the moment of any of them.
    """
    if wanted != choose_point.LATEST or way == BY_PITR:
        return points
    # Whatever can be read can be written as DynamoDB JSON.
    like = BY_LOAD if way == BY_CONVERT else way
    return tuple(each for each in points if like in each.ways) or points


def _opened(aws: Aws, asked: Asked, points: tuple[RestorePoint, ...]) -> Found:
    if (foreign := asked.foreign) is None:
        raise NotRestorableError("There is no place to read from.")
    source = s3_source(aws, foreign.bucket, foreign.prefix)
    reading = read.open_backup(source, foreign.format, foreign.chosen)
    point = RestorePoint(
        id=foreign.location,
        table=asked.table,
        kind=FOREIGN,
        taken=aws.time(),
        location=foreign.location,
        items=reading.items,
        format=reading.format,
    )
    notes = list(reading.notes)
    if reading.left_over:
        notes.append(f"{reading.left_over} files that its manifest does not name are left out.")
    return Found(point, None, points, tuple(notes), reading, source)


def checked(found: Found, keys: Mapping[str, str], *, small: int) -> Totals | None:
    """The pass over files before the first write, where no manifest proves them, or it takes but a moment."""
    reading = found.reading
    if reading is None:
        return None
    stored = sum(part.size for part in reading.parts)
    if reading.items is not None and stored > small:
        return None
    with another_point.told(found.point, found.points):
        return check.checked(reading, keys)


def files(found: Found, totals: Totals | None) -> tuple[Files | None, Importable | None]:
    """What of the files counts when a way is chosen, and what ImportTable would be told of them."""
    reading, source = found.reading, found.source
    if reading is None or source is None:
        return None, None
    how = importable(reading, source)
    stored = sum(part.size for part in reading.parts)
    size = totals.bytes if totals else found.point.bytes or stored * UNPACKED
    told = Files(
        format=reading.format,
        why_not=how if isinstance(how, str) else "",
        count=len(reading.parts),
        items=totals.items if totals else reading.items,
        bytes=size,
    )
    return told, None if isinstance(how, str) else how


def window(found: Found, settings: Settings | None) -> Window | str:
    """The point-in-time recovery of the table as it stands, or why there is none."""
    if settings is None:
        return "the table no longer exists, and its point-in-time recovery is gone with it"
    one = found.window
    if one is None or one.until is None:
        return "the table has no point-in-time recovery"
    return Window(settings.id, one.taken, one.until)


def settings(
    aws: Aws, store: Store, asked: Asked, found: Found, target: Target, live: Settings | None
) -> tuple[Settings, str]:
    """The settings that the table had, and where they are from.

    Those beside the point are best; then what the files tell, the table itself, the newest that were saved,
    and at last the keys that somebody names.
    """
    backup = gather_settings.of_backup(aws, found.point.id) if BY_BACKUP in found.point.ways else None
    if asked.from_files:
        beside = _beside_point(aws, found)
        if beside is None or beside[0] is None:
            raise NotRestorableError(
                f"There are no settings beside the point {found.point.id}, without which the table cannot be"
                " made when it is gone"
            )
        return beside[0], beside[1]
    tries: tuple[Callable[[], tuple[Settings | None, str] | None], ...] = (
        lambda: _beside_point(aws, found),
        lambda: _beside_files(found, target),
        lambda: (live if _is_of(live, backup) else None, f"the table {asked.table} as it is now"),
        lambda: _newest(aws, found, backup),
        lambda: (backup, "the backup, which tells few settings"),
    )
    for each in tries:
        try:
            answer = each()
        except SettingsError as error:
            if asked.keys:
                continue
            raise NotRestorableError(
                f"{error}. Name the keys of the table with O(keys) to do without"
            ) from error
        # Settings with other keys than those that somebody names are of another table.
        if answer and answer[0] and (not asked.keys or answer[0].keys == asked.keys):
            return _with_indexes_of(answer[0], backup), answer[1]
    if asked.keys:
        return _of_keys(asked, target), "the keys that were given; nothing else is known of the table"
    raise NotRestorableError(
        f"Nobody knows the keys of {asked.table}: no settings lie beside the files or in {store.bucket}, and "
        "there is no such table. Name them with O(keys), such as {id: S, at: N}, the partition key first."
    )


def _beside_point(aws: Aws, found: Found) -> tuple[Settings, str] | None:
    point = found.point.point
    return _saved(aws, point.bucket, point.prefix) if point else None


def _saved(aws: Aws, bucket: str, prefix: str) -> tuple[Settings, str] | None:
    found = saved_settings(aws, bucket, prefix)
    return (found, f"s3://{bucket}/{prefix}/settings.json") if found else None


def _beside_files(found: Found, target: Target) -> tuple[Settings, str] | None:
    """settings.json of ours, or what dynamodump writes: the answer of DescribeTable."""
    if found.source is None or found.reading is None or found.point.kind != FOREIGN:
        return None
    places = {each.place: each for part in found.reading.parts if (each := getattr(part, "source", None))}
    for source in (*places.values(), found.source):
        for name in ("schema.json", "settings.json"):
            if name in {each.name for each in source.objects}:
                place = f"{source.place}/{name}"
                with source.open(name) as stream:
                    text = b"".join(iter(lambda: stream.read(1 << 20), b""))
                return _of_text(text, place, target), place
    return None


def _of_text(text: bytes, place: str, target: Target) -> Settings:
    try:
        document = json.loads(text)
        if isinstance(document, dict) and "Version" not in document:
            table = {"TableArn": target.arn} | document.get("Table", {})
            # What is no member of DescribeTable's, who made it did not ask for.
            document = {
                "Version": 1,
                "Table": table,
                "NotRead": ["ResourcePolicy", "KinesisDataStreamDestinations"],
            }
        return read_settings.of(document)
    except (SettingsError, ValueError, AttributeError, TypeError) as error:
        raise SettingsError(f"{place}: {error}") from error


def _newest(aws: Aws, found: Found, backup: Settings | None) -> tuple[Settings, str] | None:
    for point in found.points:
        saved = _saved(aws, point.point.bucket, point.point.prefix) if point.point else None
        if saved and _is_of(saved[0], backup):
            return saved
    return None


def _is_of(settings: Settings | None, backup: Settings | None) -> bool:
    """Whether settings are those of the table that a backup is of; a table made anew has others."""
    return settings is not None and (backup is None or settings.id == backup.id)


def _with_indexes_of(settings: Settings, backup: Settings | None) -> Settings:
    """Settings with no indexes but those that a backup of DynamoDB's own has: it makes no others."""
    if backup is None:
        return settings
    names = {each.name for each in (*backup.local_indexes, *backup.global_indexes)}
    return replace(
        settings,
        local_indexes=tuple(each for each in settings.local_indexes if each.name in names),
        global_indexes=tuple(each for each in settings.global_indexes if each.name in names),
    )


def _of_keys(asked: Asked, target: Target) -> Settings:
    arn = f"{target.arn.rpartition('/')[0]}/{asked.table}"
    return Settings(arn=arn, id="", keys=asked.keys, billing=BY_REQUEST)
