# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""By which way a table is brought back: which ways there are, which is best, and why the others are not.

Nothing here asks AWS: what is known is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._base import sizes
from .options import AUTO, BACKUP, BULK, CONVERT, IMPORT, LOAD, PITR
from .target import NotRestorableError

if TYPE_CHECKING:
    from datetime import datetime

    from .._settings.document import Settings
    from .target import Target

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Validation.html
MOST_OBJECTS = 50_000
# Small tables with little capacity are imported sooner than they are written.
SLOW_SECONDS = 600
# Which restore natively neither from nor to other regions.
ALONE = ("ap-east-1", "me-south-1")
# What the plan of the settings calls the ways to make a table.
MAKES: dict[str, Any] = {
    PITR: "native",
    BACKUP: "native",
    IMPORT: "import",
    CONVERT: "import",
    LOAD: "create",
}
UNVERIFIED = (
    "the format of the lines that StartBulkPutItems takes is not verified (docs/unverified.md): no restore "
    "uses it"
)


@dataclass(frozen=True)
class Window:
    """The point-in-time recovery of the table as it stands."""

    id: str  # of the table
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Files:
    """A backup that lies in a bucket as files."""

    format: str
    why_not: str  # ImportTable cannot take them as they lie there; empty if it can
    count: int  # of objects
    items: int | None
    bytes: int  # of items, or the nearest that is known


@dataclass(frozen=True)
class Case:
    """What is known of a restore when its way is chosen."""

    target: Target
    settings: Settings  # as they will be, so far as they were asked for
    source_arn: str  # of the table; empty if nobody knows it
    source_id: str  # of the table that the point is of; empty if nobody knows it
    moment: datetime | None  # that the point is of
    window: Window | str  # or why there is none
    backup: str = ""  # the ARN of a backup of DynamoDB's own
    files: Files | None = None
    load_up_to: int = 0  # bytes
    load_seconds: int = 0  # that writing all items ourselves would take

    @property
    def is_small(self) -> bool:
        """Whether the items are written sooner than an import would have brought them."""
        if self.files is None or self.files.bytes > self.load_up_to:
            return False
        return self.load_seconds <= SLOW_SECONDS


@dataclass(frozen=True)
class Choice:
    """The way, why it is that, and why no other is."""

    way: str
    reason: str
    next: str  # the runner-up; empty if there is none
    excluded: dict[str, str]

    @property
    def reasons(self) -> list[str]:
        """As people read it."""
        after = f" The next would be {self.next}." if self.next else " There is no other way."
        others = [f"{way}: {why}." for way, why in self.excluded.items()]
        return [f"{self.way}: {self.reason}.{after}", *others]


def choose(case: Case, wanted: str = AUTO) -> Choice:
    """The best way, or the wanted one; NotRestorableError says why that cannot be."""
    excluded = {way: why for way, look in _LOOKS.items() if (why := look(case))}
    order = [way for way in _order(case) if way not in excluded]
    if wanted == BULK:
        raise NotRestorableError(f"O(way): {UNVERIFIED}")
    if wanted in excluded:
        can = f"it can be restored by {', '.join(order)}" if order else "nor can it be by any other way"
        raise NotRestorableError(
            f"O(way): by {wanted} it cannot be restored, since {excluded[wanted]}; {can}"
        )
    if not order:
        whys = "; ".join(f"{way}: {why}" for way, why in excluded.items())
        raise NotRestorableError(f"There is no way to restore it. {whys}.")
    way = order[0] if wanted == AUTO else wanted
    reason = _reason(way, case) if wanted == AUTO else "it was asked for"
    rest = [each for each in order if each != way]
    return Choice(way, reason, rest[0] if rest else "", excluded)


def _order(case: Case) -> list[str]:
    if case.is_small:
        return [PITR, BACKUP, LOAD, IMPORT, CONVERT]
    return [PITR, BACKUP, IMPORT, CONVERT, LOAD]


def _reason(way: str, case: Case) -> str:
    if way == PITR:
        return "point-in-time recovery still has that moment, and DynamoDB restores it whole by itself"
    if way == BACKUP:
        return "it is a backup of DynamoDB's own"
    if way == IMPORT:
        return "DynamoDB imports the files as they lie there, whatever their size"
    if way == CONVERT:
        return "the files are many, so that they are written as DynamoDB JSON and imported by DynamoDB"
    if case.files and case.is_small:
        return f"it has {sizes.words(case.files.bytes)}, which are written before an import has begun"
    if case.settings.local_indexes:
        return "it has local secondary indexes, which ImportTable does not make"
    return "no other way is possible"


def _pitr(case: Case) -> str:
    if case.moment is None:
        return "what is to be restored is no one moment of the table, to the second"
    if isinstance(case.window, str):
        return case.window
    if case.source_id and case.source_id != case.window.id:
        return "the table of that name is another one: it was made anew since then"
    if not case.window.begins <= case.moment <= case.window.ends:
        return (
            f"point-in-time recovery has {_told(case.window.begins)} to {_told(case.window.ends)}, and not "
            f"{_told(case.moment)}"
        )
    return _elsewhere(case.source_arn, case, regions=False)


def _backup(case: Case) -> str:
    if not case.backup:
        return "it is no backup of DynamoDB's own"
    return _elsewhere(case.backup, case, regions=True)


def _elsewhere(arn: str, case: Case, *, regions: bool) -> str:
    """Why a table or backup cannot be restored natively to where the target is."""
    _arn, partition, _service, region, account, *_rest = [*arn.split(":"), "", "", "", "", ""]
    if (partition, account) != (case.target.partition, case.target.account):
        return "DynamoDB restores within an account only"
    if region == case.target.region:
        return ""
    if not regions:
        return f"it is looked for in {case.target.region} only, and the table was in {region}"
    if alone := {region, case.target.region}.intersection(ALONE):
        return f"DynamoDB restores neither from nor to {min(alone)} across regions"
    return ""


def _import(case: Case) -> str:
    if (why := _no_import(case)) or case.files is None:
        return why
    if case.files.count > MOST_OBJECTS:
        return f"ImportTable takes {MOST_OBJECTS:,} objects, and there are {case.files.count:,}"
    return case.files.why_not


def _no_import(case: Case) -> str:
    """Why nothing can be imported, however it is written."""
    if case.files is None:
        return "it does not lie in a bucket as files"
    if indexes := case.settings.local_indexes:
        names = ", ".join(each.name for each in indexes)
        return f"ImportTable makes no local secondary indexes ({names}): O(skip) local_indexes to do without"
    if case.files.items == 0:
        return "there is nothing to import, since it has no items"
    return ""


def _convert(case: Case) -> str:
    return _no_import(case)


def _load(case: Case) -> str:
    return "" if case.files else "it does not lie in a bucket as files"


def _told(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S}"


_LOOKS = {PITR: _pitr, BACKUP: _backup, IMPORT: _import, CONVERT: _convert, LOAD: _load}
