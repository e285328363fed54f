# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from typing import Any, cast
from unittest.mock import MagicMock

import pytest
from botocore.exceptions import ClientError

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import logs, s3
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks import apply_clearing, gather_kept
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.state import SHELLS, fingerprints

NAME = {"Fn::Sub": "tk-${AWS::AccountId}-${AWS::Region}"}
TEMPLATE = {
    "Resources": {
        "Key": {"Type": "AWS::KMS::Key"},
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {"BucketName": NAME, "BucketEncryption": {"Fn::GetAtt": ["Key", "Arn"]}},
        },
        "LogGroup": {
            "Type": "AWS::Logs::LogGroup",
            "DeletionPolicy": "Retain",
            "Properties": {"LogGroupName": "/tk", "RetentionInDays": 90},
        },
    }
}
STEP = {
    "stack_name": "tk-store",
    "prefix": "tk",
    "state_machine_arns": [],
    "kept": {"Bucket": "tk-1-eu", "LogGroup": "/tk"},
    "template_body": json.dumps(TEMPLATE),
}


@pytest.fixture(name="kept")
def fixture_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "bucket_exists", lambda _client, _name: True)
    monkeypatch.setattr(s3, "bucket_tags", lambda _client, _name: {"tablekeeper-prefix": "tk"})
    monkeypatch.setattr(logs, "log_group_exists", lambda _client, _name: True)


def stack(status: str, *, ours: bool = True) -> dict[str, Any]:
    tags = [{"Key": "tablekeeper-prefix", "Value": "tk"}] if ours else []
    return {"StackName": "tk-store", "StackId": "id", "StackStatus": status, "Tags": tags}


GONE = {"Code": "ValidationError", "Message": "Stack with id id does not exist"}


def clear(
    status: str | None,
    deployed: dict[str, Any] = TEMPLATE,
    *,
    check: bool = False,
    ours: bool = True,
    **step: Any,
) -> tuple[apply_clearing.Cleared, MagicMock]:
    """Clear what blocks a stack in a state, and the client that was asked for it."""
    client = MagicMock()
    client.get_template.return_value = {"TemplateBody": json.dumps(deployed)}
    gone = ClientError({"Error": GONE}, "DescribeStacks")  # type: ignore[typeddict-item]
    there = {"Stacks": [stack(status or "", ours=ours)]}
    left = {"Stacks": [stack("IMPORT_COMPLETE")]}
    client.describe_stacks.side_effect = (
        [gone, left] if status is None else [there, gone, left] if status in SHELLS else [there, left]
    )
    aws = cast("Any", lambda _service: client)
    read = fingerprints(deployed) if status and status not in SHELLS else {}
    return apply_clearing.clear(aws, {**STEP, "fingerprints": read, **step}, 60, check=check), client


@pytest.mark.usefixtures("kept")
def test_an_import_names_what_it_adopts_and_nothing_else() -> None:
    cleared, client = clear(None)
    assert (cleared.changed, cleared.stack["status"]) == (True, "IMPORT_COMPLETE")
    assert cleared.adopted == ["tk-1-eu", "/tk"]
    template = json.loads(client.create_change_set.call_args.kwargs["TemplateBody"])
    # The key of the new store is not there yet, and the update that follows has to see every other property.
    assert template["Resources"] == {
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {"BucketName": NAME},
        },
        "LogGroup": {
            "Type": "AWS::Logs::LogGroup",
            "DeletionPolicy": "Retain",
            "Properties": {"LogGroupName": "/tk"},
        },
    }
    client.delete_stack.assert_not_called()


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("status", ["REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"])
def test_an_empty_stack_gives_way(status: str) -> None:
    cleared, client = clear(status)
    assert (cleared.removed, cleared.adopted) == (True, ["tk-1-eu", "/tk"])
    called = [call[0] for call in client.method_calls]
    assert called.index("delete_stack") < called.index("create_change_set")


@pytest.mark.usefixtures("kept")
def test_check_mode_only_tells() -> None:
    cleared, client = clear("REVIEW_IN_PROGRESS", check=True)
    assert (cleared.changed, cleared.adopted) == (True, ["tk-1-eu", "/tk"])
    assert [call[0] for call in client.method_calls if not call[0].startswith("get_paginator")] == [
        "describe_stacks"
    ]


@pytest.mark.usefixtures("kept")
def test_a_stack_that_holds_something_is_left_alone() -> None:
    assert clear("UPDATE_COMPLETE")[0].changed is False


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("tags", [{}, {"team": "web"}, {"tablekeeper-prefix": "tk-2"}], ids=str)
def test_a_bucket_that_no_store_made_is_refused(
    monkeypatch: pytest.MonkeyPatch, tags: dict[str, str]
) -> None:
    monkeypatch.setattr(s3, "bucket_tags", lambda _client, _name: tags)
    with pytest.raises(gather_kept.ForeignBucketError, match="tk-1-eu exists, and no store of this prefix"):
        clear(None)
    with pytest.raises(gather_kept.ForeignBucketError, match="tk-logs exists"):
        adopt_logs({"Resources": {}})


def test_the_classes_of_an_adopted_bucket_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    folders = ["retain-90d/", "retain-7d/", "retain-7d-old/", "retain-xd/"]
    monkeypatch.setattr(s3, "list_folders", lambda _client, _bucket, _prefix: folders)
    aws = cast("Any", lambda _service: None)

    def days(found: dict[str, Any] | None, *adopted: str) -> list[int]:
        return gather_kept.retention_days(aws, "tk-1-eu", found, adopted)

    assert days(None, "tk-1-eu", "/tk") == [7, 90]
    assert days(None, "/tk") == []
    # A job ended before it deployed what it had adopted: an import makes no outputs.
    assert days(stack("IMPORT_COMPLETE")) == [7, 90]
    assert days({**stack("IMPORT_COMPLETE"), "Outputs": [{}]}) == []
    assert days(stack("UPDATE_ROLLBACK_COMPLETE")) == [7, 90]
    assert days(stack("REVIEW_IN_PROGRESS")) == []


WITH_LOGS = {
    **TEMPLATE["Resources"],
    "LogBucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "tk-logs", "Tags": []}},
}


def adopt_logs(deployed: dict[str, Any]) -> tuple[apply_clearing.Cleared, MagicMock]:
    kept = {**STEP["kept"], "LogBucket": "tk-logs"}
    body = json.dumps({"Resources": WITH_LOGS})
    return clear("UPDATE_COMPLETE", deployed, kept=kept, template_body=body)


@pytest.mark.usefixtures("kept")
def test_a_standing_stack_adopts_a_log_bucket_and_keeps_the_rest_as_it_is() -> None:
    deployed = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"Version": {"Value": "1"}}}
    cleared, client = adopt_logs(deployed)
    assert cleared.adopted == ["tk-logs"]
    # Of an earlier adoption, or of a job that ended before it had executed its own.
    client.delete_change_set.assert_called_once_with(
        StackName="tk-store", ChangeSetName="adopt-kept-resources"
    )
    asked = client.create_change_set.call_args.kwargs
    template = json.loads(asked["TemplateBody"])
    logs_only = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "tk-logs"}}
    assert template == {**deployed, "Resources": {**deployed["Resources"], "LogBucket": logs_only}}
    assert [each["LogicalResourceId"] for each in asked["ResourcesToImport"]] == ["LogBucket"]
    client.delete_stack.assert_not_called()


@pytest.mark.usefixtures("kept")
def test_a_standing_stack_with_a_log_bucket_is_left_alone() -> None:
    cleared, client = adopt_logs({"Resources": WITH_LOGS})
    assert cleared.changed is False
    client.create_change_set.assert_not_called()


BUCKET_FAILED = {
    "StackId": "id",
    "PhysicalResourceId": "tk-1-eu",
    "LogicalResourceId": "Bucket",
    "ResourceType": "AWS::S3::Bucket",
    "ResourceStatus": "IMPORT_FAILED",
    "ResourceStatusReason": "tk-1-eu already exists in stack other.",
}


@pytest.mark.parametrize(
    ("plan", "events", "why"),
    [
        ({"Status": "FAILED", "StatusReason": "Access Denied"}, [], "Access Denied"),
        (
            {"Status": "CREATE_COMPLETE"},
            [BUCKET_FAILED],
            "Bucket (AWS::S3::Bucket): tk-1-eu already exists in stack other.",
        ),
    ],
)
def test_why_an_import_failed(plan: dict[str, Any], events: list[dict[str, Any]], why: str) -> None:
    client = MagicMock()
    client.describe_change_set.return_value = plan
    client.get_paginator.return_value.paginate.return_value = [{"StackEvents": events}]
    assert apply_clearing.why_not(client, "tk-store") == why


@pytest.mark.usefixtures("kept")
def test_what_an_earlier_store_left_goes_into_no_stack_of_somebody_else() -> None:
    for status in ("ROLLBACK_COMPLETE", "CREATE_COMPLETE"):
        with pytest.raises(apply_clearing.BlockedError, match=r"tk-store .* somebody else made it"):
            clear(status, ours=False)
