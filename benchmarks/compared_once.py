# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One comparison in a process of its own, so that its memory can be told: ``WAY FOLDER ITEMS URL``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import boto3

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.dynamodb_items import ItemReads
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare import (
    gather,
    gather_differences,
    gather_scan,
    gather_sides,
    lines,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.folder import folder_source
from local_aws.server.environment import environment

KEYS = {"pk": "S", "sk": "N"}
ONE_OF = 100  # of those that differ now


def now(place: Path, items: int, url: str) -> None:
    """The table as it is now, as the playbook compares it, with all that differs in a file."""
    os.environ.update(environment(url))
    client = Aws(boto3.client)("dynamodb")
    expected = gather_sides.Files(read.open_backup(folder_source(place)), KEYS)
    scan = gather_scan.Scan(client, "bench", segments=4 if items >= gather.FEW_ITEMS else 1, consistent=False)
    table = gather_sides.Table(ItemReads(client), scan, KEYS, items)
    wanted = gather_differences.Wanted(all=True)
    with gather_differences.compared(expected, table, wanted, lambda _progress: None) as outcome:
        path = str(place.parent / "differing.jsonl")
        written = sum(1 for _each in lines.write(path, {}, outcome.differing()))
    tally, differing = outcome.tally, -(-items // ONE_OF)
    if (tally.changed, tally.same, written) != (differing, items - differing, differing):
        sys.exit(f"{tally.sentence} {written:,} are in the file.")


def main() -> None:
    way, place, items, url = sys.argv[1:]
    if way == "now":
        now(Path(place), int(items), url)
        return
    reading, other = (read.open_backup(folder_source(Path(place))) for _side in range(2))
    if way == "backups":
        found = gather.compare_readings(reading, other, KEYS, lambda _progress: None)
    else:
        os.environ.update(environment(url))
        options = gather.Options(content=way == "table")
        found = gather.compare(Aws(boto3.client), "bench", KEYS, reading, lambda _progress: None, options)
    if not found.equal or found.found != int(items):
        sys.exit(found.sentence)


if __name__ == "__main__":
    main()
