# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What exports begin with: how far point-in-time recovery reaches, and which were begun or made before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .._aws import dynamodb, s3
from .._aws.client import ask
from .._model.refusal import Refusal
from .._points.formats import export, incremental, manifests
from .._points.formats.source import UnreadableError
from .._points.gather_objects import s3_source
from . import failures
from .request import KMS, Place
from .windows import Reach, RecoveryOffError, WindowError

if TYPE_CHECKING:
    from .._aws.client import Aws
    from .._points.formats.incremental import Changes
    from .._points.formats.parts import Reading
    from .._points.formats.source import Source
    from .request import Request

# What exports of one place share, beside a folder for each.
_DATA = "data"


@dataclass(frozen=True)
class Export:
    """An export that came to its end, with manifests that are right. Its files are checked when read."""

    arn: str
    location: str  # as people write it
    moment: datetime | None  # of the whole table
    items: int
    billed_bytes: int
    reading: Reading | None = None  # of the whole table, or of the items that a filter has left
    changes: Changes | None = None  # of a window


def reach(aws: Aws, table: str) -> Reach:
    """How far point-in-time recovery of a table reaches; WindowError if it is off, or there is no table."""
    told = dynamodb.describe_recovery(aws("dynamodb"), table)
    if told is None:
        raise WindowError(f"There is no table {table}: nothing can be exported of it.")
    earliest, latest = told.get("EarliestRestorableDateTime"), told.get("LatestRestorableDateTime")
    if told.get("PointInTimeRecoveryStatus") != "ENABLED" or earliest is None or latest is None:
        raise RecoveryOffError(failures.recovery_off(table))
    return Reach(earliest, latest, aws.time())


def place(aws: Aws, bucket: str, owner: str = "") -> Place:
    """A bucket as a place for exports, which are encrypted as the bucket encrypts by itself.

    DynamoDB is told of the key. Where the bucket may not be asked for it, S3 takes it all the same.
    """
    found = ask("s3", lambda: s3.get_encryption(aws("s3"), bucket))
    if isinstance(found, Refusal):
        return Place(bucket, owner, encryption="")
    rule: dict[str, Any] = next(iter((found or {}).get("Rules", ())), {})
    how = rule.get("ApplyServerSideEncryptionByDefault", {})
    if not how.get("SSEAlgorithm", "").startswith("aws:kms"):
        return Place(bucket, owner)
    return Place(bucket, owner, encryption=KMS, kms_key_arn=how.get("KMSMasterKeyID", ""))


def begun(aws: Aws, request: Request, place: Place) -> list[str]:
    """The ARNs of exports of the same question that were begun, the newest first."""
    within = f"{request.folder(place)}/AWSDynamoDB/"
    folders = s3.list_folders(aws("s3"), place.bucket, within)
    names = (folder.removeprefix(within).rstrip("/") for folder in folders)
    return [f"{request.table.arn}/export/{name}" for name in sorted(names, reverse=True) if name != _DATA]


def opened(aws: Aws, request: Request, place: Place, arn: str) -> Export:
    """An export that has ended; UnreadableError if it is not whole, or another than was asked for."""
    root, name = request.folder(place), arn.rpartition("/")[2]
    source, folder = s3_source(aws, place.bucket, root), f"AWSDynamoDB/{name}"
    location = f"s3://{place.bucket}/{root}/{folder}"
    if request.window:
        changes = incremental.with_manifest(source, folder)
        _require_same(request, arn, changes, source)
        return Export(arn, location, None, changes.items, changes.billed_bytes, changes=changes)
    within = source.below(folder)
    told = manifests.summary(within, "", [])
    reading = export.with_manifest(within, filter_asked=request.filter is not None)
    moment = datetime.fromisoformat(str(told.get("exportTime")))
    if (told.get("exportArn"), told.get("tableId")) != (arn, request.table.id):
        raise UnreadableError("it is of another export, or another table", within.place)
    if request.moment and int(moment.timestamp()) != int(request.moment.timestamp()):
        raise UnreadableError(f"it is of another moment, {moment}", within.place)
    return Export(
        arn, location, moment, reading.items or 0, int(told.get("billedSizeBytes") or 0), reading=reading
    )


def _require_same(request: Request, arn: str, changes: Changes, source: Source) -> None:
    if (changes.export_arn, changes.table_id) != (arn, request.table.id):
        raise UnreadableError("it is of another export, or another table", source.place)
    if request.window and (changes.begin, changes.end) != (request.window.begin, request.window.end):
        raise UnreadableError(f"it is of another window, {changes.begin} to {changes.end}", source.place)
    if changes.view != incremental.BOTH_IMAGES:
        raise UnreadableError("it has new images only", source.place)
