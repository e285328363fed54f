# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The two manifests of an export of DynamoDB's: a summary, and the list of its data files.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ..._base.streams import md5_base64
from ..._items import strict_json
from .parts import Proof
from .source import UnreadableError

if TYPE_CHECKING:
    from .source import Source

SUMMARY, FILES = "manifest-summary.json", "manifest-files.json"
# What AWS writes, and the name that its documentation draws.
_CHECKSUMS = (".md5", ".checksum")


def summary(source: Source, folder: str, notes: list[str]) -> dict[str, Any]:
    """What the summary says; UnreadableError if it is not there, or no JSON object."""
    name = within(folder, SUMMARY)
    text = _checked(source, name, notes)
    try:
        found = strict_json.loads(text)
    except ValueError as error:
        raise unreadable(error, name) from None
    if not isinstance(found, dict):
        raise UnreadableError("it cannot be read (it is no object)", name)
    return found


def files(source: Source, folder: str, notes: list[str]) -> dict[str, Proof]:
    """What the list says, by the last part of the key: the rest is where the export once was."""
    found: dict[str, Proof] = {}
    manifest = within(folder, FILES)
    for number, line in enumerate(_checked(source, manifest, notes).split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            file = strict_json.loads(line)
            name = file["dataFileS3Key"].rsplit("/", 1)[-1]
            proof = Proof(int(file["itemCount"]), file["md5Checksum"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise unreadable(error, manifest, number) from None
        if name in found:
            raise UnreadableError(f"it names data/{name} twice", manifest, number)
        found[name] = proof
    return found


def require_sum(told: int, proofs: dict[str, Proof], file: str) -> None:
    """Raise unless a summary counts as many items as the files have."""
    items = sum(proof.items for proof in proofs.values())
    if told != items:
        raise UnreadableError(f"it says that there are {told} items, and its files have {items}", file)


def unreadable(error: Exception, file: str, line: int = 0) -> UnreadableError:
    """That something in a manifest is not as AWS writes it."""
    return UnreadableError(f"it cannot be read ({error!r})", file, line)


def within(folder: str, name: str) -> str:
    """A file of a folder; the folder is empty for the place itself."""
    return f"{folder}/{name}" if folder else name


def _checked(source: Source, name: str, notes: list[str]) -> bytes:
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
