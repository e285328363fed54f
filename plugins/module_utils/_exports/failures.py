# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why an export could not be asked for, or ended badly, and what to do about it.

What the table and its settings forbid DynamoDB says at once. What S3 and KMS forbid shows minutes later, as
the FailureCode of an export that has FAILED. AWS documents no list of them: S3AccessDenied, S3NoSuchBucket
and KmsNotFoundException were seen, and others follow their pattern.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .request import Place, Request

_AGAIN = "Run this again afterwards: it asks for a new export."


def refused(request: Request, code: str, message: str) -> str:
    """Why DynamoDB did not begin an export."""
    table = request.table.name
    if code in {"TableNotFoundException", "ResourceNotFoundException"}:
        return f"There is no table {table} any more: nothing can be exported of it."
    if code == "PointInTimeRecoveryUnavailableException":
        return recovery_off(table)
    why = f"DynamoDB does not export {request} ({code}: {message or 'without a reason'})."
    if code == "InvalidExportTimeException":
        return f"{why} Ask for a time between the earliest and the latest that its recovery reaches."
    if code.startswith("AccessDenied"):
        return f"{why} The right dynamodb:ExportTableToPointInTime is missing: docs/iam.md has the policies."
    return why


def recovery_off(table: str) -> str:
    """That nothing can be exported of a table."""
    return (
        f"Point-in-time recovery of {table} is off, and DynamoDB exports nothing without it. Once it is on, "
        "it reaches back to that moment, and no further."
    )


def unlisted(request: Request, place: Place, why: str) -> str:
    """That nobody can say what was exported before, so that nothing is exported twice."""
    return (
        f"Nothing is exported, since it cannot be seen whether {request} was exported before ({why}): allow "
        f"s3:ListBucket on {place.bucket}."
    )


def unreadable(request: Request, place: Place, why: str) -> str:
    """That an export lies there, and may not be read."""
    key = " and kms:Decrypt on its key" if place.kms_key_arn else ""
    return (
        f"The export of {request} was made, but may not be read ({why}): allow s3:ListBucket on "
        f"{place.bucket}, s3:GetObject on {place.bucket}/{place.prefix}*{key}, and run this again, which "
        "takes the same export."
    )


def unseen(request: Request, arn: str, why: str) -> str:
    """That an export goes on, and may not be looked at."""
    return (
        f"The export of {request} goes on, but may not be looked at ({why}): allow dynamodb:DescribeExport "
        f"on {arn.rpartition('/')[0]}/*, and run this again, which goes on with the same export."
    )


def failed(request: Request, described: Mapping[str, Any], place: Place) -> str:
    """Why an export has FAILED."""
    code, message = str(described.get("FailureCode", "")), str(described.get("FailureMessage", ""))
    why = ": ".join(each for each in (code, message) if each) or "without a reason"
    return f"The export of {request} failed ({why}). {_advice(code, place)} {_AGAIN}"


def unknown_status(request: Request, status: str) -> str:
    """That an export is in a state that AWS has added since."""
    return (
        f"DynamoDB says that the export of {request} is {status or 'in no state'}, which is not known here: "
        "see what its console says of it."
    )


def _advice(code: str, place: Place) -> str:
    if re.search("kms|key", code, re.IGNORECASE):
        key = place.kms_key_arn or f"the key that the bucket {place.bucket} encrypts with"
        return (
            f"See that {key} is enabled, in the bucket's region, and that its policy and yours allow "
            "kms:GenerateDataKey and kms:Decrypt."
        )
    if "NoSuchBucket" in code:
        return (
            f"There is no bucket {place.bucket}: deploy the store with the playbook backup, or name another."
        )
    if "AccessDenied" in code:
        owner = (
            f"that account {place.owner} owns it, and that its policy allows you the same"
            if place.owner
            else "and that the bucket is one of this account, as the store's is"
        )
        return (
            f"Whoever asks for an export must have s3:PutObject, s3:PutObjectAcl and s3:AbortMultipartUpload "
            f"on {place.bucket}/{place.prefix}* until it has ended; see to that, {owner}."
        )
    return "See what its console says of it."
