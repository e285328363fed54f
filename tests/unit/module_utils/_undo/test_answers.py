# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.answers import (
    Busy,
    Done,
    Failed,
    Read,
    Refused,
    answer,
    written_units,
)

KEY = {"pk": {"S": "a"}}
ITEM = {"pk": {"S": "a"}, "n": {"N": "1"}}
LARGE = {"pk": {"S": "a"}, "s": {"S": "x" * 2100}}
PREFIX = "com.amazonaws.dynamodb.v20120810#"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"Attributes": ITEM, "ConsumedCapacity": {"CapacityUnits": 2.0}}, Done(ITEM, 2)),
        ({"ConsumedCapacity": {"CapacityUnits": 1.0}}, Done(None, 1)),
        (
            {"Responses": {"orders": [ITEM]}, "ConsumedCapacity": [{"CapacityUnits": 2.0}]},
            Read([ITEM], [], 2),
        ),
        (
            {"Responses": {}, "UnprocessedKeys": {"orders": {"Keys": [KEY], "ConsistentRead": True}}},
            Read([], [KEY], 0),
        ),
        ({}, Done(None, 0)),
    ],
)
def test_done(told: dict[str, Any], expected: Done | Read):
    assert answer(200, json.dumps(told).encode()) == expected


@pytest.mark.parametrize(
    ("status", "code", "more", "expected"),
    [
        (400, "ConditionalCheckFailedException", {"Item": ITEM}, Failed(ITEM, 1)),
        (400, "ConditionalCheckFailedException", {"Item": LARGE}, Failed(LARGE, 3)),
        (400, "ConditionalCheckFailedException", {}, Failed(None, 1)),
        (400, "ThrottlingException", {}, Busy("ThrottlingException: why", False)),
        (400, "RequestLimitExceeded", {}, Busy("RequestLimitExceeded: why", False)),
        (400, "TransactionConflictException", {}, Busy("TransactionConflictException: why", False)),
        (500, "InternalServerError", {}, Busy("InternalServerError: why", True)),
        (400, "AccessDeniedException", {}, Refused("AccessDeniedException", "AccessDeniedException: why")),
    ],
)  # fmt: skip
def test_not_done(status: int, code: str, more: dict[str, Any], expected: Any):
    told = {"__type": PREFIX + code, "message": "why", **more}
    assert answer(status, json.dumps(told).encode()) == expected


def test_what_dynamodb_did_not_write():
    assert answer(503, b"<html>") == Busy("HTTP status 503: <html>", perhaps_done=True)
    assert answer(200, b"<html>") == Refused("", "HTTP status 200: <html>")
    assert answer(200, b"[]") == Refused("", "HTTP status 200: []")


def test_the_larger_image_counts():
    assert written_units(ITEM, LARGE) == written_units(LARGE, None) == 3
    assert written_units(None, None) == 1
