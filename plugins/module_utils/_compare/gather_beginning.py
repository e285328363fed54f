# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All that is found out before anything is compared: which two sides, by which keys, at what price."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from .._aws import dynamodb, sts, table_settings
from .._aws.client import ask
from .._aws.dynamodb_items import ItemReads
from .._base.rate import Rate
from .._base.times import told
from .._exports.gather import place, reach
from .._exports.price import cost
from .._exports.request import Request
from .._exports.request import Table as TableOf
from .._model.refusal import Refusal
from .._model.restored import FROM_TAG
from .._points import another_point, gather_reading
from .._points.gather_store import store
from .asked import EXPORT, LATEST
from .compared import UncomparableError
from .estimate import Described, Estimate, estimate, of_export
from .gather_scan import Scan
from .gather_sides import Expiry, Files, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._aws.client import Aws
    from .._exports.gather import Export
    from .._exports.request import Place
    from .._model.history import RestorePoint
    from .._points.gather_reading import Opened
    from .._settings.document import Settings
    from .asked import Asked
    from .gather_sides import Whole

READABLE = ("ACTIVE", "UPDATING")
# Fewer are read within a few calls.
FEW_ITEMS, SEGMENTS = 5_000, 4


@dataclass(frozen=True)
class Named:
    """One side, as people and modules are told of it."""

    text: str
    table: Described | None = None
    opened: Opened | None = None
    export: Export | None = None  # of the table

    def to_json(self) -> dict[str, Any]:
        """What the module returns."""
        told_of: dict[str, Any] = {"kind": "table", "text": self.text}
        if self.table:
            told_of |= {"table": self.table.name, "arn": self.table.arn}
        if export := self.export:
            told_of |= {"kind": "export", "taken": told(export.moment), "location": export.location}
        if self.opened is None:
            return told_of
        point = self.opened.point
        return {
            "kind": "point",
            "text": self.text,
            "id": point.id,
            "taken": told(point.taken),
            "location": point.location,
            "items": self.opened.reading.items,
        }


@dataclass
class Beginning:
    """Two sides, ready to be compared."""

    asked: Asked
    account: str
    region: str
    bucket: str  # empty: two tables are compared
    points: tuple[RestorePoint, ...]
    expected: Named
    found: Named
    keys: Mapping[str, str]
    expiry: Expiry
    estimate: Estimate
    request: Request | None = None  # of an export of now, if it is to be compared by that
    place: Place | None = None  # where that goes
    notes: list[str] = field(default_factory=list)

    def sides(self, aws: Aws) -> tuple[Whole, Whole]:
        """Both, ready to be read."""
        return self._side(aws, self.expected), self._side(aws, self.found)

    def exported(self, export: Export) -> None:
        """The export is there: it is compared in place of the table, and nothing can change it."""
        table, moment = self.asked.found_table, export.moment
        text = f"the table {table} as it was at {told(moment)}, by an export"
        self.found = replace(self.found, text=text, export=export)
        if moment:
            self.expiry = self.expiry._replace(now=moment.timestamp())

    def _side(self, aws: Aws, named: Named) -> Whole:
        if named.export and named.export.reading:
            return Files(named.export.reading, self.keys)
        if opened := named.opened:
            damaged = partial(another_point.told, opened.point, self.points)
            return Files(opened.reading, self.keys, damaged=damaged)
        if named.table is None:
            raise TypeError("what is neither a table nor files is read by who made it")
        client, table = aws("dynamodb"), named.table
        scan = Scan(
            client,
            table.name,
            segments=SEGMENTS if table.items >= FEW_ITEMS else 1,
            consistent=False,  # what differs is read again, consistently
            rate=Rate(table.rate(self.asked.units_per_second)),
        )
        return Table(ItemReads(client), scan, self.keys, table.items)


def begin(aws: Aws, region: str, params: Mapping[str, Any], asked: Asked) -> Beginning:
    """Find everything out; UncomparableError, PointError and others say why nothing can be compared."""
    _partition, account = sts.right_caller(aws("sts"), dict(params))
    table = _table(aws, asked.found_table) if asked.found_table else None
    other = _table(aws, asked.table) if asked.expects_table else None
    request, where, kept_in = None, None, None
    points: tuple[RestorePoint, ...] = ()
    first: Opened | None = None
    second: Opened | None = None
    notes: list[str] = []
    if not asked.expects_table:
        kept_in = store(aws, asked.bucket, params["prefix"], account, region)
        points = gather_reading.points(aws, kept_in, asked.table)
        first = gather_reading.opened(aws, points, asked.point or _made_of(aws, asked, table))
        notes += first.notes
    if asked.with_point:
        second = gather_reading.opened(aws, points, asked.with_point)
        notes += [each for each in second.notes if each not in notes]
        if first and second.point.id == first.point.id:
            raise UncomparableError(
                f"O(point) and O(with_point) are both {first.point.id}: name two, or leave O(with_point) out."
            )
    saved = gather_reading.settings_beside(aws, first.point) if first else None
    keys = _keys(aws, asked, (table, other), saved)
    if table and table.items == 0 and first and first.reading.items:
        table = replace(table, items=first.reading.items, bytes=first.point.bytes or 0)
        notes.append(f"DynamoDB has not counted {table.name} yet: it is taken to be as large as the point.")
    sides = [each for each in (other, table) if each]
    files = sum(len(each.reading.parts) for each in (first, second) if each)
    took = estimate(sides, files, asked.units_per_second)
    if asked.live_by == EXPORT and table and kept_in:
        reach(aws, table.name)
        request = Request(TableOf(table.arn, table.id), seed=aws.time().isoformat())
        where = place(aws, kept_in.bucket)
        took = of_export(files, cost([request], table.bytes))
    return Beginning(
        asked=asked,
        account=account,
        region=region,
        bucket=kept_in.bucket if kept_in else "",
        points=points,
        expected=Named(_text(asked, other, first), other, first),
        found=Named(_text(asked, table, second), table, second),
        keys=keys,
        expiry=Expiry(
            asked.ttl_attribute or _ttl(aws, asked, table, saved),
            (second.point.taken if second else aws.time()).timestamp(),
        ),
        estimate=took,
        request=request,
        place=where,
        notes=notes,
    )


def _text(asked: Asked, table: Described | None, opened: Opened | None) -> str:
    """A side as people call it."""
    if opened:
        return f"the point {opened.point.id} of {asked.table}, taken {told(opened.point.taken)}"
    return f"the table {table.name if table else asked.found_table} as it is now"


def _table(aws: Aws, name: str) -> Described:
    told_of = dynamodb.describe_table(aws("dynamodb"), name)
    if told_of is None:
        raise UncomparableError(
            f"There is no table {name} here: correct the region, O(table) or O(with_table), or compare two "
            "points with O(with_point)."
        )
    found = Described.of(told_of)
    if found.status not in READABLE:
        raise UncomparableError(
            f"The table {name} is {found.status}, so that it cannot be read: see what DynamoDB's console "
            "says of it, and try again."
        )
    return found


def _made_of(aws: Aws, asked: Asked, table: Described | None) -> str:
    """The point that a restored table was made of, by its tag; otherwise the newest is meant."""
    if table is None or table.name == asked.table:
        return LATEST
    tags = ask("dynamodb", lambda: table_settings.tags(aws("dynamodb"), table.arn))
    if isinstance(tags, Refusal):
        raise UncomparableError(
            f"Nobody knows of which point {table.name} was made ({tags.call}: {tags.message or tags.code}): "
            "name it with O(point)."
        )
    origin = next((each["Value"] for each in tags if each["Key"] == FROM_TAG), "")
    point = origin.partition(" ")[0]
    if gather_reading.is_native(point):
        raise UncomparableError(
            f"{table.name} was restored from {point}, which has no files to be compared with: name a point "
            "with O(point)."
        )
    return point or LATEST


def _keys(
    aws: Aws, asked: Asked, tables: tuple[Described | None, Described | None], saved: Settings | None
) -> Mapping[str, str]:
    """The attributes of the key with their types: of what is found, if both sides have the same."""
    table, other = tables
    of_point = {each.name: each.type for each in saved.keys} if saved else {}
    other_keys, whose = (other.keys, f"of {other.name}") if other else (of_point, "of the point")
    if table and other_keys and dict(table.keys) != dict(other_keys):
        raise UncomparableError(
            f"The key of the table {table.name} is {_spelled(table.keys)}, and that {whose} is "
            f"{_spelled(other_keys)}: they are other tables, and no item of one can be found in the other."
        )
    if asked.keys:
        return asked.keys
    found = table.keys if table else of_point
    if found:
        return found
    live = dynamodb.describe_table(aws("dynamodb"), asked.table)
    if live is None:
        raise UncomparableError(
            f"Nobody knows the keys of {asked.table}: no settings lie beside the point, and there is no such "
            "table. Name them with O(keys), such as {id: S, at: N}, the partition key first."
        )
    return Described.of(live).keys


def _spelled(keys: Mapping[str, str]) -> str:
    return ", ".join(f"{name} ({kind})" for name, kind in keys.items())


def _ttl(aws: Aws, asked: Asked, table: Described | None, saved: Settings | None) -> str:
    """The attribute by which items expire now, or did when the point was made; a restored table has none."""
    if table and table.name == asked.table:
        answer = table_settings.time_to_live(aws("dynamodb"), table.name)
        if answer.get("TimeToLiveStatus") in ("ENABLED", "ENABLING"):
            return str(answer["AttributeName"])
    return saved.ttl if saved else ""
