# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table compared with its backup, item by item, beside reading the same files with gzip and md5sum alone.

What is measured is the client: the table is one that answers at once, with pages made of the files
(scanned_table.py).
"""

from __future__ import annotations

import base64
import gzip
import json
import sys
from typing import TYPE_CHECKING, Any

from benchmarks import alone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ITEMS = 1_000_000
FILES = 4  # as many as the segments that a table is read in
# As people read them, and as compared_once.py is told: it must not import this.
WAYS = {"**table and backup**": "table", "table and backup, by count": "count", "two backups": "backups"}
MD5 = "`gzip -dc` and `md5sum` of the files"


def measure(folder: Path, items: int) -> dict[str, alone.Took]:
    """Each way, once."""
    place = folder / "export"
    write(place, items)
    found = {MD5: alone.run(folder, "sh", "-c", f"gzip -dc {place}/*.gz | md5sum")}
    for name, way in WAYS.items():
        with alone.serving("scanned_table", str(place)) as url:
            ours = [sys.executable, "-m", "benchmarks.compared_once", way, str(place), str(items), url]
            found[name] = alone.run(folder, *ours)
    return found


def item(number: int, parts: int = 3) -> dict[str, Any]:
    """One with nested values, a set and binary: 450 bytes as JSON, with ten parts 970."""
    lines = [
        {
            "M": {
                "sku": {"S": f"SKU-{number % 997}-{each}"},
                "count": {"N": f"{each + 1}"},
                "gift": {"BOOL": False},
            }
        }
        for each in range(parts)
    ]
    token = base64.b64encode(number.to_bytes(8, "big") * 4).decode()
    return {
        "pk": {"S": f"CUSTOMER#{number // 10}"},
        "sk": {"N": f"{number}"},
        "placed": {"S": "2026-11-29T03:00:00Z"},
        "total": {"N": f"{number % 1000}.25"},
        "lines": {"L": lines},
        "tags": {"SS": [f"tag-{number % 7}", "b", "a"]},
        "token": {"B": token},
        "note": {"NULL": True},
    }


def write(place: Path, items: int, make: Callable[[int], dict[str, Any]] = item) -> None:
    """The lines of an export, in files as DynamoDB has them: by chance."""
    place.mkdir()
    for file in range(FILES):
        with gzip.open(place / f"{file}.json.gz", "wt", compresslevel=6, encoding="utf-8") as stream:
            for number in range(file, items, FILES):
                stream.write(json.dumps({"Item": make(number)}, separators=(",", ":")) + "\n")
