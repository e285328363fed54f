# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What one look at a table or an import says."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore.looks import at_import, at_table


@pytest.mark.parametrize(
    ("table", "doing"),
    [
        ({"TableStatus": "CREATING"}, "the table is CREATING"),
        ({"TableStatus": "CREATING", "RestoreSummary": {"RestoreInProgress": True}}, "is restoring it"),
        ({"TableStatus": "ACTIVE", "RestoreSummary": {"RestoreInProgress": True}}, "ending the restore"),
        (
            {
                "TableStatus": "ACTIVE",
                "GlobalSecondaryIndexes": [{"IndexName": "a", "IndexStatus": "CREATING"}],
            },
            "filling the index a",
        ),
        (
            {
                "TableStatus": "ACTIVE",
                "GlobalSecondaryIndexes": [{"IndexName": "a", "IndexStatus": "ACTIVE", "Backfilling": True}],
            },
            "filling the index a",
        ),
    ],
)
def test_a_table_that_is_not_ready(table: dict[str, Any], doing: str) -> None:
    found = at_table(table)
    assert (found.ready, found.failed) == (False, "")
    assert doing in found.doing


def test_a_table_that_is_ready() -> None:
    done = {"RestoreInProgress": False}
    assert at_table({"TableStatus": "ACTIVE", "RestoreSummary": done}).ready


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("INACCESSIBLE_ENCRYPTION_CREDENTIALS", "may not use its key"),
        ("DELETING", "somebody is deleting it"),
        ("SOMETHING_NEW", "not known here"),
        ("", "in no state that AWS tells"),
    ],
)
def test_a_table_that_never_will_be(status: str, why: str) -> None:
    assert why in at_table({"TableStatus": status}).failed


def test_an_import_that_goes_on() -> None:
    found = at_import({"ImportStatus": "IN_PROGRESS", "ImportedItemCount": 5, "ProcessedSizeBytes": 100})
    assert (found.ready, found.failed, found.items, found.bytes) == (False, "", 5, 100)


@pytest.mark.parametrize(
    ("told", "whys"),
    [
        (
            {
                "ImportStatus": "FAILED", "FailureCode": "ItemValidationError", "ErrorCount": 2,
                "ProcessedItemCount": 9, "ImportedItemCount": 7, "ImportArn": "arn:a/import/01-ab",
            },
            ["FAILED (ItemValidationError)", "2 of 9 items failed, and 7 were imported", "begin with 01-ab"],
        ),
        ({"ImportStatus": "COMPLETED", "ErrorCount": 1, "ProcessedItemCount": 1}, ["1 of 1 items failed"]),
        ({"ImportStatus": "CANCELLED", "ImportedItemCount": 3}, ["3 items were imported, and nobody knows"]),
        ({"ImportStatus": "PAUSED"}, ["This state is not known here"]),
    ],
)  # fmt: skip
def test_an_import_that_failed(told: dict[str, Any], whys: list[str]) -> None:
    found = at_import(told)
    assert not found.ready
    for why in whys:
        assert why in found.failed


def test_an_import_that_is_complete() -> None:
    assert at_import({"ImportStatus": "COMPLETED", "ImportedItemCount": 5}).ready
