# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the state machines try again, for how long they wait, and where what fails for good leads to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonata import Jsonata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TIMEOUT = 6 * 3600
# What each service says when it is busy, in the words of Step Functions. States.TaskFailed has no time-outs.
BUSY = {
    "dynamodb": {"DynamoDb.ThrottlingException", "DynamoDb.InternalServerErrorException"},
    "applicationautoscaling": {"ApplicationAutoScaling.InternalServiceException"},
    "s3": {"S3.S3Exception"},
    "sns": {"States.TaskFailed"},
    "states": {"States.TaskFailed"},
}

States = dict[str, dict[str, Any]]


def machine(root: Path, name: str) -> States:
    text = (root / "roles/backup/templates" / f"{name}.asl.yaml").read_text(encoding="utf-8")
    states: States = yaml.safe_load(text)["States"]
    return states


def tasks(states: States, caught: bool = False) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Every task, at whatever depth, and whether its failure is caught there or by a state around it."""
    for name, state in states.items():
        catches = caught or "Catch" in state
        if state["Type"] == "Task":
            yield name, state, catches
        for inner in [state.get("ItemProcessor"), *state.get("Branches", [])]:
            if inner:
                yield from tasks(inner["States"], catches)


def service(task: dict[str, Any]) -> str:
    words = task["Resource"].split(":")
    return str(words[words.index("aws-sdk") + 1] if "aws-sdk" in words else words[5])


def seconds(retrier: dict[str, Any]) -> float:
    """For how long a retrier waits in all, without jitter."""
    delays = (retrier["IntervalSeconds"] * retrier["BackoffRate"] ** n for n in range(retrier["MaxAttempts"]))
    return sum(min(delay, retrier["MaxDelaySeconds"]) for delay in delays)


@pytest.mark.parametrize("name", ["export", "heartbeat"])
def test_every_call_is_tried_again_and_ends_in_time(root: Path, name: str) -> None:
    found = list(tasks(machine(root, name)))
    assert len(found) >= {"export": 15, "heartbeat": 3}[name]
    for task, state, _caught in found:
        assert state["TimeoutSeconds"] <= 60, task
        errors = {error for retrier in state["Retry"] for error in retrier["ErrorEquals"]}
        assert errors == {"States.ALL"} or errors >= BUSY[service(state)] | {"States.Timeout"}, task
        for retrier in state["Retry"]:
            if retrier["MaxAttempts"]:
                assert retrier["BackoffRate"] > 1, task
                assert retrier["JitterStrategy"] == "FULL", task
                assert seconds(retrier) > 300, task


def test_what_fails_for_good_in_a_table_is_told_and_stops_no_other(root: Path) -> None:
    backups = machine(root, "export")["Backups"]
    assert backups["ToleratedFailurePercentage"] == 100
    child = backups["ItemProcessor"]["States"]
    assert [name for name, _state, caught in tasks(child) if not caught] == []
    for name, state in child.items():
        for catcher in state.get("Catch", []):
            wanted = {"Tell": "Failed", "FirstToFail": "Tell"}.get(name, "FirstToFail")
            assert catcher["Next"] == wanted or catcher["ErrorEquals"] != ["States.ALL"], name
    failures = ("NeverBegun", "TimedOut", "ExportFailed", "UnknownExportStatus")
    assert {child[name]["Next"] for name in failures} == {"FirstToFail"}


def test_a_busy_control_plane_fails_no_table(root: Path) -> None:
    described = machine(root, "export")["Backups"]["ItemProcessor"]["States"]["DescribeExport"]
    (busy,) = [
        retrier
        for retrier in described["Retry"]
        if "DynamoDb.LimitExceededException" in retrier["ErrorEquals"]
    ]
    assert seconds(busy) > 300


@pytest.mark.parametrize(
    ("status", "hours", "following"),
    [
        ("IN_PROGRESS", 5.9, "Wait"),
        ("IN_PROGRESS", 6.1, "TimedOut"),
        ("COMPLETED", 6.1, "ReadManifest"),
        ("FAILED", 0.1, "ExportFailed"),
        ("PAUSED", 0.1, "UnknownExportStatus"),
    ],
)
def test_a_table_has_its_time_and_no_more(root: Path, status: str, hours: float, following: str) -> None:
    exported = machine(root, "export")["Backups"]["ItemProcessor"]["States"]["Exported"]
    variables = {"export": {"ExportStatus": status}, "started": hours_ago(hours)}
    assert chosen(exported, variables) == following


@pytest.mark.parametrize(("hours", "following"), [(5.9, "WaitForExport"), (6.1, "NeverBegun")])
def test_the_wait_for_a_free_export_is_part_of_a_tables_time(
    root: Path, hours: float, following: str
) -> None:
    child = machine(root, "export")["Backups"]["ItemProcessor"]["States"]
    assert not [
        retrier for retrier in child["Export"]["Retry"]
        if "DynamoDb.LimitExceededException" in retrier["ErrorEquals"]
    ]  # fmt: skip
    assert child["Export"]["Catch"][0] == {
        "ErrorEquals": ["DynamoDb.LimitExceededException"], "Next": "NoExportFree",
    }  # fmt: skip
    assert child["WaitForExport"]["Next"] == "Export"
    # A week of it fits into an execution's history, at 9 events a turn.
    assert 7 * 86400 / child["WaitForExport"]["Seconds"] * 9 < 20_000
    assert chosen(child["NoExportFree"], {"started": hours_ago(hours)}) == following


def chosen(choice: dict[str, Any], variables: dict[str, Any]) -> str:
    """The state that a choice leads to."""
    true = [rule["Next"] for rule in choice["Choices"] if holds(rule["Condition"], variables)]
    return str([*true, choice["Default"]][0])


def hours_ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat(timespec="milliseconds")


def holds(condition: str, variables: dict[str, Any]) -> bool:
    written = condition.replace("${TableTimeoutSeconds}", str(TIMEOUT)).strip()
    expression = Jsonata(written.removeprefix("{%").removesuffix("%}"))
    frame = expression.create_frame()
    for name, bound in variables.items():
        frame.bind(name, bound)
    return expression.evaluate(None, frame) is True
