# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What DynamoDB is asked to export, so that the same question always has the same token and folder.

DynamoDB answers a token that it knows with the export it began then, for 8 hours after that has ended, also
if it failed: after a failure another attempt has another token. The folder outlives the token.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._base.times import told
from .._points.formats.incremental import BOTH_IMAGES, TYPE
from .._points.formats.incremental import FORMAT as JSON

if TYPE_CHECKING:
    from datetime import datetime

    from .filters import Filter
    from .windows import Window

# Where the store keeps exports that are no backups: points begin with `retain-`, and nothing here is ever
# taken for one. The store's lifecycle has a rule for it.
EXPORTS = "exports/"
AES256, KMS = "AES256", "KMS"
_FOLDER_DIGITS = 16


@dataclass(frozen=True)
class Place:
    """Where exports are written."""

    bucket: str
    owner: str = ""  # the account that the bucket belongs to, which must be told if it is another
    encryption: str = AES256  # as the bucket encrypts what says nothing itself; empty: nobody knows
    kms_key_arn: str = ""  # a key of KMS, which tells how as well; AWS's own has none here
    prefix: str = EXPORTS


@dataclass(frozen=True)
class Table:
    """The table that is exported. One that was made anew under the same name has another id."""

    arn: str
    id: str

    @property
    def name(self) -> str:
        """Its name."""
        return self.arn.rpartition("/")[2]


@dataclass(frozen=True)
class Request:
    """One export: of a window, of a moment, or of now."""

    table: Table
    window: Window | None = None  # both images of what it changed
    moment: datetime | None = None  # the whole table as it was then; None without a window: as it is now
    filter: Filter | None = None
    seed: str = ""  # of exports of now: what tells one from the next, and is the same when a call is repeated

    def __str__(self) -> str:
        part = " with a filter" if self.filter else ""
        if self.window:
            return f"what {self.window} has changed in {self.table.name}{part}"
        when = f"as it was at {told(self.moment)}" if self.moment else "as it is now"
        return f"{self.table.name} {when}{part}"

    @property
    def reaches(self) -> datetime | None:
        """The moment that point-in-time recovery must have reached before this can be asked for."""
        return self.window.end if self.window else self.moment

    def parameters(self, place: Place, attempt: int = 0) -> dict[str, Any]:
        """The parameters of ExportTableToPointInTime."""
        told_of: dict[str, Any] = {
            "TableArn": self.table.arn,
            "S3Bucket": place.bucket,
            "S3Prefix": self.folder(place),
            "ExportFormat": JSON,
            **({"S3BucketOwner": place.owner} if place.owner else {}),
            **_encryption(place),
        }
        if self.window:
            told_of["ExportType"] = TYPE
            told_of["IncrementalExportSpecification"] = {
                "ExportFromTime": self.window.begin,
                "ExportToTime": self.window.end,
                "ExportViewType": BOTH_IMAGES,
            }
        elif self.moment:
            told_of["ExportTime"] = self.moment.replace(microsecond=0)
        if part := self.filter and self.filter.specification():
            told_of["FilterSpecification"] = part
        token = _digest([told_of, self.table.id, self.seed, attempt])
        return {**told_of, "ClientToken": token}

    def folder(self, place: Place) -> str:
        """The prefix below which this export is written, and no other, so that it is found again."""
        part = self.filter.specification() if self.filter else None
        said = [self.table.arn, self.table.id, str(self), part, self.seed]
        return f"{place.prefix}{self.table.name}/{_digest(said)[:_FOLDER_DIGITS]}"


def _encryption(place: Place) -> dict[str, str]:
    """What says nothing is encrypted as the bucket says, where nobody may ask it."""
    algorithm = KMS if place.kms_key_arn else place.encryption
    told_of = {"S3SseAlgorithm": algorithm, "S3SseKmsKeyId": place.kms_key_arn}
    return {name: value for name, value in told_of.items() if value}


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
