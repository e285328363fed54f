# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides what each day was for a table's backups: backed up, failed, missed, verified, drilled.

A day is missed if a backup was due, the day is over, and nothing speaks for there being one or for a failure.
It counts from when the missed-run alarm is as it is: with another schedule, that would be another.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from .._model.days import BACKED_UP, DRILL_FAILED, DRILLED, FAILED, MISSED, VERIFIED, Day
from .._model.evidence import RUNNING, SUCCEEDED, Alarm

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .._model.daily import Told
    from .._model.evidence import Evidence, Point, Run

UNDER_WAY = (RUNNING, "PAUSED")


def first(now: datetime, count: int) -> datetime:
    """When so many days begin, of which today is the last."""
    return datetime.combine(now.astimezone(UTC).date() - timedelta(days=count - 1), time(), UTC)


def days(
    evidence: Evidence, told: Told | None, due: Iterable[datetime], now: datetime, count: int
) -> tuple[Day, ...]:
    """So many days, oldest first, of which today is the last; None: AWS does not tell of the runs."""
    runs = _runs(evidence, told)
    states, busy = _of_runs(runs)
    newest = _newest_points(evidence, runs)
    for day, point in newest.items():
        states[day].add(BACKED_UP)
        if _is_proven(evidence, point):
            states[day].add(VERIFIED)
    for each in evidence.drills.known if evidence.drills else ():
        states[_day(each.when)].add(DRILLED if each.passed else DRILL_FAILED)
    begin, today = first(now, count).date(), _day(now)
    wanted = [begin + timedelta(days=number) for number in range(count)]
    if told is not None:
        unknown = busy | told.unread | _kept_days(evidence) | {today}
        for day in _due_days(evidence, due) - unknown:
            if not states[day] & {BACKED_UP, FAILED}:
                states[day].add(MISSED)
    sizes = {day: point.bytes for day, point in newest.items()}
    return tuple(Day(day, tuple(sorted(states[day])), sizes.get(day)) for day in wanted)


def oldest(evidence: Evidence, told: Told | None, now: datetime) -> datetime | None:
    """The moment of the oldest point that is known and kept; None if none is."""
    points = [point for _day, point in _points(evidence, _runs(evidence, told))]
    kept = [each.moment for each in (*points, *evidence.reported) if _is_kept(evidence, each, now)]
    return min(kept, default=None)


def _is_kept(evidence: Evidence, point: Point, now: datetime) -> bool:
    """Whether it has not expired and, if somebody listed what is there, is among that."""
    if point.expires is not None and point.expires <= now:
        return False
    return evidence.kept is None or f"{point.prefix}/" in evidence.kept


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _runs(evidence: Evidence, told: Told | None) -> list[Run]:
    """Each once."""
    found = [*(told.runs.get(evidence.table, ()) if told else ()), *evidence.runs]
    return list({each.id: each for each in found}.values())


def _day_of(run: Run) -> date:
    """That for which it was scheduled, if it was."""
    try:
        return _day(datetime.fromisoformat(run.scheduled)) if run.scheduled else _day(run.started)
    except ValueError:
        return _day(run.started)


def _of_runs(runs: Sequence[Run]) -> tuple[dict[date, set[str]], set[date]]:
    """What runs tell of days, and the days of which some are under way."""
    states: dict[date, set[str]] = defaultdict(set)
    busy = set()
    for run in runs:
        if run.state in UNDER_WAY:
            busy.add(_day_of(run))
        else:
            states[_day_of(run)].add(BACKED_UP if run.state == SUCCEEDED else FAILED)
    return states, busy


def _points(evidence: Evidence, runs: Iterable[Run]) -> list[tuple[date, Point]]:
    """Each point that is known, with the day of its run. A closer look has counted more than the run told."""
    found = {run.point.prefix: (_day_of(run), run.point) for run in runs if run.point}
    for point in evidence.points:
        day, _told = found.get(point.prefix, (_day(point.moment), point))
        found[point.prefix] = (day, point)
    return list(found.values())


def _newest_points(evidence: Evidence, runs: Iterable[Run]) -> dict[date, Point]:
    ordered = sorted(_points(evidence, runs), key=lambda each: (each[1].moment, each[1].prefix))
    return dict(ordered)


def _is_proven(evidence: Evidence, point: Point) -> bool:
    """Whether the closer look of now, or a drill, found it to be what it should be."""
    newest = evidence.point()
    if evidence.proven and newest is not None and newest.prefix == point.prefix:
        return True
    proven = evidence.drills.proven if evidence.drills else frozenset()
    return f"s3://{point.bucket}/{point.prefix}/" in proven


def _kept_days(evidence: Evidence) -> set[date]:
    """The days of which the bucket holds something: nobody knows whether it is whole if no run tells it."""
    found = set()
    for folder in evidence.kept or ():
        try:
            found.add(datetime.strptime(folder.split("/")[2][:8], "%Y%m%d").replace(tzinfo=UTC).date())
        except (ValueError, IndexError):
            continue
    return found


def _due_days(evidence: Evidence, due: Iterable[datetime]) -> set[date]:
    if not isinstance(evidence.alarm, Alarm):
        return set()
    return {_day(start) for start in due if start >= evidence.alarm.configured}
