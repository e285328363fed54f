# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What one look says of a table that is being made: how far it is, or why it never will be ready."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

ACTIVE = "ACTIVE"
# In these AWS is at work, and will end by itself.
AT_WORK = ("CREATING", "UPDATING")
IMPORTING, IMPORTED = ("IN_PROGRESS",), ("COMPLETED",)
LOG_GROUP = "/aws-dynamodb/imports"


@dataclass(frozen=True)
class Look:
    """One look."""

    ready: bool
    doing: str  # what AWS is doing, for people
    items: int = 0
    bytes: int = 0
    failed: str = ""  # why it will never be ready


def at_table(table: Json) -> Look:
    """By what DescribeTable says: the table, its indexes, a restore that goes on."""
    status = table.get("TableStatus", "")
    if status not in (ACTIVE, *AT_WORK):
        return Look(False, "", failed=_unknown_status("the table", status))
    if (table.get("RestoreSummary") or {}).get("RestoreInProgress") and status != ACTIVE:
        return Look(False, "DynamoDB is restoring it, and tells no figures")
    if status != ACTIVE:
        return Look(False, f"the table is {status}")
    for index in (*table.get("GlobalSecondaryIndexes", ()), *table.get("VectorIndexes", ())):
        name, status = index["IndexName"], index.get("IndexStatus", ACTIVE)
        if status not in (ACTIVE, *AT_WORK):
            return Look(False, "", failed=_unknown_status(f"the index {name}", status))
        if status != ACTIVE or index.get("Backfilling"):
            return Look(False, f"DynamoDB is filling the index {name}")
    if (table.get("RestoreSummary") or {}).get("RestoreInProgress"):
        return Look(False, "DynamoDB is ending the restore")
    return Look(True, "the table is ACTIVE")


def at_import(told: Json) -> Look:
    """By what DescribeImport says."""
    status = told.get("ImportStatus", "")
    items, size = int(told.get("ImportedItemCount") or 0), int(told.get("ProcessedSizeBytes") or 0)
    if status in IMPORTING:
        return Look(False, "DynamoDB is importing", items, size)
    if status in IMPORTED and not told.get("ErrorCount"):
        return Look(True, "the import is complete", items, size)
    return Look(False, "", items, size, failed=_import_failed(told, status))


def _import_failed(told: Json, status: str) -> str:
    processed, errors = int(told.get("ProcessedItemCount") or 0), int(told.get("ErrorCount") or 0)
    imported = int(told.get("ImportedItemCount") or 0)
    why = ": ".join(str(told[name]) for name in ("FailureCode", "FailureMessage") if told.get(name))
    sentences = [f"The import ended {status}" + (f" ({why})" if why else "") + "."]
    if errors:
        sentences.append(f"{errors:,} of {processed:,} items failed, and {imported:,} were imported.")
    elif imported:
        sentences.append(f"{imported:,} items were imported, and nobody knows how many are missing.")
    if status == "FAILED":
        stream = str(told.get("ImportArn", "")).rpartition("/")[2]
        sentences.append(
            f"What was wrong with each is in the log group {LOG_GROUP}, in streams that begin with {stream}."
        )
    elif status not in ("CANCELLED", "CANCELLING", *IMPORTED):
        sentences.append("This state is not known here: see what the console of DynamoDB says.")
    return " ".join(sentences)


def _unknown_status(what: str, status: str) -> str:
    known = {
        "INACCESSIBLE_ENCRYPTION_CREDENTIALS": "DynamoDB may not use its key: see the key's policy",
        "DELETING": "somebody is deleting it",
        "ARCHIVING": "DynamoDB archives it, since it could not use its key",
        "ARCHIVED": "DynamoDB has archived it, since it could not use its key",
    }
    why = known.get(status, "this state is not known here, so that nothing further is done")
    return f"{what} is {status or 'in no state that AWS tells'}: {why}."
