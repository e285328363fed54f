# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dumps of EMR's DynamoDB connector, by which AWS Data Pipeline exported tables: one item a line.

Versions up to 4 write {"nULLValue":true} for null, version 5 {"nULL":true}: the names are those of Java
fields. Each run leaves files with names of UUIDs, and a manifest that names those that count: mappers write
straight into the folder, so that files of failed attempts stay there.
https://github.com/awslabs/emr-dynamodb-connector
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ..._items import strict_json
from ..._items.size import BadItemError
from .parts import Lines, Reading
from .source import Source, UnreadableError

if TYPE_CHECKING:
    from ..._items.size import Item

FORMAT = "emr"
MANIFEST = "manifest"
NULL_IN_4 = "NULLVALUE"
NO_MANIFEST = (
    "There is no manifest: every file is read whose name does not begin with _ or a dot. Files of failed "
    "attempts may be among them, with items that are there twice, and nothing proves that none is missing."
)


def read_line(line: bytes) -> Item:
    """A line as DynamoDB JSON."""
    return upper(strict_json.loads(line))


def upper(item: Any) -> Item:
    """An item with the types' names that DynamoDB uses."""
    if not isinstance(item, dict):
        raise BadItemError("it is not an item: attributes with a type and a value")
    try:
        return {name: _upper(value) for name, value in item.items()}
    except RecursionError:
        raise BadItemError("it is nested too deeply") from None


def _upper(value: Any) -> Any:
    if not isinstance(value, dict) or len(value) != 1:
        return value  # refused with its name when the item is measured
    ((kind, held),) = value.items()
    kind = kind.upper()
    if kind == "M" and isinstance(held, dict):
        held = {name: _upper(each) for name, each in held.items()}
    elif kind == "L" and isinstance(held, list):
        held = [_upper(each) for each in held]
    return {"NULL" if kind == NULL_IN_4 else kind: held}


def with_manifest(source: Source) -> Reading:
    """The files that this folder's manifest names, looked for beside it: it may have been copied here."""
    here = {each.name: each for each in source.objects}
    names = _named(source)
    if missing := [name for name in names if name not in here]:
        more = f" (and {len(missing) - 1} more)" if missing[1:] else ""
        raise UnreadableError(f"the manifest names a file that is not there: {missing[0]}{more}", MANIFEST)
    left_over = sum(1 for name in here if "/" not in name and _is_data(name) and name not in set(names))
    return Reading(FORMAT, tuple(Lines(source, here[name], read_line) for name in names), left_over=left_over)


def _is_data(name: str) -> bool:
    return name != MANIFEST and name[0] not in "_." and not name.endswith("_$folder$")


def _named(source: Source) -> list[str]:
    with source.open(MANIFEST) as stream:
        text = stream.read(1 << 28)
    try:
        manifest = strict_json.loads(text)
        if manifest["name"] != "DynamoDB-export":
            raise UnreadableError("it is not a manifest of EMR's connector", MANIFEST)
        if manifest["version"] != 3:
            raise UnreadableError(f"it has the version {manifest['version']}, and 3 is known", MANIFEST)
        # Encoded as a path: a plus sign is a plus sign.
        names = [unquote(entry["url"].rsplit("/", 1)[-1]) for entry in manifest["entries"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(f"it cannot be read ({error})", MANIFEST) from None
    if len(set(names)) < len(names):
        raise UnreadableError("it names a file twice", MANIFEST)
    return names
