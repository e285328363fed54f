# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DynamoDB's own exports to S3, read by their manifests wherever they were copied to.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._items import strict_json
from ..._items.size import BadItemError
from ..._model.partial_exports import manifest_part
from . import ion, manifests
from .manifests import FILES, SUMMARY
from .parts import Lines, Reading
from .source import Source, UnreadableError

if TYPE_CHECKING:
    from ..._items.size import Item

FORMAT = "dynamodb_json"
UNFINISHED = "There is no manifest-summary.json: the export has not come to its end, or was not copied whole."
NO_MANIFEST = "There is no manifest: nothing proves that no file is missing or cut."
INCREMENTAL = "it is an incremental export: changes of a table, and no backup of it"


def read_line(line: bytes) -> Item:
    """A line as DynamoDB JSON."""
    value = strict_json.loads(line)
    if isinstance(value, dict) and len(value) == 1 and isinstance(value.get("Item"), dict):
        item: Item = value["Item"]
        return item
    if isinstance(value, dict) and is_change(value):
        raise BadItemError(INCREMENTAL)
    raise BadItemError('it is not {"Item": {...}}')


def is_change(value: dict[str, Any]) -> bool:
    """Whether a line is one of an incremental export."""
    return "Keys" in value and not value.keys().isdisjoint({"Metadata", "OldImage", "NewImage"})


def read_item_line(line: bytes) -> Item:
    """A line that is the item itself, which others make of exports and of scans."""
    value: Item = strict_json.loads(line)
    return value


def with_manifest(source: Source, *, filter_asked: bool = False) -> Reading:
    """The export in this folder, AWSDynamoDB/<id>. One with a filter is read by who has asked for that."""
    notes: list[str] = []
    summary = _summary(source, notes, filter_asked=filter_asked)
    files = manifests.files(source, "", notes)
    here = {each.name.rsplit("/", 1)[-1]: each for each in source.objects if "data/" in f"/{each.name}"}
    manifests.require_sum(summary["itemCount"], files, SUMMARY)
    for name, proof in files.items():
        if name not in here:
            raise UnreadableError(f"it names a file that is not there: data/{name}", FILES)
        if proof.items and not here[name].size:
            raise UnreadableError(f"it is empty, and the manifest says {proof.items} items", here[name].name)
    read, name = (ion.reader(), ion.FORMAT) if summary["outputFormat"] == "ION" else (read_line, FORMAT)
    parts = tuple(Lines(source, here[each], read, proof) for each, proof in files.items())
    return Reading(
        name, parts, tuple(notes), left_over=len(here.keys() - files.keys()), items=summary["itemCount"]
    )


def _summary(source: Source, notes: list[str], *, filter_asked: bool) -> dict[str, Any]:
    summary = manifests.summary(source, "", notes)
    try:
        if reason := manifest_part(summary, filter_asked=filter_asked):
            raise UnreadableError(reason, SUMMARY)
        found = {"itemCount": int(summary["itemCount"]), "outputFormat": summary["outputFormat"]}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise manifests.unreadable(error, SUMMARY) from None
    if found["outputFormat"] not in {"DYNAMODB_JSON", "ION"}:
        raise UnreadableError(f"it names the format {found['outputFormat']}", SUMMARY)
    return found
