# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What makes AWS refuse the window of an incremental export."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .exports import bucket, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

INCREMENTAL = "INCREMENTAL_EXPORT"


def export(account: Account, **asked: Any) -> None:
    """An export of a table that is an hour and some minutes old."""
    arn = table(account)
    account.aws.advance(minutes=61)
    account.client("dynamodb").export_table_to_point_in_time(
        TableArn=arn, S3Bucket=bucket(account), **{name: value for name, value in asked.items() if value}
    )


def windowed(account: Account, **minutes: int) -> None:
    """An incremental one; its window in minutes from now."""
    now = account.aws.now() + timedelta(minutes=61)
    names = {"begin": "ExportFromTime", "end": "ExportToTime"}
    period = {names[name]: now + timedelta(minutes=number) for name, number in minutes.items()}
    export(account, ExportType=INCREMENTAL, IncrementalExportSpecification=period)


def yesterday() -> dict[str, datetime]:
    return {"ExportFromTime": datetime.now().astimezone() - timedelta(days=1)}


PROVOKED: dict[str, Callable[[Account], Any]] = {
    "window_too_short": lambda on: windowed(on, begin=-30, end=-16),
    "window_before_the_table": lambda on: windowed(on, begin=-2000, end=-10),
    "window_in_the_future": lambda on: windowed(on, begin=-30, end=60),
    "time_that_cannot_be_restored_yet": lambda on: export(
        on, ExportTime=on.aws.now() + timedelta(minutes=65)
    ),
    "window_without_a_type": lambda on: export(on, IncrementalExportSpecification=yesterday()),
    "window_of_a_full_export": lambda on: export(
        on, ExportType="FULL_EXPORT", IncrementalExportSpecification=yesterday()
    ),
    "no_window": lambda on: export(on, ExportType=INCREMENTAL),
    "window_without_a_beginning": lambda on: windowed(on, end=-10),
}
