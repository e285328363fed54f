# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The embedded AWS knows which calls were made, whatever protocol they came by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("dynamodb", "list_tables", {}),
    ("stepfunctions", "list_state_machines", {}),
    ("sqs", "list_queues", {}),
    ("logs", "describe_log_groups", {}),
    ("cloudwatch", "describe_alarms", {}),
    ("cloudformation", "describe_stacks", {}),
    ("sns", "list_topics", {}),
    ("sts", "get_caller_identity", {}),
    ("iam", "list_roles", {}),
    ("scheduler", "list_schedules", {}),
    ("scheduler", "list_schedule_groups", {}),
    ("s3", "list_buckets", {}),
]
OBJECT: list[tuple[str, dict[str, Any]]] = [
    ("put_object", {"Key": "a/b c", "Body": b"x"}),
    ("get_object", {"Key": "a/b c"}),
    ("head_object", {"Key": "a/b c"}),
    ("copy_object", {"Key": "d", "CopySource": {"Bucket": "calls", "Key": "a/b c"}}),
    ("get_object_tagging", {"Key": "d"}),
    ("list_objects_v2", {}),
    ("list_objects", {}),
    ("list_object_versions", {}),
    ("get_bucket_versioning", {}),
    ("get_bucket_location", {}),
    ("head_bucket", {}),
    ("create_multipart_upload", {"Key": "e"}),
    ("delete_objects", {"Delete": {"Objects": [{"Key": "d"}]}}),
    ("delete_object", {"Key": "a/b c"}),
]


def camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


@pytest.mark.parametrize(("service", "method", "arguments"), CALLS)
def test_a_call_is_named(account: Account, service: str, method: str, arguments: dict[str, Any]) -> None:
    getattr(account.client(service), method)(**arguments)
    (call,) = account.calls()
    assert (call["service"], call["operation"], call["status"]) == (service, camel(method), 200)
    assert call["region"] == account.region


def test_calls_on_objects_are_told_apart(account: Account) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket="calls", CreateBucketConfiguration={"LocationConstraint": account.region})
    account.forget_calls()
    for method, arguments in OBJECT:
        getattr(s3, method)(Bucket="calls", **arguments)
    named = [call["operation"] for call in account.calls()]
    assert named == [camel(method) for method, _arguments in OBJECT]


def test_refusals_are_calls_too(account: Account) -> None:
    with pytest.raises(ClientError):
        account.client("dynamodb").describe_table(TableName="missing")
    assert [(call["operation"], call["status"]) for call in account.calls()] == [("DescribeTable", 400)]


def test_accounts_are_counted_apart_and_can_be_forgotten(account: Account) -> None:
    account.client("sns").list_topics()
    account.aws.client("sns", account="300000000002").list_topics()
    assert len(account.calls()) == 1
    account.forget_calls()
    assert account.calls() == []
    assert len(account.aws.calls("300000000002")) == 1


def test_what_services_do_among_themselves_is_no_call(account: Account) -> None:
    template = '{"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t"}}}}'
    cloudformation = account.client("cloudformation")
    cloudformation.create_stack(StackName="one", TemplateBody=template)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="one", WaiterConfig={"Delay": 1})
    assert {call["service"] for call in account.calls()} == {"cloudformation"}
