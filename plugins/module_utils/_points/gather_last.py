# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When the last whole backup of each table in a bucket was made, whichever engine wrote it.

Whoever removes a deployment need not be able to read the backups: where a manifest may not be read, what ends
a backup counts for one, and that is told.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from .._aws import s3
from .._aws.client import ask
from .._base.threads import thread_pool
from .._engines.registry import engine_of
from .._model.refusal import Refusal
from .gather import newest_point
from .gather_attempts import attempts

if TYPE_CHECKING:
    from datetime import datetime

    from .._aws.client import Aws

THREADS = 8
Times = dict[str, dict[str, "datetime"]]


def last_backups(aws: Aws, bucket: str) -> tuple[Times, Refusal | None]:
    """By table, the time of the newest backup in each retention class, by the class's folder.

    With it why some manifest could not be read, so that a part of a table may be among them.
    """
    client = aws("s3")
    classes = s3.list_folders(client, bucket, "retain-")
    folders = [folder for each in classes for folder in s3.list_folders(client, bucket, each)]
    with thread_pool(THREADS) as pool:
        ends = list(pool.map(lambda folder: _newest(aws, bucket, folder), folders))
    found: Times = defaultdict(dict)
    for folder, (end, _refusal) in zip(folders, ends, strict=True):
        if end is not None:
            retention, table, _rest = folder.split("/")
            found[table][f"{retention}/"] = end
    return dict(found), next((refusal for _end, refusal in ends if refusal), None)


def _newest(aws: Aws, bucket: str, folder: str) -> tuple[datetime | None, Refusal | None]:
    point = ask("s3", lambda: _point(aws, bucket, folder))
    if not isinstance(point, Refusal):
        return point and point.finished, None
    client = aws("s3")
    ends = (_end(client, bucket, attempt) for attempt in attempts(client, bucket, [folder]))
    return next(filter(None, ends), None), point


def _point(aws: Aws, bucket: str, folder: str) -> Any:
    """The newest point; of a table that was empty whenever it was backed up, the newest of these."""
    return newest_point(aws, bucket, [folder]) or newest_point(aws, bucket, [folder], empty=True)


def _end(client: Any, bucket: str, attempt: str) -> datetime | None:
    """The time of what an engine writes when all else is written."""
    marks = engine_of(attempt).end_keys(client, bucket, attempt)
    found = [each for mark in marks for each in s3.list_objects(client, bucket, mark)]
    return max((each["LastModified"] for each in found), default=None)
