# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The engine export, as interface.py asks for it: a state machine has DynamoDB export tables to S3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._aws import dynamodb, s3
from ..._model.survey import Looked
from .daily import daily_runs
from .history import SERVICE, failed_runs, latest_runs, looks, reported_points
from .planner import NAME
from .points import bulk, listed_points, read_point
from .recovery import prepare
from .start import check, look, start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..._aws.client import Aws

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

ENDS: tuple[str, ...] = ("/manifest-summary.json",)


def survey(aws: Aws, tables: Sequence[str], place: str) -> Looked:
    """A call for each table: DynamoDB exports only one with point-in-time recovery."""
    del place
    missing, disabled = dynamodb.unexportable(aws("dynamodb"), list(tables))
    return Looked(tuple(missing), tuple(disabled))


def holds(folder: str) -> bool:
    """Every folder that no other engine has named."""
    return bool(folder)


def end_keys(client: Any, bucket: str, folder: str) -> list[str]:
    """The summary of the export, whose folder DynamoDB has named."""
    exports = s3.list_folders(client, bucket, f"{folder}AWSDynamoDB/")
    return [f"{export}manifest-summary.json" for export in exports]
