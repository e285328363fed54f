# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table compared with its backup, item by item, beside others that do as much or less.

What is measured is the client: the table is one that answers at once, with pages made of the files
(scanned_table.py).
"""

from __future__ import annotations

import base64
import gzip
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks import alone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ITEMS = 1_000_000
FILES = 4  # as many as the segments that a table is read in
# As people read them, and as compared_once.py is told: it must not import this.
WAYS = {
    "**compare**, 1 of 100 differs": "now",
    "**table and backup**": "table",
    "table and backup, by count": "count",
    "two backups": "backups",
}
MD5 = "`gzip -dc` and `md5sum` of the files"
# It keeps every item in memory, as objects: more would need more than a machine has.
LOOP, LOOP_ITEMS = "a loop of boto3", 50_000
# "This will take about 2 minutes again", of counting a table of a million items; a minute of it is overhead:
# https://github.com/awslabs/amazon-dynamodb-tools/blob/b3ef85a/tools/bulk_executor/README.md
PUBLISHED, PUBLISHED_SECONDS = "`bulk_executor` counts a table, as published", 120.0


@dataclass(frozen=True)
class Compared:
    """What a way took, and of how many items."""

    items: int
    took: alone.Took
    measured: bool = True

    @property
    def item_micros(self) -> float:
        """Of the processor, for each item."""
        return self.took.cpu / self.items * 1e6


def measure(folder: Path, items: int) -> dict[str, Compared]:
    """Each way, once."""
    place, few = folder / "export", folder / "few"
    write(place, items)
    gzipped = f"gzip -dc {place}/*.gz | md5sum"
    found = {MD5: Compared(items, alone.run(folder, "sh", "-c", gzipped))}
    for name, way in WAYS.items():
        found[name] = Compared(items, _alone(folder, "compared_once", way, place, items))
    loop = min(items, LOOP_ITEMS)
    write(few, loop)
    found[LOOP] = Compared(loop, _alone(folder, "compared_in_a_loop", "now", few, loop))
    found[PUBLISHED] = Compared(1_000_000, alone.Took(PUBLISHED_SECONDS, 0, 0), measured=False)
    return found


def _alone(folder: Path, module: str, way: str, place: Path, items: int) -> alone.Took:
    """One comparison with a table of its own, of which some items differ if it is as it is now."""
    differing = ["differing"] if way == "now" else []
    with alone.serving("scanned_table", str(place), *differing) as url:
        command = [sys.executable, "-m", f"benchmarks.{module}", way, str(place), str(items), url]
        return alone.run(folder, *command)


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
