# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which attempts at a backup may have left a point: many in a row may have failed.

An attempt that fails early leaves the table's settings and nothing else. The newest ones are worth a look
each. Those before are listed together, in windows that grow, so that a thousand that failed are a handful of
calls, and the files of many good ones are not listed where the newest is good.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .._aws import s3
from .._engines.registry import ENGINES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NEWEST = 3  # that are worth a look each
STAMP = "%Y%m%dT%H%M%SZ"
ENDS = tuple(end for engine in ENGINES.values() for end in engine.ENDS)


def attempts(client: Any, bucket: str, folders: Iterable[str]) -> Iterator[str]:
    """The attempts in the folders of a table that may have left a point, newest first."""
    found = [attempt for folder in folders for attempt in s3.list_folders(client, bucket, folder)]
    # Below the class and the table, a folder is named by the time of its run.
    found.sort(key=lambda attempt: attempt.split("/")[-2], reverse=True)
    yield from found[:NEWEST]
    first, size = NEWEST, 4 * NEWEST
    while window := found[first : first + size]:
        ended = set(ended_attempts(client, bucket, window))
        yield from (attempt for attempt in window if attempt in ended)
        first, size = first + size, 2 * size


def ended_attempts(client: Any, bucket: str, chosen: Iterable[str]) -> Iterator[str]:
    """Those that came to their end, by the names of what they left, with a listing for each folder."""
    folders: dict[str, list[str]] = defaultdict(list)
    for attempt in chosen:
        folders["/".join(attempt.split("/")[:2]) + "/"].append(attempt)
    for folder, mine in folders.items():
        last = max(mine)
        for each in s3.list_objects(client, bucket, folder, after=min(mine)):
            attempt = _attempt(each["Key"])
            if attempt > last:
                break
            if each["Key"].endswith(ENDS):
                yield attempt


def _attempt(key: str) -> str:
    return "/".join(key.split("/")[:3]) + "/"


def begun(attempt: str) -> datetime | None:
    """When the run of a folder began, which is how the folder's name begins."""
    try:
        return datetime.strptime(attempt.rstrip("/").rsplit("/", 1)[-1][:16], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
