# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides from a table's points whether it could be restored, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from .._base.durations import words
from .._model.evidence import SUCCEEDED, Alarm, Evidence, Point, SourceTable
from .._model.standing import MISSING
from .._standing.repairs import BUCKET
from .advice import again, mended
from .reasons import Reason, Rules, day, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from .._model.outputs import TableRecord

# An older count of DynamoDB's may be of before the backup.
COUNTED_EVERY = timedelta(hours=6)
# What comes before another run.
WHY = "see why no later one was made"
STARTS = "look at its schedule and at what could not be started"
# Of what a closer look found, where something else than another run is to be done.
ADVICE = {
    "export_expired": "nothing is to be done",
    "export_state_unknown": "ask again later",
}


def point_reasons(evidence: Evidence, record: TableRecord, now: datetime, rules: Rules) -> Iterator[Reason]:
    """What is wrong with the points, the newest above all."""
    point = evidence.point()
    if point is None:
        yield from _no_point(evidence, record, now)
    else:
        yield from _age(evidence, point, record, now)
        yield from _expiry(evidence, point, record, now, rules)
        yield from _counts(evidence, point, now, rules)
    yield from _flaws(evidence)
    yield from _deleted(evidence)
    if not _gone(evidence):
        yield from _settings(evidence)


def end(point: Point) -> str:
    """When the bucket deletes a point, as a clause."""
    return f"is deleted on {day(point.expires)}" if point.expires else "is kept until somebody deletes it"


def _age(evidence: Evidence, point: Point, record: TableRecord, now: datetime) -> Iterator[Reason]:
    table = evidence.table
    if _expired(point, now):
        yield Reason(
            "point_expired",
            f"The last good backup of {table}, of {shown(point.moment)}, has outlived its "
            f"{point.retention_days} days of retention: {again(evidence, WHY)}.",
        )
    elif _old(point, record, now):
        yield Reason(
            "too_old",
            f"The last good backup of {table} is from {shown(point.moment)}, older than the "
            f"{words(record.max_age)} allowed: {again(evidence, WHY)}.",
        )


def _expired(point: Point, now: datetime) -> bool:
    return point.expires is not None and point.expires < now


def _old(point: Point, record: TableRecord, now: datetime) -> bool:
    return now - point.moment > timedelta(hours=record.max_age)


def _gone(evidence: Evidence) -> bool:
    """Of what is not there nothing is to be kept."""
    bucket = any((each.type, each.kind) == (BUCKET, MISSING) for each in evidence.deviations)
    return bucket or any(flaw.code == "point_missing" for flaw in evidence.flaws)


def _expiry(
    evidence: Evidence, point: Point, record: TableRecord, now: datetime, rules: Rules
) -> Iterator[Reason]:
    """Backups fail, and the last good one is deleted soon."""
    ended = evidence.ended_run()
    failed = ended is not None and ended.state != SUCCEEDED and ended.started > point.finished
    if not point.expires or _expired(point, now) or not (failed or _old(point, record, now)):
        return
    if _gone(evidence):
        return
    if point.expires - now < timedelta(days=rules.expires_soon_days):
        yield Reason(
            "point_expires_soon",
            f"The last good backup of {evidence.table}, of {shown(point.moment)}, {end(point)}, and "
            f"nothing newer is good: before that, {again(evidence, mended(evidence))}; or keep all backups "
            "meanwhile (tablekeeper_expire_backups: false in the inventory, and the backup playbook).",
        )


def _no_point(evidence: Evidence, record: TableRecord, now: datetime) -> Iterator[Reason]:
    table, alarm = evidence.table, evidence.alarm
    if evidence.refusals:
        return  # a reason of its own: whether there is a point is not known
    if evidence.ended_run():
        yield Reason(
            "no_good_point", f"No good backup of {table} is known: {again(evidence, mended(evidence))}."
        )
        return
    # No gap between two starts is longer than the interval, and max_age leaves time to finish.
    due = alarm.configured + timedelta(hours=record.max_age) if isinstance(alarm, Alarm) else None
    if due and now <= due:
        yield Reason(
            "waiting_for_first_run",
            f"{table} waits for its first backup, which is due by {shown(due)}; "
            f"to have one now, {again(evidence)}.",
        )
    else:
        yield Reason(
            "never_ran",
            f"{table} has never been backed up: {again(evidence, STARTS)}.",
        )


def _flaws(evidence: Evidence) -> Iterator[Reason]:
    advice = f"{again(evidence)}, and find out who changed the bucket"
    for flaw in evidence.flaws:
        yield Reason(
            flaw.code,
            f"The last backup of {evidence.table}: {flaw.detail}; {ADVICE.get(flaw.code, advice)}.",
        )


def _deleted(evidence: Evidence) -> Iterator[Reason]:
    if evidence.deleted:
        yield Reason(
            "points_deleted",
            f"{_several(evidence.table, evidence.deleted)} deleted before the retention was over: find out "
            "who did that. S3 still holds the old versions for a while: list them (aws s3api "
            f"list-object-versions{_place(evidence)}), and remove the delete markers of what you want back "
            "(aws s3api delete-object with their keys and version ids).",
        )
    if evidence.lost:
        them = "it" if len(evidence.lost) == 1 else "them"
        yield Reason(
            "points_deleted",
            f"{_several(evidence.table, evidence.lost)} deleted before the retention was over, and S3 has no "
            f"old version of {them} any more, so that nothing brings {them} back: find out who did that. "
            "What a lock (tablekeeper_object_lock) holds nobody can delete.",
        )


def _several(table: str, moments: Sequence[datetime]) -> str:
    first, last = shown(moments[0]), shown(moments[-1])
    if len(moments) == 1:
        return f"A backup of {table}, of {first}, was"
    return f"{len(moments)} backups of {table}, from {first} to {last}, were"


def _place(evidence: Evidence) -> str:
    bucket, slash, prefix = evidence.deleted_in.partition("/")
    return f" --bucket {bucket} --prefix {prefix}" if slash and prefix else ""


def _settings(evidence: Evidence) -> Iterator[Reason]:
    point, saved = evidence.point(), evidence.saved
    if point and saved and saved.exists and not saved.readable:
        yield Reason(
            "settings_unreadable",
            f"The settings of {evidence.table}, {point.prefix}/settings.json, cannot be read, so that an "
            "import would not bring back all of the table: find out who changed the bucket. S3 still holds "
            "the old version for a while: put that back (aws s3api list-object-versions), or "
            f"{again(evidence)}.",
        )
    if point and saved and not saved.exists:
        yield Reason(
            "settings_missing",
            f"The settings of {evidence.table}, {point.prefix}/settings.json, are gone from beside its last "
            f"backup, so that an import would not bring back all of the table: {again(evidence)}, and "
            "find out who changed the bucket.",
        )


def _counts(evidence: Evidence, point: Point, now: datetime, rules: Rules) -> Iterator[Reason]:
    """What may have happened to the table itself, which is nothing that backups can decide."""
    table, source, saved = evidence.table, evidence.source, evidence.saved
    counted = now - point.finished > COUNTED_EVERY
    has = source.items if isinstance(source, SourceTable) and counted else None
    earlier = evidence.earlier()
    pairs = [("has", has, point, "its last backup"), ("had", point.items, earlier, "the one before")]
    for verb, count, before, whose in pairs:
        held = before.items if before else None
        if count is not None and held and count * 100 <= held * (100 - rules.items_fell_percent):
            where = "" if verb == "has" else " in its last backup"
            yield Reason(
                "items_fell",
                f"{table} {verb} {count:,} items{where}, and {whose} held {held:,}: see whether they were "
                "deleted by mistake, while there are backups that hold them.",
            )
    if isinstance(source, SourceTable) and saved and source.id and saved.id and source.id != saved.id:
        keys = ""
        if saved.keys and source.keys and saved.keys != source.keys:
            keys = f", with another key ({', '.join(source.keys)} and not {', '.join(saved.keys)})"
        yield Reason(
            "made_anew",
            f"{table} was made anew since its last backup{keys}: its older backups are of the table that "
            "had its name before.",
        )
