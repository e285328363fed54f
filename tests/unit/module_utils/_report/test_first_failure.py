# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of the results that tasks registered tells of a failure, and what became of a stack."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.failure import (
    first_failure,
    of_stack,
)

FAILED = {"failed": True, "msg": "no"}
LATER = {"failed": True, "msg": "later"}
COMPLETE = {"output": "Stack UPDATE complete", "changed": True}
ROLLED_BACK = {"output": "Problem with CREATE. Rollback complete", "log": ["a FAILED"], "failed": True}


@pytest.mark.parametrize(
    ("results", "found"),
    [
        ([], None),
        ([{}, {"changed": True}, {"skipped": True, "skip_reason": "Conditional result was False"}], None),
        ([{}, FAILED, LATER], FAILED),
        # What a loop says of itself tells nothing, whether its items went well or not.
        ([{"msg": "All items completed", "results": [{"changed": True}]}], None),
        ([{"msg": "One or more items failed", "results": [{"changed": True}, FAILED]}, LATER], FAILED),
        ([{"msg": "All items skipped", "results": []}], None),
        # s3_object that put an object, and cloudformation in check mode.
        ([{"msg": "PUT operation complete", "url": "https://s3"}, {"msg": "Would", "meta": []}], None),
        ([{"msg": "denied", "failed": True}], {"msg": "denied", "failed": True}),
    ],
)
def test_the_first_failure(results: list[dict[str, Any]], found: dict[str, Any] | None) -> None:
    assert first_failure(results) == found


@pytest.mark.parametrize(
    ("deployed", "state", "told"),
    [
        (COMPLETE, {"stack": {}}, {"stack": {}}),
        (COMPLETE, FAILED, FAILED),
        ({}, FAILED, FAILED),
        (ROLLED_BACK, FAILED, {**ROLLED_BACK, "msg": ""}),
        (ROLLED_BACK, {"stack": {}}, {"stack": {}}),
    ],
)
def test_the_reasons_go_with_a_stack_that_could_not_be_made(
    deployed: dict[str, Any], state: dict[str, Any], told: dict[str, Any]
) -> None:
    assert of_stack(deployed, state) == told
