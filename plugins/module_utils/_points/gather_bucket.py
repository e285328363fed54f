# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The backup bucket: whose points it holds, until when, and which were deleted before their time.

A call for each class of retention tells of which tables there are points; four or more for the newest point
of one of them, a few more where many attempts have failed since. A closer look takes two for each table and
class to find what was deleted, as long as S3 keeps its versions or a run is known that reported it, and one
for the settings beside the newest point.
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .._aws import s3
from .._aws.client import ask
from .._base import naming
from .._model import expiry
from .._model.evidence import Evidence, SavedSettings, refused
from .._model.refusal import Refusal
from . import gather, gather_attempts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .._aws.client import Aws
    from .._model.evidence import Point
    from .._model.outputs import Outputs
    from .._model.standing import Standing

# S3 deletes at the next midnight, and sometimes later: what went a day early may have gone in time.
SLACK = timedelta(days=1)


class Bucket:
    """The bucket of a store; without a name there is none."""

    def __init__(self, aws: Aws, outputs: Outputs, standing: Standing, now: datetime | None) -> None:
        self._aws, self._now = aws, now
        self.name = outputs.bucket_name
        # All classes: a table keeps the points of a class that it was in before.
        self._days = outputs.retention_days
        found = standing.answer("lifecycle", self.name)
        self._rules = expiry.rules(found.get("Rules", [])) if isinstance(found, dict) else None
        self.longest = timedelta(days=max(self._days, default=0))
        self._lock = threading.Lock()
        self._read: Mapping[str, list[str]] | Refusal | None = None

    def folders(self) -> Mapping[str, list[str]] | Refusal:
        """Where each table has points, or had attempts at one; asked once."""
        with self._lock:
            if self._read is None:
                self._read = ask("s3", self._folders) if self.name else {}
            return self._read

    def _folders(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for folder in gather.point_folders(self._aws, self.name, self._days):
            found[folder.split("/")[1]].append(folder)
        return found

    def with_newest_point(self, evidence: Evidence) -> Evidence:
        """With the newest point, if there is one."""
        folders = self.folders()
        if isinstance(folders, Refusal):
            return refused(evidence, folders)
        mine = folders.get(evidence.table, [])
        point = ask("s3", lambda: gather.newest_point(self._aws, self.name, mine)) if mine else None
        if isinstance(point, Refusal):
            return refused(evidence, point)
        return replace(evidence, points=(*evidence.points, point)) if point else evidence

    def with_expiry(self, evidence: Evidence) -> Evidence:
        """With the time at which each point is deleted, by the rules that stand."""
        points = tuple(replace(point, expires=self.expires(point)) for point in evidence.points)
        return replace(evidence, points=points)

    def expires(self, point: Point) -> datetime | None:
        """When the bucket deletes it, by the rules that stand; None: never, as far as is known."""
        return expiry.expires(f"{point.prefix}/", point.finished, point.retention_days, self._rules)

    def with_closer_look(self, evidence: Evidence) -> Evidence:
        """With what was deleted before its time, and the settings beside the newest point."""
        if not self.name:
            return evidence
        folders = self.folders()
        if isinstance(folders, Refusal):
            return refused(evidence, folders)
        # Of a table whose points are all gone no folder is left.
        days = [evidence.record.retention_days] if evidence.record else []
        own = [f"{naming.points(evidence.table, each)}/" for each in days]
        told = [f"{each.prefix.rpartition('/')[0]}/" for each in evidence.reported]
        mine = dict.fromkeys([*folders.get(evidence.table, []), *own, *told])
        seen = ask("s3", lambda: self._with_gone(evidence, mine))
        found = refused(evidence, seen) if isinstance(seen, Refusal) else seen
        point = evidence.point()
        if point is None:
            return found
        saved = ask("s3", lambda: self._settings(point))
        if isinstance(saved, Refusal):
            return refused(found, saved)
        # Of the other engine it is told with the files that no settings are there.
        return replace(found, saved=saved) if saved.exists or point.export_arn else found

    def _with_gone(self, evidence: Evidence, folders: Iterable[str]) -> Evidence:
        """With the points that went before their time; what is wrong with the newest is told elsewhere."""
        client, there, ever, newest = self._aws("s3"), set[str](), set[str](), evidence.point()
        for folder in folders:
            there.update(s3.list_folders(client, self.name, folder))
            ever.update(s3.list_folders_ever(client, self.name, folder))
        known = {f"{each.prefix}/" for each in (*evidence.points, *evidence.reported)}
        known -= {f"{newest.prefix}/"} if newest else set()
        deleted, lost = self._early(ever - there), self._early(known - ever - there)
        gone = sorted(each.rstrip("/").rpartition("/")[0] for each in ever - there if self._early([each]))
        place = f"{self.name}/{gone[0]}/" if gone else ""
        return replace(evidence, deleted=deleted, deleted_in=place, lost=lost, kept=frozenset(there))

    def _early(self, attempts: Iterable[str]) -> tuple[datetime, ...]:
        """When those began that should still be kept."""
        now, found = self._aws.time(), []
        for attempt in attempts:
            days = int(attempt.split("d/", maxsplit=1)[0].removeprefix("retain-"))
            begun = gather_attempts.begun(attempt)
            if begun and begun + timedelta(days=days) - SLACK > now:
                found.append(begun)
        return tuple(sorted(found))

    def _settings(self, point: Point) -> SavedSettings:
        body = s3.get_object(self._aws("s3"), point.bucket, f"{point.prefix}/settings.json")
        if body is None:
            return SavedSettings(exists=False)
        try:
            table = json.loads(body.read())["Table"]
            return SavedSettings(True, str(table["TableId"]), _keys(table))
        except (ValueError, KeyError, TypeError):
            return SavedSettings(True, readable=False)

    def retired_tables(self, known: Iterable[str]) -> list[str]:
        """Tables that have points, and that nobody here knows."""
        folders = self.folders()
        return [] if isinstance(folders, Refusal) else sorted(folders.keys() - set(known))


def _keys(table: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"{each['AttributeName']} ({each['KeyType']})" for each in table["KeySchema"])
