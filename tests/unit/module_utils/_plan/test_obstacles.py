# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan import obstacles

BUCKETS = {"BucketName": "tk-1-eu", "LogBucketName": "tk-logs-1-eu"}
KEPT = {"Bucket": "tk-1-eu", "LogGroup": "/aws/vendedlogs/states/tk"}
WITH_LOGS = {**KEPT, "LogBucket": "tk-logs-1-eu"}


@pytest.mark.parametrize("action", ["create", "recreate"])
@pytest.mark.parametrize(("left", "kept"), [(True, KEPT), (False, {})])
def test_a_new_store_adopts_what_an_earlier_one_left(action: str, left: bool, kept: dict[str, str]) -> None:
    found = {"existing": {"retention_days": [], "log_bucket": False}, "leftovers": left}
    assert obstacles.kept(action, found, BUCKETS, "tk", log_bucket=False) == kept


@pytest.mark.parametrize(
    ("days", "has_logs", "wants_logs", "kept"),
    [
        ([35], False, False, {}),
        ([35], True, True, {}),
        ([35], False, True, WITH_LOGS),
        ([], False, False, KEPT),  # begun, and never deployed after it had adopted something
    ],
)
def test_a_store_that_stands_adopts_what_it_lacks(
    days: list[int], has_logs: bool, wants_logs: bool, kept: dict[str, str]
) -> None:
    found = {"existing": {"retention_days": days, "log_bucket": has_logs}, "leftovers": False}
    assert obstacles.kept("update", found, BUCKETS, "tk", log_bucket=wants_logs) == kept


def step(name: str, *, deploy: bool = True, prepare: bool = False) -> dict[str, Any]:
    return {"deploy": deploy, "prepare": prepare, "obstacles": {"stack_name": name}}


@pytest.mark.parametrize(
    ("steps", "seconds", "check", "first"),
    [
        ([step("store"), step("export-1")], 29, False, {}),
        ([step("store"), step("export-1")], 31, False, {"stack_name": "store"}),
        ([step("store"), step("export-1")], 31, True, {}),
        ([step("store", prepare=True), step("export-1")], 0, True, {"stack_name": "store"}),
        ([step("store", deploy=False), step("export-1", prepare=True)], 0, False, {"stack_name": "export-1"}),
        ([step("store", deploy=False, prepare=True), step("export-1", deploy=False)], 99, False, {}),
    ],
)
def test_way_is_made_for_the_first_stack_where_there_is_need(
    steps: list[dict[str, Any]], seconds: float, check: bool, first: dict[str, Any]
) -> None:
    work = {"store": steps[0], "machinery": steps[1:]}
    assert obstacles.first(work, 1000.0, 1000.0 + seconds, obstacles.FRESH_SECONDS, check=check) == first
