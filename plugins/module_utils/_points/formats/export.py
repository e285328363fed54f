# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DynamoDB's own exports to S3, read by their manifests wherever they were copied to.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ..._base.streams import md5_base64
from ..._items import strict_json
from ..._items.size import BadItemError
from ..._model.partial_exports import manifest_part
from . import ion
from .parts import Lines, Proof, Reading
from .source import Source, UnreadableError

if TYPE_CHECKING:
    from ..._items.size import Item

FORMAT = "dynamodb_json"
SUMMARY, FILES = "manifest-summary.json", "manifest-files.json"
UNFINISHED = "There is no manifest-summary.json: the export has not come to its end, or was not copied whole."
NO_MANIFEST = "There is no manifest: nothing proves that no file is missing or cut."
INCREMENTAL = "it is an incremental export: changes of a table, and no backup of it"
# What AWS writes, and the name that its documentation draws.
_CHECKSUMS = (".md5", ".checksum")


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


def with_manifest(source: Source) -> Reading:
    """The export in this folder, AWSDynamoDB/<id>."""
    notes: list[str] = []
    summary = _summary(source, notes)
    files = _files(source, notes)
    here = {each.name.rsplit("/", 1)[-1]: each for each in source.objects if "data/" in f"/{each.name}"}
    told = sum(proof.items for proof in files.values())
    if summary["itemCount"] != told:
        raise UnreadableError(
            f"it says that there are {summary['itemCount']} items, and its files have {told}", SUMMARY
        )
    for name, proof in files.items():
        if name not in here:
            raise UnreadableError(f"it names a file that is not there: data/{name}", FILES)
        if proof.items and not here[name].size:
            raise UnreadableError(f"it is empty, and the manifest says {proof.items} items", here[name].name)
    read, name = (ion.reader(), ion.FORMAT) if summary["outputFormat"] == "ION" else (read_line, FORMAT)
    parts = tuple(Lines(source, here[each], read, proof) for each, proof in files.items())
    return Reading(name, parts, tuple(notes), left_over=len(here.keys() - files.keys()), items=told)


def _summary(source: Source, notes: list[str]) -> dict[str, Any]:
    text = _manifest(source, SUMMARY, notes)
    try:
        summary = strict_json.loads(text)
        if reason := manifest_part(summary):
            raise UnreadableError(reason, SUMMARY)
        found = {"itemCount": int(summary["itemCount"]), "outputFormat": summary["outputFormat"]}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(f"it cannot be read ({error!r})", SUMMARY) from None
    if found["outputFormat"] not in {"DYNAMODB_JSON", "ION"}:
        raise UnreadableError(f"it names the format {found['outputFormat']}", SUMMARY)
    return found


def _files(source: Source, notes: list[str]) -> dict[str, Proof]:
    """What the manifest says, by the last part of the key: the rest is where the export once was."""
    files: dict[str, Proof] = {}
    for number, line in enumerate(_manifest(source, FILES, notes).split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            file = strict_json.loads(line)
            name = file["dataFileS3Key"].rsplit("/", 1)[-1]
            proof = Proof(int(file["itemCount"]), file["md5Checksum"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UnreadableError(f"it cannot be read ({error!r})", FILES, number) from None
        if name in files:
            raise UnreadableError(f"it names data/{name} twice", FILES, number)
        files[name] = proof
    return files


def _manifest(source: Source, name: str, notes: list[str]) -> bytes:
    here = {each.name for each in source.objects}
    if name not in here:
        raise UnreadableError("it is not there: the export was not copied whole", name)
    text = _read(source, name)
    stem = name.removesuffix(".json")
    checksum = next((stem + end for end in _CHECKSUMS if stem + end in here), None)
    if checksum is None:
        notes.append(f"There is no {stem}.md5: whether {name} is as it was written could not be checked.")
    elif _read(source, checksum).decode(errors="replace").strip() != md5_base64(text):
        raise UnreadableError("it is not the manifest that was written: its MD5 is another", name)
    return text


def _read(source: Source, name: str) -> bytes:
    with source.open(name) as stream:
        return b"".join(iter(partial(stream.read, 1 << 20), b""))
