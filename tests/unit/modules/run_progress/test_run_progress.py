# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
from botocore.stub import Stubber

from ansible_collections.tablekeeper.dynamodb.plugins.modules import run_progress

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

WHEN = "2026-11-23T02:00:00Z"


def test_look_returns_what_the_next_look_needs() -> None:
    client = boto3.client(
        "stepfunctions", "eu-west-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    stub = Stubber(client)
    stub.activate()
    stub.add_response(
        "describe_execution",
        {"executionArn": "e", "stateMachineArn": "m", "status": "RUNNING", "startDate": WHEN},
        {"executionArn": "execution-1"},
    )
    stub.add_response("list_map_runs", {"mapRuns": []})
    watch = {"execution": "execution-1", "tables": ["orders"], "engine": "export", "map_run": "", "seen": []}
    (found,) = run_progress.look(lambda _service: client, [watch])
    assert json.loads(json.dumps(found)) == {
        "watch": watch,
        "state": "RUNNING",
        "ended": False,
        "results": [],
    }


def test_an_error_that_was_not_expected_is_told_with_its_traceback(
    monkeypatch: pytest.MonkeyPatch, play: Callable[..., dict[str, Any]]
) -> None:
    monkeypatch.setattr(run_progress, "look", lambda *_: {}["mapRuns"])
    answer = play(run_progress, watches=[])
    assert answer["msg"] == "An error that was not expected, KeyError('mapRuns')"
    assert "Traceback" in answer["traceback"]
