# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of a table's points is meant: the newest, the newest at a time, or the one with an id."""

from __future__ import annotations

import difflib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .._base.checks import moment
from .._base.mistakes import NotAllowedError
from .._model.history import PITR

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .._model.history import RestorePoint, TableHistory
    from .._model.refusal import Refusal

LATEST = "latest"
TOLD = 5  # points that a sentence lists
MOST_TABLES = 20


class PointError(Exception):
    """There is no such point; the sentence says which there are."""


def wanted(text: str) -> str | datetime:
    """What somebody asks for: `latest`, a time, or else an id."""
    if text.strip().lower() == LATEST:
        return LATEST
    try:
        return moment(text)
    except NotAllowedError:
        return text.strip()


def chosen(points: Sequence[RestorePoint], asked: str | datetime) -> RestorePoint:
    """The point that is asked for, which can be restored.

    `latest` is the newest that is kept. At a time it is the newest moment until then, in the window of
    point-in-time recovery if that reaches so far back. One without any item is passed over where an earlier
    one has some: the table may have been emptied before it was backed up.
    """
    if isinstance(asked, datetime):
        return _until(points, asked)
    if asked == LATEST:
        return _newest(_kept(points), "none of its backups can be restored", points)
    found = next((point for point in points if asked in {point.id, point.location}), None)
    if found is None:
        raise PointError(f"There is no point {asked}. {listed(points)}")
    if not found.ways:
        raise PointError(f"The point {asked} cannot be restored. {found.why_not} {listed(points)}")
    return found


def restored_time(point: RestorePoint, asked: str | datetime) -> datetime:
    """The moment that is brought back: within a window the one that is asked for, or the latest it has."""
    if point.until is None:
        return point.taken
    return min(asked, point.until) if isinstance(asked, datetime) else point.until


def passed_over(points: Iterable[RestorePoint], point: RestorePoint, asked: str | datetime) -> list[str]:
    """Why points were not chosen that lie between one and what was asked for, in sentences."""
    limit = asked if isinstance(asked, datetime) else None
    newer = [
        each for each in _kept(points) if each.taken > point.newest and (limit is None or each.taken <= limit)
    ]
    if not isinstance(asked, datetime) and asked != LATEST:
        return []
    return [
        f"{each.id} ({_at(each.taken)}) is newer and was passed over: {each.why_not or 'it holds no item.'}"
        for each in newer
    ]


def listed(points: Sequence[RestorePoint]) -> str:
    """Which points there are that can be restored, in a sentence."""
    windows = [point for point in points if point.kind == PITR and point.until]
    found = [point for point in _kept(points) if point.ways]
    told = [f"{point.id} ({_at(point.taken)})" for point in found[:TOLD]]
    more = f" and {len(found) - TOLD} older ones" if len(found) > TOLD else ""
    told = [f"There are {', '.join(told)}{more}."] if told else ["No backup can be restored."]
    told += [
        f"Point-in-time recovery reaches from {_at(each.taken)} to {_at(each.newest)}." for each in windows
    ]
    return " ".join(told)


def nothing(
    table: str,
    bucket: str,
    history: TableHistory,
    others: Sequence[str],
    *,
    native: bool = True,
    refusals: Sequence[Refusal] = (),
) -> str:
    """That nothing is kept of a table, what only looks like it, and whether another one may be meant."""
    places = f"neither in {bucket} nor by DynamoDB or AWS Backup" if native else f"in {bucket}"
    told = [f"Nothing is {'known' if refusals else 'kept'} of {table}{',' if native else ''} {places}."]
    told += [] if native else ["DynamoDB and AWS Backup were not asked."]
    told += [f"{each.call} was refused ({each.code})." for each in refusals]
    told += [f"In {each.location} is no point: {each.why.rstrip('.')}." for each in history.left_out[:TOLD]]
    known = [name for name in others if name != table]
    if near := difflib.get_close_matches(table, known, n=1):
        told.append(f"Is {near[0]} meant?")
    if known:
        more = f" and {len(known) - MOST_TABLES} more" if len(known) > MOST_TABLES else ""
        told.append(f"The bucket has folders of {', '.join(known[:MOST_TABLES])}{more}.")
    elif not refusals:
        told.append("The bucket has no points of any table: correct the region, the prefix or the bucket.")
    return " ".join(told)


def _until(points: Sequence[RestorePoint], time: datetime) -> RestorePoint:
    window = next((point for point in points if point.kind == PITR and point.taken <= time), None)
    # Answers tell times to the second: the point with the time that one tells is meant by it.
    before = [point for point in _kept(points) if point.taken.replace(microsecond=0) <= time]
    if window and all(point.taken <= min(time, window.newest) for point in before if point.ways):
        return window
    return _newest(before, f"there is none at {_at(time)} or before", points)


def _newest(found: Iterable[RestorePoint], otherwise: str, points: Sequence[RestorePoint]) -> RestorePoint:
    usable = [point for point in found if point.ways]
    full = [point for point in usable if not point.is_empty]
    if not usable:
        raise PointError(f"There is no such point: {otherwise}. {listed(points)}")
    return max(full or usable, key=lambda point: (point.taken, point.id))


def _kept(points: Iterable[RestorePoint]) -> list[RestorePoint]:
    """All but windows, newest first."""
    found = (point for point in points if point.kind != PITR)
    return sorted(found, key=lambda point: (point.taken, point.id), reverse=True)


def _at(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
