# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the records of drills tell: a listing for each target, one or two records for each drilled table.

With days asked, also each record of a drill of those days that passed tells which point it has proven.
"""

from __future__ import annotations

import json
from collections import defaultdict
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

MOST_PROVEN = 20  # records of one table that are read to tell what its drills of the asked days have proven


def with_drills(
    aws: Aws, bucket: str, evidence: list[Evidence], since: datetime | None = None
) -> list[Evidence]:
    """With the last drills of tables that are to be backed up, and what drills have proven since a time."""
    if not bucket or not any(_is_watched(each) for each in evidence):
        return evidence
    found = ask("s3", lambda: _drilled(aws, bucket))

    def look(each: Evidence) -> Evidence:
        if not _is_watched(each):
            return each
        if isinstance(found, Refusal):
            return refused(each, found)
        told = ask("s3", lambda: _told(aws, bucket, found.get(each.table, []), since))
        return refused(each, told) if isinstance(told, Refusal) else replace(each, drills=told)

    return together(look, evidence)


def _is_watched(evidence: Evidence) -> bool:
    return evidence.record is not None and evidence.record.enabled


def _drilled(aws: Aws, bucket: str) -> Mapping[str, list[Drilled]]:
    """All drills of each table, newest first."""
    listed = (drill.of_key(each["Key"]) for each in s3.list_objects(aws("s3"), bucket, drill.DRILLS))
    tables: dict[str, list[Drilled]] = defaultdict(list)
    for each in sorted(filter(None, listed), key=lambda each: each.when, reverse=True):
        tables[each.table].append(each)
    return tables


def _told(aws: Aws, bucket: str, found: list[Drilled], since: datetime | None) -> Drills:
    passed = [each for each in found if each.passed]
    last = _record(aws, bucket, passed[0]) if passed else None
    asked = [each for each in passed[1 : MOST_PROVEN + 1] if since and each.when >= since]
    proven = [_record(aws, bucket, each).point for each in asked]
    return Drills(
        passed=last,
        failed=_record(aws, bucket, found[0]) if found and not found[0].passed else None,
        known=tuple(found),
        proven=frozenset(filter(None, [*proven, last.point if last else ""])),
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
            point=str(told.get("point", {}).get("location", "")),
        )
    except (ValueError, TypeError, AttributeError):
        return DrillRecord(drilled.when, place)


def _finished(told: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(told["finished"]) if told.get("finished") else None


def _seconds(told: Mapping[str, Any], what: str) -> float | None:
    found = told.get(what, {}).get("seconds")
    return None if found is None else float(found)
