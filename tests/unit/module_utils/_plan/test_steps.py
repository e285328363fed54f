# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is to be done to a stack."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan import steps
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks import state

TEMPLATE = {
    "Parameters": {"Bucket": {"Type": "String"}},
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    "Outputs": {"Arn": {"Value": {"Ref": "Topic"}}},
}
TAGS = {"tablekeeper-prefix": "tk"}


def deployed(**more: Any) -> dict[str, Any]:
    return {
        "status": "CREATE_COMPLETE", "outputs": {"Arn": "arn"}, "parameters": {"Bucket": "b"}, "tags": TAGS,
        "fingerprints": state.fingerprints(TEMPLATE), "types": {"Topic": "AWS::SNS::Topic"}, **more,
    }  # fmt: skip


def step(found: dict[str, Any], tags: dict[str, str] | None = None, **parameters: str) -> steps.Step:
    told = {"Bucket": "b", "Unknown": "x", **parameters}
    return steps.step("tk-export-1", "export", TEMPLATE, told, TAGS if tags is None else tags, found)


def test_what_stands_as_wanted_is_left_alone() -> None:
    same = step(deployed())
    assert (same.action, same.changes, same.outputs) == ("none", [], {"Arn": "arn"})
    assert same.parameters == {"Bucket": "b"}


@pytest.mark.parametrize(
    "found",
    [
        deployed(parameters={"Bucket": "other"}),
        deployed(tags={}),
        deployed(fingerprints={}),
        deployed(fingerprints=state.fingerprints({**TEMPLATE, "Description": "older"})),
    ],
)
def test_what_differs_is_updated(found: dict[str, Any]) -> None:
    assert step(found).action == "update"


def test_what_is_not_there_is_created_and_a_shell_made_anew() -> None:
    assert (step({}).action, step({}).outputs) == ("create", {"Arn": state.LATER})
    shell = step(deployed(status="ROLLBACK_COMPLETE"))
    assert (shell.action, [each["action"] for each in shell.changes]) == ("recreate", ["Add"])


def test_a_stack_that_is_stuck_is_named() -> None:
    with pytest.raises(state.StuckStackError, match=r"The stack tk-export-1 .* UPDATE_FAILED: roll the"):
        step(deployed(status="UPDATE_FAILED"))


def test_a_template_that_is_too_large_goes_by_way_of_the_bucket() -> None:
    large = {**TEMPLATE, "Description": "x" * 60_000}
    asked = steps.step("tk-export-1", "export", large, {"Bucket": "b"}, TAGS, {})
    assert (asked.inline, step({}).inline) == (False, True)
    assert asked.object.startswith("templates/tk-export-1-")


def test_tags_that_others_put_on_stay_and_those_that_were_ours_go() -> None:
    found = {
        "tags": {"awsApplication": "shop", "Owner": "a", "team": "b", "aws:cloudformation:x": "y"},
        "outputs": {"TagKeys": "Owner,tablekeeper-prefix"},
    }
    assert steps.stack_tags("tk", {"team": "c"}, found) == {
        "awsApplication": "shop", "team": "c", "tablekeeper-prefix": "tk",
    }  # fmt: skip


def test_tags_are_compared_as_cloudformation_gives_them_back() -> None:
    assert step(deployed(tags={**TAGS, "team": "?quipe"}), {**TAGS, "team": "\u00e9quipe"}).action == "none"
