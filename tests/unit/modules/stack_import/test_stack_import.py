# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from typing import Any, cast
from unittest.mock import MagicMock

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import logs, s3
from ansible_collections.tablekeeper.dynamodb.plugins.modules import stack_import

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
PARAMS = {
    "name": "tk-store",
    "prefix": "tk",
    "template": json.dumps(TEMPLATE),
    "bucket": {"logical_id": "Bucket", "name": "tk-1-eu"},
    "log_group": {"logical_id": "LogGroup", "name": "/tk"},
    "wait_timeout": 60,
}


@pytest.fixture(name="kept")
def fixture_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "bucket_exists", lambda _client, _name: True)
    monkeypatch.setattr(s3, "bucket_tags", lambda _client, _name: {"tablekeeper-prefix": "tk"})
    monkeypatch.setattr(logs, "log_group_exists", lambda _client, _name: True)


def stack(status: str, *, ours: bool = True) -> dict[str, Any]:
    tags = [{"Key": "tablekeeper-prefix", "Value": "tk"}] if ours else []
    return {"StackName": "tk-store", "StackStatus": status, "Tags": tags}


def adopt(status: str | None, *, check: bool = False, ours: bool = True) -> tuple[Any, MagicMock]:
    found = None if status is None else stack(status, ours=ours)
    client = MagicMock()
    client.get_template.return_value = {"TemplateBody": json.dumps(TEMPLATE)}
    aws = cast("Any", lambda _service: client)
    return stack_import.adopt(aws, PARAMS, found, check=check), client


@pytest.mark.usefixtures("kept")
def test_an_import_names_what_it_adopts_and_nothing_else() -> None:
    adopted, client = adopt(None)
    assert adopted == ["tk-1-eu", "/tk"]
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
    adopted, client = adopt(status)
    assert adopted == ["tk-1-eu", "/tk"]
    called = [call[0] for call in client.method_calls]
    assert called.index("delete_stack") < called.index("create_change_set")


@pytest.mark.usefixtures("kept")
def test_check_mode_only_tells() -> None:
    adopted, client = adopt("REVIEW_IN_PROGRESS", check=True)
    assert adopted == ["tk-1-eu", "/tk"]
    assert client.method_calls == []


@pytest.mark.usefixtures("kept")
def test_a_stack_that_holds_something_is_left_alone() -> None:
    assert adopt("UPDATE_COMPLETE")[0] == []


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("tags", [{}, {"team": "web"}, {"tablekeeper-prefix": "tk-2"}], ids=str)
def test_a_bucket_that_no_store_made_is_refused(
    monkeypatch: pytest.MonkeyPatch, tags: dict[str, str]
) -> None:
    monkeypatch.setattr(s3, "bucket_tags", lambda _client, _name: tags)
    with pytest.raises(stack_import.ForeignBucketError, match="tk-1-eu exists, and no store of this prefix"):
        adopt(None)
    with pytest.raises(stack_import.ForeignBucketError, match="tk-logs exists"):
        adopt_logs({"Resources": {}})


def test_the_classes_of_an_adopted_bucket_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    folders = ["retain-90d/", "retain-7d/", "retain-7d-old/", "retain-xd/"]
    monkeypatch.setattr(s3, "list_folders", lambda _client, _bucket, _prefix: folders)
    aws = cast("Any", lambda _service: None)
    assert stack_import.retention_days(aws, PARAMS, None, ["tk-1-eu", "/tk"]) == [7, 90]
    assert stack_import.retention_days(aws, PARAMS, None, ["/tk"]) == []
    # A job ended before it deployed what it had adopted: an import makes no outputs.
    begun, deployed = stack("IMPORT_COMPLETE"), {**stack("IMPORT_COMPLETE"), "Outputs": [{}]}
    assert stack_import.retention_days(aws, PARAMS, begun, []) == [7, 90]
    assert stack_import.retention_days(aws, PARAMS, deployed, []) == []
    assert stack_import.retention_days(aws, PARAMS, stack("UPDATE_ROLLBACK_COMPLETE"), []) == [7, 90]
    assert stack_import.retention_days(aws, PARAMS, stack("REVIEW_IN_PROGRESS"), []) == []


LOGS = {"logical_id": "LogBucket", "name": "tk-logs"}
WITH_LOGS = {
    **TEMPLATE["Resources"],
    "LogBucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "tk-logs", "Tags": []}},
}


def adopt_logs(deployed: dict[str, Any]) -> tuple[Any, MagicMock]:
    client = MagicMock()
    client.get_template.return_value = {"TemplateBody": deployed}
    params = {**PARAMS, "log_bucket": LOGS, "template": json.dumps({"Resources": WITH_LOGS})}
    aws = cast("Any", lambda _service: client)
    return stack_import.adopt(aws, params, stack("UPDATE_COMPLETE"), check=False), client


@pytest.mark.usefixtures("kept")
def test_a_standing_stack_adopts_a_log_bucket_and_keeps_the_rest_as_it_is() -> None:
    deployed = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"Version": {"Value": "1"}}}
    adopted, client = adopt_logs(deployed)
    assert adopted == ["tk-logs"]
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
    adopted, client = adopt_logs({"Resources": WITH_LOGS})
    assert adopted == []
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
    assert stack_import.why_not(client, "tk-store") == why


@pytest.mark.usefixtures("kept")
def test_what_an_earlier_store_left_goes_into_no_stack_of_somebody_else() -> None:
    for status in ("ROLLBACK_COMPLETE", "CREATE_COMPLETE"):
        with pytest.raises(stack_import.ForeignStackError, match=r"tk-store .* somebody else made it"):
            adopt(status, ours=False)
