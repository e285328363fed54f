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

# What may be unknown fails no backup, and is not to keep one waiting for long either.
OPTIONAL = {
    "DescribeKey",
    "DescribeKinesisStreamingDestination",
    "DescribeScheduledActions",
    "DescribeReplicas",
    "GetResourcePolicy",
    "ListAlarms",
    "ListContributorInsights",
    "ListEventSourceMappings",
    "ListPipes",
}

States = dict[str, dict[str, Any]]


def machine(root: Path, name: str) -> States:
    text = (root / "roles/backup/templates" / f"{name}.asl.yaml").read_text(encoding="utf-8")
    states: States = yaml.safe_load(text)["States"]
    return states


def tasks(
    states: States, caught: bool = False, around: tuple[dict[str, Any], ...] = ()
) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Every task, at whatever depth, and whether its failure is caught there or by a state around it.

    One that is tried again by a state around it has the retriers of that.
    """
    for name, state in states.items():
        catches = caught or "Catch" in state
        retriers = state.get("Retry", around)
        if state["Type"] == "Task":
            yield name, {**state, "Retry": retriers}, catches
        for inner in [state.get("ItemProcessor"), *state.get("Branches", [])]:
            if inner:
                yield from tasks(inner["States"], catches, retriers)


def service(task: dict[str, Any]) -> str:
    words = task["Resource"].split(":")
    return str(words[words.index("aws-sdk") + 1] if "aws-sdk" in words else words[5])


def seconds(retrier: dict[str, Any]) -> float:
    """For how long a retrier waits in all, without jitter."""
    delays = (
        retrier["IntervalSeconds"] * retrier.get("BackoffRate", 2) ** n for n in range(retrier["MaxAttempts"])
    )
    return sum(min(delay, retrier.get("MaxDelaySeconds", delay)) for delay in delays)


@pytest.mark.parametrize("name", ["export", "heartbeat"])
def test_every_call_is_tried_again_and_ends_in_time(root: Path, name: str) -> None:
    found = list(tasks(machine(root, name)))
    assert len(found) >= {"export": 24, "heartbeat": 3}[name]
    for task, state, _caught in found:
        assert state["TimeoutSeconds"] <= 60, task
        again = [retrier for retrier in state["Retry"] if retrier["MaxAttempts"]]
        errors = {error for retrier in again for error in retrier["ErrorEquals"]}
        assert errors == {"States.ALL"} or errors >= BUSY[service(state)] | {"States.Timeout"}, task
        for retrier in again:
            assert retrier.get("BackoffRate", 2) > 1, task  # AWS's default
            assert retrier["JitterStrategy"] == "FULL", task
            low, high = (60, 150) if task in OPTIONAL else (300, float("inf"))
            assert low < seconds(retrier) < high, task


def test_what_fails_for_good_in_a_table_is_told_and_stops_no_other(root: Path) -> None:
    backups = machine(root, "export")["Backups"]
    assert backups["ToleratedFailurePercentage"] == 100
    child = backups["ItemProcessor"]["States"]
    assert [name for name, _state, caught in tasks(child) if not caught] == []
    for name, state in child.items():
        for catcher in state.get("Catch", []):
            wanted = {"Tell": "Failed", "FirstToFail": "Tell"}.get(name, "Caught")
            assert catcher["Next"] == wanted or catcher["ErrorEquals"] != ["States.ALL"], name
    failures = ("NeverBegun", "TimedOut", "ExportFailed", "UnknownExportStatus")
    assert {child[name]["Next"] for name in (*failures, "Caught")} == {"FirstToFail"}


def test_what_may_be_unknown_leads_on_whatever_aws_answers(root: Path) -> None:
    states = machine(root, "export")
    branches = states["Backups"]["ItemProcessor"]["States"]["ReadSettings"]["Branches"]
    found = dict(each for branch in branches for each in leading_on(branch["States"]))
    assert found == {
        **dict.fromkeys(OPTIONAL - {"ListAlarms"}, "Asked"),
        "DescribeKinesisStreamingDestination": "Kinesis",
        "GetResourcePolicy": "Policy",
        "ListContributorInsights": "Insights",
    }
    # The alarms of an account may be more than a state may hold, which States.ALL does not catch.
    (catcher,) = states["ListAlarms"]["Catch"]
    assert catcher["ErrorEquals"] == ["States.DataLimitExceeded", "States.TaskFailed", "States.Timeout"]
    assert catcher["Next"] == states["MoreAlarms"]["Default"] == "HandOn"


def leading_on(states: States, around: str = "") -> Iterator[tuple[str, str]]:
    """The tasks after whose failure, of whatever kind, their branch goes on, and with which state."""
    for name, state in states.items():
        caught = {catcher["Next"]: catcher["ErrorEquals"] for catcher in state.get("Catch", [])}
        following = next((each for each, errors in caught.items() if errors == ["States.ALL"]), around)
        if state["Type"] == "Task" and following:
            yield name, following
        for inner in [state.get("ItemProcessor"), *state.get("Branches", [])]:
            if inner:
                yield from leading_on(inner["States"], following)


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
