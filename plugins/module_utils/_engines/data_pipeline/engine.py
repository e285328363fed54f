# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The engine data_pipeline, as interface.py asks for it: clusters of AWS Data Pipeline scan tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .daily import daily_runs
from .history import SERVICE, failed_runs, latest_runs, looks, read_point
from .retire import prepare
from .runs import ENGINE as NAME
from .runs import SUFFIX
from .start import check, look, start
from .survey import survey
from .verify import listed_points

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ..._aws.client import Aws
    from ..._model.evidence import Point
    from ..._model.stack import Stack

__all__ = [
    "ENDS",
    "NAME",
    "SERVICE",
    "bulk",
    "check",
    "daily_runs",
    "end_keys",
    "failed_runs",
    "holds",
    "latest_runs",
    "listed_points",
    "look",
    "looks",
    "prepare",
    "read_point",
    "reported_points",
    "start",
    "survey",
]

_END = "data/_SUCCESS"
ENDS: tuple[str, ...] = (f"/{_END}",)


def reported_points(
    aws: Aws, stack: Stack, bucket: str, since: datetime, most: int
) -> Iterator[tuple[str, Point]]:
    """None: clusters report nothing, they leave it in the bucket."""
    del aws, stack, bucket, since, most
    return iter(())


def holds(folder: str) -> bool:
    """Whether it is named by a schedule's time, and as of a pipeline."""
    return folder.endswith(f"{SUFFIX}/")


def bulk(key: str) -> str:
    """No folder: the size of a backup is that of its files together."""
    del key
    return ""


def end_keys(client: Any, bucket: str, folder: str) -> list[str]:
    """What EMR's tool writes at its end."""
    del client, bucket
    return [f"{folder}{_END}"]
