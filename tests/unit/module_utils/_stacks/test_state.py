# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to do with a stack in each of the states that CloudFormation knows, and what that would change."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks import state as stacks_state

SERVICE = boto3.session.Session().client("cloudformation", region_name="eu-west-1").meta.service_model
STATES = [str(state) for state in SERVICE.shape_for("StackStatus").enum]
ACTIONS = {
    "REVIEW_IN_PROGRESS": "recreate",
    "ROLLBACK_COMPLETE": "recreate",
    "CREATE_COMPLETE": "update",
    "UPDATE_COMPLETE": "update",
    "UPDATE_ROLLBACK_COMPLETE": "update",
    "IMPORT_COMPLETE": "update",
    "IMPORT_ROLLBACK_COMPLETE": "update",
}


@pytest.mark.parametrize("status", sorted({*STATES, "SOMETHING_NEW"} - {"DELETE_COMPLETE"}))
def test_every_state_is_left_waited_for_or_told(status: str) -> None:
    if stacks_state.is_moving(status):
        assert status.endswith("_IN_PROGRESS")
        assert status not in ACTIONS
    elif status in ACTIONS:
        assert stacks_state.action(status, same=False) == ACTIONS[status]
    else:
        with pytest.raises(stacks_state.StuckStackError, match=rf"it is in the state {status}: \w+"):
            stacks_state.action(status, same=True)


def test_no_stack_is_created_and_an_equal_one_left_alone() -> None:
    assert stacks_state.action(None, same=False) == "create"
    assert stacks_state.action("UPDATE_COMPLETE", same=True) == "none"
    assert stacks_state.action("ROLLBACK_COMPLETE", same=True) == "recreate"


REF, ATTRIBUTE = {"Value": {"Ref": "Bucket"}}, {"Value": {"Fn::GetAtt": ["Key", "Arn"]}}


@pytest.mark.parametrize(
    ("before", "after", "deployed", "expected"),
    [
        (REF, REF, "shop", "shop"),
        (REF, ATTRIBUTE, "shop", stacks_state.LATER),
        (None, REF, None, stacks_state.LATER),
        (None, {"Value": ""}, None, ""),
        ({"Value": ""}, {"Value": "arn:aws:kms:..."}, "", "arn:aws:kms:..."),
        (ATTRIBUTE, {"Value": ""}, "arn:aws:kms:...", ""),
    ],
)
def test_outputs_are_foretold_where_the_template_tells(
    before: dict[str, Any] | None, after: dict[str, Any], deployed: str | None, expected: str
) -> None:
    old = stacks_state.fingerprints({"Outputs": {"X": before}} if before else {})
    had = {} if deployed is None else {"X": deployed}
    assert stacks_state.outputs(old, {"Outputs": {"X": after}}, had) == {"X": expected}


def test_resources_are_compared_one_by_one() -> None:
    queue, topic = {"Type": "AWS::SQS::Queue"}, {"Type": "AWS::SNS::Topic"}
    before = {"Resources": {"Same": queue, "Gone": topic, "Other": queue}}
    after = {
        "Resources": {"Same": queue, "New": topic, "Other": {**queue, "Properties": {"DelaySeconds": 5}}}
    }
    types = {name: each["Type"] for name, each in before["Resources"].items()}
    assert stacks_state.resource_changes(stacks_state.fingerprints(before), types, after) == [
        {"action": "Remove", "logical_id": "Gone", "type": "AWS::SNS::Topic"},
        {"action": "Add", "logical_id": "New", "type": "AWS::SNS::Topic"},
        {"action": "Modify", "logical_id": "Other", "type": "AWS::SQS::Queue"},
    ]


def test_what_cloudformation_gives_back_has_the_fingerprint_of_what_it_was_given() -> None:
    given = {"Description": "Sauvegardes de l'\u00e9quipe", "Resources": {}}
    back = {"Description": "Sauvegardes de l'?quipe", "Resources": {}}
    assert stacks_state.fingerprints(given) == stacks_state.fingerprints(back)
    assert stacks_state.fingerprints(given) != stacks_state.fingerprints({**given, "Description": "other"})


def test_a_fingerprint_does_not_tell_what_it_stands_for() -> None:
    secret = "https://hooks.example.com/key"
    template = {"Resources": {"S": {"Type": "AWS::SNS::Subscription", "Properties": {"Endpoint": secret}}}}
    assert secret not in str(stacks_state.fingerprints(template))
