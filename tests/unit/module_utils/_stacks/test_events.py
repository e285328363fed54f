# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why an operation failed, from events as CloudFormation lists them: the newest first."""

from __future__ import annotations

from typing import Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.events import (
    MOST_REASONS,
    failures,
)

DUPLICATE = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
STACK = "arn:aws:cloudformation:eu-west-1:123456789012:stack/tk/1"


def event(name: str, status: str, reason: str = "", kind: str = "AWS::IAM::Role") -> dict[str, Any]:
    told = {"ResourceStatusReason": reason} if reason else {}
    return {
        "StackId": STACK, "PhysicalResourceId": STACK if name == "tk" else name, "LogicalResourceId": name,
        "ResourceType": kind, "ResourceStatus": status, **told,
    }  # fmt: skip


def test_the_first_failure_is_told_and_not_what_followed_from_it() -> None:
    events = [
        event("tk", "ROLLBACK_COMPLETE"),
        event("Topic", "DELETE_COMPLETE"),
        event("tk", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [Role, Topic]."),
        event("Topic", "CREATE_FAILED", "Resource creation cancelled"),
        event("Role", "CREATE_FAILED", DUPLICATE),
        event("Role", "CREATE_IN_PROGRESS"),
        event("tk", "CREATE_IN_PROGRESS", "User Initiated"),
    ]
    assert failures(events) == [f"Role (AWS::IAM::Role): {DUPLICATE}"]


def test_failures_of_an_earlier_operation_are_not_told() -> None:
    events = [
        event("tk", "DELETE_FAILED", "The following resource(s) failed to delete: [Topic]."),
        event("Topic", "DELETE_FAILED", "not authorized to perform: SNS:DeleteTopic", "AWS::SNS::Topic"),
        event("tk", "DELETE_IN_PROGRESS", "User Initiated"),
        event("Role", "UPDATE_FAILED", "an older story"),
        event("tk", "UPDATE_IN_PROGRESS", "User Initiated"),
    ]
    assert failures(events) == ["Topic (AWS::SNS::Topic): not authorized to perform: SNS:DeleteTopic"]


def test_many_failures_are_cut_and_equal_ones_told_once() -> None:
    events = [event(f"Role{number}", "CREATE_FAILED", "no") for number in range(20)]
    begun = event("tk", "CREATE_IN_PROGRESS", "User Initiated")
    assert len(failures([*events, events[0], begun])) == MOST_REASONS


def test_no_failure_is_no_reason() -> None:
    begun = event("tk", "CREATE_IN_PROGRESS", "User Initiated")
    assert failures([event("tk", "CREATE_COMPLETE"), begun]) == []
