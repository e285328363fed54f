# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What CloudFormation would do to a stack, in words."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.change_set import lines


def change(action: str, name: str, *details: dict[str, Any], **more: Any) -> dict[str, Any]:
    found = {"Action": action, "LogicalResourceId": name, "ResourceType": "AWS::S3::Bucket", **more}
    return {"Type": "Resource", "ResourceChange": {**found, "Details": list(details)}}


def detail(evaluation: str, cause: str | None = None) -> dict[str, Any]:
    entity = {"CausingEntity": cause} if cause else {}
    return {"Evaluation": evaluation, "Target": {"Attribute": "Properties", "Name": "Tags"}, **entity}


DIRECT, FROM_KEY, FROM_TOPIC = detail("Static"), detail("Dynamic", "Key.Arn"), detail("Dynamic", "Topic")
CASES = [
    (change("Add", "B"), "Add B (AWS::S3::Bucket)"),
    (change("Remove", "B", PolicyAction="Delete"), "Remove B (AWS::S3::Bucket)"),
    (change("Modify", "B", DIRECT, Replacement="False"), "Modify B (AWS::S3::Bucket)"),
    (change("Modify", "B", DIRECT, FROM_KEY, Replacement="False"), "Modify B (AWS::S3::Bucket)"),
    (change("Modify", "B", detail("Static", "Parameter")), "Modify B (AWS::S3::Bucket)"),
    # The property was changed, too, and its value is known later.
    (change("Modify", "B", FROM_KEY, detail("Dynamic")), "Modify B (AWS::S3::Bucket)"),
    (change("Modify", "B", FROM_KEY), "Modify B (AWS::S3::Bucket) if Key.Arn changes"),
    (
        change("Modify", "B", FROM_TOPIC, FROM_KEY, FROM_KEY, Replacement="Conditional"),
        "Modify or REPLACE B (AWS::S3::Bucket) if Key.Arn or Topic changes",
    ),
    (change("Modify", "B", DIRECT, Replacement="Conditional"), "Modify or REPLACE B (AWS::S3::Bucket)"),
    (
        change("Modify", "B", DIRECT, Replacement="True", PolicyAction="ReplaceAndDelete"),
        "REPLACE B (AWS::S3::Bucket): a new one is made, and the old one deleted",
    ),
    (
        change("Modify", "B", DIRECT, Replacement="True", PolicyAction="ReplaceAndRetain"),
        "REPLACE B (AWS::S3::Bucket): a new one is made, and the old one kept",
    ),
]


@pytest.mark.parametrize(("made", "line"), CASES, ids=[line for _made, line in CASES])
def test_a_change_is_a_line(made: dict[str, Any], line: str) -> None:
    assert lines({"changed": True, "msg": None, "meta": [made]}) == [line]


def test_replacements_stand_first() -> None:
    replacements = {"a": "False", "b": "Conditional", "c": "True", "d": "False", "e": "True"}
    meta = [change("Modify", name, DIRECT, Replacement=each) for name, each in replacements.items()]
    told = lines({"msg": "", "meta": [change("Add", "new"), *meta]})
    names = [line.partition(" (")[0].rpartition(" ")[2] for line in told]
    assert names == ["c", "e", "b", "new", "a", "d"]


SAME = "The submitted information didn't contain changes."


@pytest.mark.parametrize(
    ("msg", "meta", "line"),
    [
        ("New stack would be created", [], "New stack would be created"),
        (SAME, SAME, SAME),
        (None, [], "No resource would be changed."),
    ],
)
def test_without_changes_the_answer_is_told(msg: str | None, meta: object, line: str) -> None:
    assert lines({"changed": True, "msg": msg, "meta": meta}) == [line]
