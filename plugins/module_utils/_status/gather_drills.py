# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the records of drills tell: a listing for each target, one or two records for each drilled table."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .._aws import s3
from .._aws.client import ask
from .._model import drill
from .._model.evidence import DrillRecord, Drills, Evidence, refused
from .._model.refusal import Refusal
from .._points.gather_past import together

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._aws.client import Aws
    from .._model.drill import Drilled


def with_drills(aws: Aws, bucket: str, evidence: list[Evidence]) -> list[Evidence]:
    """With the last drills of the tables that are to be backed up."""
    if not bucket or not any(_is_watched(each) for each in evidence):
        return evidence
    found = ask("s3", lambda: _drilled(aws, bucket))

    def look(each: Evidence) -> Evidence:
        if not _is_watched(each):
            return each
        if isinstance(found, Refusal):
            return refused(each, found)
        told = ask("s3", lambda: _told(aws, bucket, each.table, *found))
        return refused(each, told) if isinstance(told, Refusal) else replace(each, drills=told)

    return together(look, evidence)


def _is_watched(evidence: Evidence) -> bool:
    return evidence.record is not None and evidence.record.enabled


def _drilled(aws: Aws, bucket: str) -> tuple[Mapping[str, Drilled], Mapping[str, Drilled]]:
    """The last drill of each table, and the last that passed."""
    listed = (drill.of_key(each["Key"]) for each in s3.list_objects(aws("s3"), bucket, drill.DRILLS))
    found = [each for each in listed if each]
    return drill.last(found), drill.last(each for each in found if each.passed)


def _told(
    aws: Aws, bucket: str, table: str, last: Mapping[str, Drilled], passed: Mapping[str, Drilled]
) -> Drills:
    newest = last.get(table)
    return Drills(
        passed=_record(aws, bucket, passed[table]) if table in passed else None,
        failed=_record(aws, bucket, newest) if newest and not newest.passed else None,
    )


def _record(aws: Aws, bucket: str, drilled: Drilled) -> DrillRecord:
    """What a record tells; of one that cannot be read what its key does."""
    place = f"s3://{bucket}/{drilled.key}"
    body = s3.get_object(aws("s3"), bucket, drilled.key)
    try:
        told = json.loads(body.read()) if body else {}
        return DrillRecord(
            when=_finished(told) or drilled.when,
            place=place,
            why=tuple(map(str, told.get("why", ()))),
            rto_seconds=_seconds(told, "rto"),
            rpo_seconds=_seconds(told, "rpo"),
        )
    except (ValueError, TypeError, AttributeError):
        return DrillRecord(drilled.when, place)


def _finished(told: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(told["finished"]) if told.get("finished") else None


def _seconds(told: Mapping[str, Any], what: str) -> float | None:
    found = told.get(what, {}).get("seconds")
    return None if found is None else float(found)
