# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of an undo: plan.json, which a person reads and a run is held to.

It lies in the store's bucket below undo/<table>/<id>/, with its files beside it (plan_files.py), each of
which it names with its SHA-256. Its members are those of the classes here; others find them in
docs/schemas/undo-plan-1.json. Times are ISO 8601 in UTC, bytes are by DynamoDB's rules, units are DynamoDB's.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .plan_files import CONFLICTS, GROUPS, PLAN, SKIPPED, PartFile
from .records import NotReadableError, read, write
from .rule import ACTIONS

if TYPE_CHECKING:
    from datetime import datetime

VERSION = 1
ID = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{4}")
# Where the undos of all tables lie in the store's bucket.
FOLDER = "undo/"
# What a change is that the filter, or `choose`, does not take: it is counted and nothing else.
LEFT_OUT = "left_out"
COUNTED = (*ACTIONS, LEFT_OUT)

# Where the images before the incident and at its end are from. Of a point alone there are two states only:
# before and now; what is now counts as what the incident made.
WINDOWS, POINTS, POINT, UNDO = "windows", "points", "point", "undo"
KINDS = (WINDOWS, POINTS, POINT, UNDO)

# What hears of every write to the table.
STREAM, TRIGGERS, PIPES, KINESIS, REPLICAS, INSIGHTS = (
    "stream", "triggers", "pipes", "kinesis", "replicas", "insights",
)  # fmt: skip
EFFECTS = (STREAM, TRIGGERS, PIPES, KINESIS, REPLICAS, INSIGHTS)
FOUND, NONE, UNKNOWN = "found", "none", "unknown"


class PlanError(ValueError):
    """A text that is no plan, or a plan whose files are not those that it names."""


@dataclass(frozen=True)
class Key:
    """A key attribute, the partition key first."""

    name: str
    type: str  # S, N or B


@dataclass(frozen=True)
class Table:
    """The live table that is put right."""

    name: str
    arn: str
    id: str  # a table made anew has another
    created: str
    keys: tuple[Key, ...]
    time_to_live: str  # the attribute; empty: items do not expire
    on_demand: bool
    write_units: int  # that it, or an index of it, may take a second at most; 0: no limit

    @property
    def account(self) -> str:
        """The account that it is in."""
        return self.arn.split(":")[4]

    @property
    def region(self) -> str:
        """The region that it is in."""
        return self.arn.split(":")[3]


@dataclass(frozen=True)
class Origin:
    """An export, a point or the log of an undo that images were read from."""

    id: str  # its ARN or id
    location: str  # s3://bucket/prefix
    from_: str  # of a window; empty of a point
    until: str  # of a window; the moment of a point
    items: int


@dataclass(frozen=True)
class Images:
    """Where the images before the incident and at its end are from."""

    kind: str  # one of KINDS
    from_: str
    until: str
    origins: tuple[Origin, ...]
    undo: str  # the id of the undo that is undone


@dataclass(frozen=True)
class Filter:
    """What of the changes is taken; without any of these all are."""

    keys: int  # how many keys were named
    where: str  # in JMESPath
    choose: tuple[str, ...]  # of a point alone: missing, changed, unexpected


@dataclass(frozen=True)
class Work:
    """What the run of the plan takes, of the table alone: what its indexes take comes on top."""

    items: int
    bytes: int  # of the items that are written
    write_units: int
    read_units: int
    dollars: float
    seconds: float
    write_units_per_second: float
    told: str  # the same for people


@dataclass(frozen=True)
class Effect:
    """Something that hears of the writes, or whether there is such a thing."""

    name: str  # one of EFFECTS
    state: str  # found, none, or unknown: AWS did not tell
    told: tuple[str, ...]  # what was found, or AWS's reason


@dataclass(frozen=True)
class Plan:
    """One undo, planned."""

    version: int
    id: str
    made: str
    made_by: str
    table: Table
    images: Images
    filter: Filter
    counts: dict[str, int]  # of changes, each of COUNTED
    work: Work
    effects: tuple[Effect, ...]
    version_attribute: str
    protection: str  # a sentence: from what the table could be brought back if the undo itself was wrong
    notes: tuple[str, ...]
    files: tuple[PartFile, ...]

    @property
    def folder(self) -> str:
        """Where its objects lie, with a slash at the end."""
        return folder(self.table.name, self.id)

    def files_of(self, group: str) -> tuple[PartFile, ...]:
        """The files with what is written (PLAN), with CONFLICTS, or with what is SKIPPED."""
        return tuple(each for each in self.files if each.group == group)


def folder(table: str, plan_id: str) -> str:
    """Where the objects of an undo lie in the bucket."""
    return f"{FOLDER}{table}/{plan_id}/"


def new_id(now: datetime, random: bytes) -> str:
    """The id of an undo that is planned now: the time, and a few digits for two in one second."""
    return f"{now:%Y%m%dT%H%M%SZ}-{random[:2].hex()}"


def document(plan: Plan) -> dict[str, Any]:
    """The plan as JSON has it."""
    members: dict[str, Any] = json.loads(json.dumps(write(plan)))
    return members


def to_json(plan: Plan) -> bytes:
    """The content of plan.json."""
    return json.dumps(write(plan), indent=2, ensure_ascii=False).encode() + b"\n"


def of_json(text: bytes) -> Plan:
    """The plan that a text holds; PlanError says why it holds none."""
    try:
        found = json.loads(text)
        version = found["version"] if isinstance(found, dict) else None
    except (ValueError, KeyError) as error:
        raise PlanError(f"it is no plan of an undo ({error!r})") from None
    if version != VERSION:
        raise PlanError(
            f"it is a plan of version {version}, and this collection reads {VERSION}: make the plan anew"
        )
    try:
        plan = read(Plan, found)
    except NotReadableError as error:
        raise PlanError(f"it is no plan of an undo: {error}") from None
    _check(plan)
    return plan


def _check(plan: Plan) -> None:
    """Raise if a member is not what later steps take it for."""
    wrong = {
        "id": not ID.fullmatch(plan.id),
        "images.kind": plan.images.kind not in KINDS,
        "counts": set(plan.counts) != set(COUNTED) or min(plan.counts.values()) < 0,
        "effects": [each.name for each in plan.effects] != list(EFFECTS)
        or any(each.state not in {FOUND, NONE, UNKNOWN} for each in plan.effects),
        "table.keys": len(plan.table.keys) not in {1, 2}
        or any(each.type not in {"S", "N", "B"} for each in plan.table.keys),
        "table.arn": plan.table.arn.count(":") < 5 or not plan.table.arn.endswith(f"/{plan.table.name}"),
        "files": any(not each.key.startswith(f"{plan.folder}{each.group}/") for each in plan.files),
    }  # fmt: skip
    for member, is_wrong in wrong.items():
        if is_wrong:
            raise PlanError(f"it is no plan of an undo: {member} is none")
    for group in (PLAN, CONFLICTS, SKIPPED):
        told = sum(plan.counts[action] for action, of in GROUPS.items() if of == group)
        if sum(each.items for each in plan.files_of(group)) != told:
            raise PlanError(f"it counts {told} items as {group}, and its files have others")
