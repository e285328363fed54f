# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Loads, and what is in a table afterwards."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items.canonical import canonical
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load import apply
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import read
from tests.unit.support import foreign

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.progress import Progress
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.parts import Reading
    from tests.unit.support.items import Item

TABLE = "orders-restored"
# Every type, at every depth, and numbers that are spelled in more ways than one.
EVERY_TYPE: dict[str, Any] = {
    "s": {"S": 'é\u2028\n"\\'},
    "empty": {"S": ""},
    "n": {"N": "-12345678901234567890.123456789012345678"},
    "spelled": {"N": "1.50"},
    "large": {"N": "1E125"},
    "b": {"B": "AAH/"},
    "no bytes": {"B": ""},
    "bool": {"BOOL": False},
    "null": {"NULL": True},
    "ss": {"SS": ["b", "a"]},
    "ns": {"NS": ["1.0", "-2", "3E2"]},
    "bs": {"BS": ["AQ==", "AAH/"]},
    "l": {"L": [{"B": "AAH/"}, {"L": [{"BS": ["AQ=="]}, {"M": {"deep": {"B": "/w=="}}}]}, {"N": "2.50"}]},
    "m": {
        "M": {
            "ä": {"B": "AAH/"},
            "none": {"L": []},
            "nothing": {"M": {}},
            "m": {"M": {"bs": {"BS": ["AA=="]}}},
        }
    },
}


@dataclass
class Kept:
    """A journal in memory."""

    document: dict[str, Any] | None = None
    written: list[dict[str, Any]] = field(default_factory=list)

    def read(self) -> dict[str, Any] | None:
        return self.document

    def write(self, document: dict[str, Any]) -> None:
        self.document = json.loads(json.dumps(document))
        self.written.append(document)


def numbered(count: int, start: int = 0, **attributes: Any) -> list[Item]:
    return [{"pk": {"S": f"A#{number}"}, **attributes} for number in range(start, start + count)]


def exported(items: Sequence[Item], files: int = 4) -> Reading:
    """An export of them, with this many files."""
    return read.open_backup(foreign.source(export_files(items, files)))


def export_files(items: Sequence[Item], files: int = 4) -> foreign.Files:
    """The files of an export, by name."""
    shares = {f"{file:04}.json.gz": items[file::files] for file in range(files)}
    parts = {
        name: (len(share), gzip.compress(foreign.export_lines(share), 1)) for name, share in shares.items()
    }
    return foreign.export(parts)


def make_table(client: Any, **more: Any) -> None:
    """An empty one."""
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        **{"BillingMode": "PAY_PER_REQUEST", **more},
    )


def load(aws: Aws, reading: Reading, journal: Kept | None = None, **options: Any) -> apply.Loaded:
    told: list[Progress] = []
    found = apply.load(aws, TABLE, reading, apply.Options(**options), journal or Kept(), told.append)
    assert told[-1].items == found.items
    return found


def content(client: Any, table: str = TABLE) -> list[bytes]:
    """The items of a table in their canonical form: equal ones are the same."""
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return spelled(spell({"M": item})["M"] for page in pages for item in page["Items"])


def spelled(items: Iterable[Item]) -> list[bytes]:
    return sorted(canonical(item) for item in items)


def spell(value: dict[str, Any]) -> dict[str, Any]:
    """A value as the API has it: boto3 decodes what is binary."""
    ((kind, held),) = value.items()
    if kind == "B":
        held = base64.b64encode(held).decode()
    elif kind == "BS":
        held = [base64.b64encode(each).decode() for each in held]
    elif kind == "L":
        held = [spell(each) for each in held]
    elif kind == "M":
        held = {name: spell(each) for name, each in held.items()}
    return {kind: held}


def decoded(item: Item) -> dict[str, Any]:
    """An item as boto3 takes it."""
    return {name: _decode(value) for name, value in item.items()}


def _decode(value: dict[str, Any]) -> dict[str, Any]:
    ((kind, held),) = value.items()
    if kind == "B":
        held = base64.b64decode(held)
    elif kind == "BS":
        held = [base64.b64decode(each) for each in held]
    elif kind == "L":
        held = [_decode(each) for each in held]
    elif kind == "M":
        held = decoded(held)
    return {kind: held}
