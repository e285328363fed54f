# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DynamoDB's incremental exports: what a table's items were before a window of time, and after it.

A line is {"Metadata": {"WriteTimestampMicros": {"N": "1700000000000000"}}, "Keys": {...}, "OldImage": {...},
"NewImage": {...}}. There is one for each item that the window has changed, with the state before the window
and the state at its end: not one for each write. Without an OldImage the item was not there before, without a
NewImage it was deleted. Exports of one place share a folder for their data: only a manifest says which files
are whose.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ..._items import strict_json
from ..._items.canonical import key_form
from ..._items.size import BadItemError, item_size
from . import manifests
from .manifests import SUMMARY, within
from .parts import Lines
from .source import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..._items.size import Item
    from .parts import Proof
    from .source import Object, Source

TYPE, FORMAT = "INCREMENTAL_EXPORT", "DYNAMODB_JSON"
BOTH_IMAGES, NEW_IMAGE = "NEW_AND_OLD_IMAGES", "NEW_IMAGE"
_MEMBERS = frozenset({"Metadata", "Keys", "OldImage", "NewImage"})


class Changed(NamedTuple):
    """An item that the window has changed, and where that is told."""

    keys: Item
    old: Item | None  # None: it was not there before the window (or the export has new images only)
    new: Item | None  # None: it was deleted
    micros: int  # of its last write in the window, since 1970, by DynamoDB's clock
    file: str
    line: int


@dataclass(frozen=True)
class Changes:
    """An incremental export, ready to be read."""

    begin: datetime  # the first moment of its window
    end: datetime  # the first moment after it
    view: str  # BOTH_IMAGES or NEW_IMAGE
    items: int
    billed_bytes: int
    export_arn: str
    table_arn: str
    table_id: str
    parts: tuple[Lines, ...]
    notes: tuple[str, ...] = ()  # sentences that a user should see

    def entries(self) -> Iterator[Changed]:
        """All that changed, in no order. A file is known to be whole only when it was read to its end.

        UnreadableError with file and line if it is not, or if DynamoDB would not take an image.
        """
        for part in self.parts:
            yield from self.entries_of(part)

    def entries_of(self, part: Lines) -> Iterator[Changed]:
        """The same of one of its files."""
        for number, line in part.lines():
            try:
                yield changed(strict_json.loads(line), self.view, part.name, number)
            except ValueError as error:
                raise UnreadableError(str(error), part.name, number) from None


def exports(source: Source) -> list[str]:
    """The folders of a place that hold an export which came to its end, the oldest first."""
    ends = [each.name for each in source.objects if each.name.rpartition("/")[2] == SUMMARY]
    return sorted(name.rpartition("/")[0] for name in ends)


def with_manifest(source: Source, folder: str = "") -> Changes:
    """The export whose manifests lie in a folder of the place; UnreadableError if it is none, or not whole.

    Its data lies below that folder, or in the one beside it that exports share, wherever it was copied to.
    """
    notes: list[str] = []
    told = manifests.summary(source, folder, notes)
    file = within(folder, SUMMARY)
    kind, form = told.get("exportType", "FULL_EXPORT"), told.get("outputFormat")
    if kind != TYPE:
        raise UnreadableError(f"it is no incremental export, but of the type {kind}", file)
    if form != FORMAT:
        raise UnreadableError(f"it has the format {form}: export it again as {FORMAT}", file)
    if told.get("outputView") not in {BOTH_IMAGES, NEW_IMAGE}:
        raise UnreadableError(f"it has the unknown view {told.get('outputView')}", file)
    files = manifests.files(source, folder, notes)
    here = {each.name: each for each in source.objects}
    parts = tuple(Lines(source, _file(here, folder, *each), _no_item, each[1]) for each in files.items())
    try:
        changes = Changes(
            begin=_time(told["exportFromTime"]),
            end=_time(told["exportToTime"]),
            view=told["outputView"],
            items=int(told["itemCount"]),
            billed_bytes=int(told.get("billedSizeBytes") or 0),
            export_arn=str(told["exportArn"]),
            table_arn=str(told["tableArn"]),
            table_id=str(told["tableId"]),
            parts=parts,
            notes=tuple(notes),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise manifests.unreadable(error, file) from None
    manifests.require_sum(changes.items, files, file)
    return changes


def _file(here: Mapping[str, Object], folder: str, name: str, proof: Proof) -> Object:
    beside = folder.rpartition("/")[0]
    places = [within(folder, f"data/{name}"), within(beside, f"data/{name}")]
    found = next((here[place] for place in places if place in here), None)
    if found is None:
        raise UnreadableError(
            f"it names a file that is not there: data/{name}", within(folder, manifests.FILES)
        )
    if proof.items and not found.size:
        raise UnreadableError(f"it is empty, and the manifest says {proof.items} items", found.name)
    return found


def _no_item(_line: bytes) -> Item:
    raise BadItemError("it is a change of an item, and no item")


def _time(told: str) -> datetime:
    found = datetime.fromisoformat(told)
    if found.tzinfo is None:
        raise ValueError(f"{told} has no time zone")
    return found


def changed(value: Any, view: str, file: str, line: int) -> Changed:
    """What the value of a line tells; BadItemError if it is no line of an export with this view."""
    if not isinstance(value, dict) or not value.keys() <= _MEMBERS or "Keys" not in value:
        raise BadItemError('it is not {"Metadata": ..., "Keys": ..., "OldImage": ..., "NewImage": ...}')
    keys, old, new = value["Keys"], value.get("OldImage"), value.get("NewImage")
    item_size(keys)
    for name, image in (("OldImage", old), ("NewImage", new)):
        if image is not None:
            _check_image(name, image, keys)
    if view == BOTH_IMAGES and old is None and new is None:
        raise BadItemError("it has neither an OldImage nor a NewImage")
    return Changed(keys, old, new, _micros(value), file, line)


def _check_image(name: str, image: Item, keys: Mapping[str, Any]) -> None:
    try:
        item_size(image)
    except BadItemError as error:
        raise BadItemError(f"its {name}: {error}") from None
    held = {each: image.get(each) for each in keys}
    if held != keys and (None in held.values() or key_form(held, keys) != key_form(dict(keys), keys)):
        raise BadItemError(f"its {name} has other keys than its Keys")


def _micros(value: Mapping[str, Any]) -> int:
    try:
        return int(value["Metadata"]["WriteTimestampMicros"]["N"])
    except (KeyError, TypeError, ValueError):
        raise BadItemError("it does not tell the time of its write (WriteTimestampMicros)") from None
