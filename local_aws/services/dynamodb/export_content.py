# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lines of an export: every item of one moment, or one record for each item that a window changed.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html: of an item that a
window changed there is one record, with the item before the window and at its end; of what was inserted and
deleted within it there is none
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Filtered.html: of a changed item
the filter sees the newest image, and of a deleted one the old

How AWS counts the bytes that it bills for a window is not documented; here it is those of the images, and
never less than the ten million that it was seen to bill (tests/recorded/incremental_manifest_summary.json of
the repository). Nor is it said that a projection concerns both images; here it does, and leaves Keys alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ministack.services import dynamodb

from . import export_filter, export_window, journal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .export_window import Period

Json = dict[str, Any]
Item = dict[str, Any]
LEAST_BILLED_BYTES = 10_000_000
IMAGES = ("OldImage", "NewImage")


@dataclass(frozen=True)
class Content:
    """Lines by partition key, and the bytes that are billed for them."""

    lines: list[tuple[Any, Json]]
    size: int
    described: Json  # what DescribeExport tells of the moment or the window


def content(data: Json, table: Json, now: float) -> Content:
    """What the request reads; refuses a wrong moment, and an expression that cannot be evaluated."""
    if data.get("ExportType") == export_window.INCREMENTAL:
        period = export_window.asked_period(data, table, now)
        _check_filter(data, table)
        return _changed(data.get("FilterSpecification") or {}, table, period)
    moment = export_window.asked_moment(data, table, now)
    _check_filter(data, table)
    return _whole(data.get("FilterSpecification") or {}, table, moment)


def _check_filter(data: Json, table: Json) -> None:
    export_filter.check(data.get("FilterSpecification") or {}, table)


def _whole(asked: Json, table: Json, moment: float) -> Content:
    then = journal.items_at(table, moment)
    every = [(key, item) for key, rows in then.items() for item in rows.values()]
    read = [(key, item) for key, item in every if export_filter.reads(asked, item)]
    lines = [
        (key, {"Item": export_filter.projected(asked, item)})
        for key, item in read
        if export_filter.keeps(asked, item)
    ]
    return Content(lines, sum(_size(item) for _key, item in read), {"ExportTime": moment})


def _changed(asked: Json, table: Json, period: Period) -> Content:
    """The records of a window; the filter of the request sees one image of each."""
    found = list(_records(table, period))
    read = [each for each in found if export_filter.reads(asked, _newest(each[1]))]
    size = sum(_size(record[image]) for _key, record in read for image in IMAGES if image in record)
    kept = [each for each in read if export_filter.keeps(asked, _newest(each[1]))]
    described = {"IncrementalExportSpecification": period.described()}
    lines = [(key, _line(asked, record, period)) for key, record in kept]
    return Content(lines, max(size, LEAST_BILLED_BYTES), described)


def _records(table: Json, period: Period) -> Iterator[tuple[Any, Json]]:
    keys = [each["AttributeName"] for each in table["KeySchema"]]
    for change in journal.changes(table, period.begin, period.end):
        newest = change.after if change.after is not None else change.before
        if newest is None:  # no change of the journal's is of nothing to nothing
            continue
        record: Json = {
            "Metadata": {"WriteTimestampMicros": {"N": str(round(change.written * 1_000_000))}},
            "Keys": {name: newest[name] for name in keys},
        }
        if change.before is not None:
            record["OldImage"] = change.before
        if change.after is not None:
            record["NewImage"] = change.after
        yield change.partition, record


def _newest(record: Json) -> Item:
    newest: Item = record.get("NewImage") or record["OldImage"]
    return newest


def _line(asked: Json, record: Json, period: Period) -> Json:
    """A record as the view and the projection have it."""
    images = IMAGES if period.view == export_window.BOTH_IMAGES else ("NewImage",)
    shown = {name: value for name, value in record.items() if name not in IMAGES}
    return shown | {
        image: export_filter.projected(asked, record[image]) for image in images if image in record
    }


def _size(item: Item) -> int:
    return int(dynamodb._item_size_bytes(item))
