# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The folders of runs in a bucket, and what becomes of what an engine finds in one."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .._engines.registry import engine_of
from .._model import expiry
from .._model.history import BY_CONVERT, BY_IMPORT, BY_LOAD, LeftOut, RestorePoint, Verified
from .gather_attempts import begun

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .._engines.interface import Engine
    from .._model.expiry import Rule
    from .._model.history import Listed

# DynamoDB imports only what has the form of its own exports.
WAYS = {
    "dynamodb_json": (BY_IMPORT, BY_LOAD),
    "ion": (BY_IMPORT, BY_LOAD),
    "emr": (BY_CONVERT, BY_LOAD),
}
# What S3 does not give out before it is asked to bring it back.
ARCHIVED = ("GLACIER", "DEEP_ARCHIVE")
REPORTS = "restores/"


@dataclass(frozen=True)
class Folder:
    """The folder of a run, retain-35d/orders/20261123T140003Z-1a2b3c4d/, and the objects that are listed."""

    bucket: str
    name: str
    objects: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def table(self) -> str:
        return self.name.split("/")[1]

    @property
    def id(self) -> str:
        return self.name.split("/")[2]

    @property
    def location(self) -> str:
        return f"s3://{self.bucket}/{self.name}"

    @property
    def engine(self) -> Engine:
        return engine_of(self.name)

    @property
    def ended(self) -> bool:
        """Whether its run came to its end, as far as the names of what it left tell."""
        return any(key.endswith(self.engine.ENDS) for key in self.objects)

    @property
    def archived(self) -> str:
        """The class of an object that S3 would have to bring back first; empty if there is none."""
        classes = {str(each.get("StorageClass", "")) for each in self.objects.values()}
        return next((each for each in ARCHIVED if each in classes), "")

    @property
    def report(self) -> str:
        """The key of the newest report on what was restored from it; empty if there is none."""
        start = f"{self.name}{REPORTS}"
        mine = {
            key: each for key, each in self.objects.items() if key.startswith(start) and key.endswith(".json")
        }
        return max(mine, key=lambda key: mine[key]["LastModified"], default="")


def folders(bucket: str, objects: Iterable[Mapping[str, Any]]) -> list[Folder]:
    """The objects of a listing, by the folders of runs that they are in."""
    found: dict[str, Folder] = {}
    for each in objects:
        parts = each["Key"].split("/", 3)
        if len(parts) == 4:  # what lies beside those folders is of no run
            name = "/".join(parts[:3]) + "/"
            found.setdefault(name, Folder(bucket, name)).objects[each["Key"]] = each
    return list(found.values())


def as_point(
    folder: Folder, listed: Listed, rules: Sequence[Rule] | None, verified: Verified, *, alone: bool = True
) -> RestorePoint | LeftOut:
    """What an engine found in a folder: a point, or what only looks like one."""
    point = listed.point
    if point is None:
        return LeftOut(folder.location, listed.why_not)
    return RestorePoint(
        id=folder.id if alone else f"{folder.id}/{point.export_arn.rpartition('/')[2]}",
        table=folder.table,
        kind=point.engine,
        taken=point.moment,
        location=folder.location,
        items=point.items,
        bytes=point.bytes,
        expires=expiry.expires(folder.name, point.finished, point.retention_days, rules),
        verified=None if listed.why_not else verified,
        ways=() if listed.why_not else WAYS[listed.format],
        why_not=listed.why_not,
        point=point,
        format=listed.format,
    )


def unreadable(folder: Folder, why: str) -> RestorePoint | LeftOut:
    """A folder of which no more is known than that its run came to its end."""
    moment = begun(folder.name)
    if moment is None:
        return LeftOut(folder.location, why)
    return RestorePoint(folder.id, folder.table, folder.engine.NAME, moment, folder.location, why_not=why)


def brought_back_first(folder: Folder) -> str:
    """Why nothing can be read that is archived, and what to do."""
    return (
        f"Its files are in the storage class {folder.archived}: bring them back first, each with aws s3api"
        f" restore-object --bucket {folder.bucket} --key KEY --restore-request Days=7."
    )


def read_report(text: bytes, key: str) -> Verified | None:
    """What a report of a restore says of the point; None if it failed, or says nothing that is known here."""
    try:
        told = json.loads(text)
        if told["succeeded"] is not True:
            return None
        return Verified(datetime.fromisoformat(told["finished"]), str(told["verify"]), key)
    except (ValueError, KeyError, TypeError):
        return None


def by_table(found: Iterable[Folder]) -> dict[str, list[Folder]]:
    """The folders of each table, newest run first."""
    tables: dict[str, list[Folder]] = defaultdict(list)
    for each in sorted(found, key=lambda each: each.id, reverse=True):
        tables[each.table].append(each)
    return tables
