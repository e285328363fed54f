# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When the last whole backup of each table in a bucket was made, by what ends one, whichever engine wrote it.

Only listings are asked for: whoever removes a deployment need not be able to read the backups.
"""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import s3
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines._pipeline_runs import SUFFIX

if TYPE_CHECKING:
    from datetime import datetime

ATTEMPTS = 10  # how many failed ones in a row may hide a backup
THREADS = 8


def last_backups(client: Any, bucket: str) -> dict[str, dict[str, datetime]]:
    """By table, the time of the newest backup in each retention class, by the class's folder."""
    classes = s3.list_folders(client, bucket, "retain-")
    folders = [folder for each in classes for folder in s3.list_folders(client, bucket, each)]
    with ThreadPoolExecutor(THREADS) as pool:
        ends = pool.map(lambda folder: _newest(client, bucket, folder), folders)
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    for folder, end in zip(folders, ends, strict=True):
        if end is not None:
            retention, table, _rest = folder.split("/")
            found[table][f"{retention}/"] = end
    return dict(found)


def _newest(client: Any, bucket: str, folder: str) -> datetime | None:
    # A folder below a table's is named by the time of its run.
    for attempt in sorted(s3.list_folders(client, bucket, folder), reverse=True)[:ATTEMPTS]:
        if end := _end(client, bucket, attempt):
            return end
    return None


def _end(client: Any, bucket: str, attempt: str) -> datetime | None:
    """The time of what an engine writes when all else is written."""
    if attempt.endswith(f"{SUFFIX}/"):
        marks = [f"{attempt}data/_SUCCESS"]
    else:
        exports = s3.list_folders(client, bucket, f"{attempt}AWSDynamoDB/")
        marks = [f"{export}manifest-summary.json" for export in exports]
    found = [each for mark in marks for each in s3.list_objects(client, bucket, mark)]
    return max((each["LastModified"] for each in found), default=None)
