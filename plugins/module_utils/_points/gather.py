# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The points in the bucket, whichever engine made them: a table keeps those of the engine it had before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._aws import s3
from .._engines.registry import engine_of
from .gather_attempts import attempts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._aws.client import Aws
    from .._model.evidence import Point


def point_folders(aws: Aws, bucket: str, retention_days: Iterable[int]) -> list[str]:
    """The folders of all tables that have points, or had attempts at one, in any of the retention classes."""
    client = aws("s3")
    return [
        folder for days in retention_days for folder in s3.list_folders(client, bucket, f"retain-{days}d/")
    ]


def newest_point(aws: Aws, bucket: str, folders: Iterable[str], *, empty: bool = False) -> Point | None:
    """The newest point in the folders of a table, for tables whose runs are not remembered.

    An empty one counts only if asked for: its run would know whether it may be.
    """
    for attempt in attempts(aws("s3"), bucket, folders):
        if point := engine_of(attempt).read_point(aws, bucket, attempt, empty=empty):
            return point
    return None
