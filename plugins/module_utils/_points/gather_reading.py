# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A point of a table, found and ready to be read: for whatever needs its items, and makes no table of them.

Points that have no files, those that only DynamoDB or AWS Backup have, are not looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from .._aws import s3
from .._model.history import AWS_BACKUP, BY_LOAD, ON_DEMAND, PITR, SYSTEM
from .._settings import read as read_settings
from .._settings.document import SettingsError
from . import another_point, choose_point, gather_history
from .formats import read
from .gather_objects import s3_source

if TYPE_CHECKING:
    from .._aws.client import Aws
    from .._model.history import RestorePoint
    from .._settings.document import Settings
    from .formats.parts import Reading
    from .gather_store import Store

NATIVE = (PITR, ON_DEMAND, SYSTEM, AWS_BACKUP)
NO_FILES = (
    "It is kept by AWS, without files that could be read: restore it beside the table, and name that table."
)


@dataclass(frozen=True)
class Opened:
    """A point whose files were found."""

    point: RestorePoint
    reading: Reading
    notes: tuple[str, ...] = ()  # why others were passed over; what a user should know of the files


def points(aws: Aws, store: Store, table: str) -> tuple[RestorePoint, ...]:
    """The points of a table in the bucket, newest first; PointError, if there are none."""
    found = gather_history.history(aws, {store.bucket: store.retention_days}, [table], native=False)
    if found.points[table]:
        return tuple(found.points[table])
    others = gather_history.tables(aws, store.bucket, store.retention_days)
    told = choose_point.nothing(
        table, store.bucket, found.tables[table], others, native=False, refusals=found.refusals
    )
    raise choose_point.PointError(told)


def opened(aws: Aws, kept: tuple[RestorePoint, ...], asked: str, option: str = "point") -> Opened:
    """The point of these that is asked for: latest, a time or an id; PointError says which there are.

    UnreadableError says what is wrong with its files, and names the others, and the option that takes one.
    """
    wanted = choose_point.wanted(asked)
    if isinstance(wanted, datetime) and wanted > aws.time():
        raise choose_point.PointError(f"{asked} is yet to come.")
    if isinstance(wanted, str) and is_native(wanted):
        raise choose_point.PointError(f"{asked} cannot be read. {NO_FILES} {choose_point.listed(kept)}")
    readable = tuple(each for each in kept if BY_LOAD in each.ways or not each.ways)
    chosen = choose_point.chosen(readable, wanted)
    notes = tuple(choose_point.passed_over(readable, chosen, wanted))
    if chosen.point is None:
        raise choose_point.PointError(f"{chosen.id} cannot be read. {NO_FILES}")
    source = s3_source(aws, chosen.point.bucket, chosen.point.manifest.rpartition("/")[0])
    with another_point.told(chosen, kept, option):
        reading = read.open_backup(source)
    return Opened(chosen, reading, (*notes, *reading.notes))


def is_native(point: str) -> bool:
    """Whether an id is that of a point which only AWS has."""
    return point in NATIVE or point.startswith("arn:")


def settings_beside(aws: Aws, point: RestorePoint) -> Settings | None:
    """The settings of the table that were saved beside a point; None if there are none."""
    return saved_settings(aws, point.point.bucket, point.point.prefix) if point.point else None


def saved_settings(aws: Aws, bucket: str, prefix: str) -> Settings | None:
    """The settings in a folder; SettingsError, if they are none."""
    key = f"{prefix}/settings.json"
    body = s3.get_object(aws("s3"), bucket, key)
    if body is None:
        return None
    try:
        return read_settings.from_json(body.read())
    except SettingsError as error:
        raise SettingsError(f"s3://{bucket}/{key}: {error}") from error
