# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Change sets of the embedded CloudFormation that revert what was changed by hand."""

from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from local_aws.client.users import allow, as_user

from .altering import DELETED, MODIFIED, physical, schedule_off, topic
from .drifting import change_set, changes, deploy, drifted, end, execute, rights, template, trust

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

HAS_SCHEMAS = bool(importlib.util.find_spec("cfnlint") and importlib.util.find_spec("jsonschema"))
NOTHING = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)


def test_what_was_changed_is_put_back(account: Account) -> None:
    deploy(account, template(account))
    assert change_set(account, "before")["StatusReason"] == NOTHING
    for _properties, edit in MODIFIED.values():
        edit(account)

    told = change_set(account)

    assert drifted(told) == {name: properties for name, (properties, _edit) in MODIFIED.items()}
    assert told["StackDriftStatus"] == "DRIFTED"
    assert told["DeploymentMode"] == "REVERT_DRIFT"
    assert {each["Action"] for each in changes(told).values()} == {"Modify"}
    assert {each["Replacement"] for each in changes(told).values()} == {"False"}
    assert execute(account) == "UPDATE_COMPLETE"
    again = change_set(account, "again")
    assert (again["Status"], again["StatusReason"]) == ("FAILED", NOTHING)
    assert (again["ExecutionStatus"], again["StackDriftStatus"]) == ("UNAVAILABLE", "IN_SYNC")


def test_a_change_tells_from_what_to_what(account: Account) -> None:
    deploy(account, template(account))
    schedule_off(account)
    (detail,) = changes(change_set(account))["Schedule"]["Details"]
    target = detail["Target"]
    assert (target["BeforeValue"], target["AfterValue"]) == ("DISABLED", "ENABLED")
    assert (target["BeforeValueFrom"], target["AfterValueFrom"]) == ("ACTUAL_STATE", "TEMPLATE")
    assert (target["Drift"]["PreviousValue"], target["Drift"]["ActualValue"]) == ("ENABLED", "DISABLED")
    assert target["Path"] == "/Properties/State"


def test_what_was_deleted_is_made_again(account: Account) -> None:
    deploy(account, template(account))
    key = physical(account, "Key")
    for delete in DELETED.values():
        delete(account)

    told = change_set(account)

    gone = {*DELETED, "InstanceProfile", "ManagedPolicy", "Schedule"}
    assert drifted(told) == {name: ["DELETED"] for name in gone}
    assert {changes(told)[name]["Action"] for name in gone} == {"Add"}
    # What refers to them is listed, and not called drifted.
    assert changes(told)["Machine"]["ResourceDriftStatus"] == "IN_SYNC"
    assert changes(told)["TopicPolicy"]["ResourceDriftStatus"] == "UNSUPPORTED"
    assert execute(account) == "UPDATE_COMPLETE"
    assert change_set(account, "again")["StackDriftStatus"] == "IN_SYNC"
    assert physical(account, "Key") != key
    events = account.client("cloudformation").describe_stack_events(StackName="s")["StackEvents"]
    states = [e["ResourceStatus"] for e in reversed(events) if e["LogicalResourceId"] == "Alarm"]
    assert states[-2:] == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]


def test_a_lost_subscription_or_policy_is_not_seen(account: Account) -> None:
    """AWS detects no drift of these types: neither they nor what they did comes back."""
    deploy(account, template(account))
    client = account.client("sns")
    account.aws.control("POST", "confirm", account=account.id, endpoint="me@example.com")
    (mine,) = client.list_subscriptions_by_topic(TopicArn=topic(account))["Subscriptions"]
    client.unsubscribe(SubscriptionArn=mine["SubscriptionArn"])
    policy = json.dumps(rights("sns:Subscribe", Principal="*"))
    client.set_topic_attributes(TopicArn=topic(account), AttributeName="Policy", AttributeValue=policy)
    account.client("s3").delete_bucket_policy(Bucket=f"store-{account.id}")
    assert change_set(account)["StatusReason"] == NOTHING


def test_the_template_changes_what_it_says_and_the_rest_is_put_back(account: Account) -> None:
    deploy(account, template(account))
    schedule_off(account)
    MODIFIED["Topic"][1](account)
    body = template(
        account,
        "Queue",
        Topic={"DisplayName": "Other"},
        Schedule={"Description": "New"},
        LogGroup={"RetentionInDays": 30},
    )
    told = changes(change_set(account, TemplateBody=body))
    assert {name: each["Action"] for name, each in told.items()} == {
        "LogGroup": "Modify", "Queue": "Remove", "Schedule": "Modify", "Topic": "SyncWithActual",
    }  # fmt: skip
    assert {each["Target"]["Name"] for each in told["Schedule"]["Details"]} == {"State", "Description"}
    assert told["LogGroup"]["ResourceDriftStatus"] == "IN_SYNC"
    assert execute(account) == "UPDATE_COMPLETE"
    assert change_set(account, "again")["StackDriftStatus"] == "IN_SYNC"
    group = account.client("logs").describe_log_groups(logGroupNamePrefix="/logs")["logGroups"][0]
    assert group["retentionInDays"] == 30


def test_tags_of_others_are_left_alone(account: Account) -> None:
    deploy(account, template(account))
    client = account.client("cloudwatch")
    arn = f"arn:aws:cloudwatch:{account.region}:{account.id}:alarm:missed"
    client.tag_resource(ResourceARN=arn, Tags=[{"Key": "theirs", "Value": "1"}])
    assert change_set(account)["StatusReason"] == NOTHING


def test_a_failure_leaves_what_was_done_by_hand(account: Account) -> None:
    deploy(account, template(account))
    schedule_off(account)
    account.client("cloudwatch").delete_alarms(AlarmNames=["missed"])
    # Its role goes after it was looked at: the schedule cannot be put back.
    change_set(account)
    account.client("iam").update_assume_role_policy(
        RoleName="runner", PolicyDocument=json.dumps(trust("states.amazonaws.com"))
    )
    assert execute(account) == "UPDATE_ROLLBACK_COMPLETE"
    assert (
        account.client("scheduler").get_schedule(Name="nightly", GroupName="schedules")["State"] == "DISABLED"
    )
    assert drifted(change_set(account, "again")) == {
        "Alarm": ["DELETED"], "Role": ["AssumeRolePolicyDocument"], "Schedule": ["State"],
    }  # fmt: skip


@pytest.mark.skipif(not HAS_SCHEMAS, reason="the schemas that cfn-lint brings say what a handler asks for")
def test_the_caller_needs_the_rights_to_look_and_to_put_back(account: Account) -> None:
    only = ("Alarm", "Bucket", "BucketPolicy", "Group", "InstanceProfile", "Key", "LogGroup", "Machine",
            "ManagedPolicy", "Role", "Schedule", "Subscription", "TopicPolicy")  # fmt: skip
    deploy(account, template(account, *only))
    MODIFIED["Topic"][1](account)
    deploying = allow("cloudformation:*")
    reads = allow("sns:GetTopicAttributes", "sns:ListTagsForResource", "sns:ListSubscriptionsByTopic",
                  "sns:GetDataProtectionPolicy", "sqs:GetQueueAttributes", "sqs:ListQueueTags")  # fmt: skip
    user = as_user(account, "cloudformation", deploying)
    told = change_set(account, "blind", client=user)
    assert (told["StackDriftStatus"], told["StatusReason"]) == ("UNKNOWN", NOTHING)
    account.client("iam").put_user_policy(
        UserName="operator", PolicyName="own",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [deploying, reads]}),
    )  # fmt: skip
    assert drifted(change_set(account, client=user)) == {"Topic": ["DisplayName"]}
    assert execute(account, client=user) == "UPDATE_ROLLBACK_COMPLETE"
    events = account.client("cloudformation").describe_stack_events(StackName="s")["StackEvents"]
    (failed,) = (e for e in events if "FAILED" in e["ResourceStatus"])
    assert failed["LogicalResourceId"] == "Topic"
    assert "is not authorized to perform: sns:SetTopicAttributes" in failed["ResourceStatusReason"]


def test_only_an_existing_stack_is_put_back(account: Account) -> None:
    client = account.client("cloudformation")
    with pytest.raises(ClientError, match="does not exist"):
        change_set(account)
    with pytest.raises(ClientError, match="does not imitate"):
        change_set(account, ChangeSetType="CREATE", TemplateBody=template(account))
    assert client.describe_stacks()["Stacks"] == []


def test_drift_is_detected_in_the_same_way(account: Account) -> None:
    deploy(account, template(account))
    schedule_off(account)
    client = account.client("cloudformation")
    client.detect_stack_drift(StackName="s")
    found = client.describe_stack_resource_drifts(StackName="s")["StackResourceDrifts"]
    states = {each["LogicalResourceId"]: each["StackResourceDriftStatus"] for each in found}
    assert states.pop("Schedule") == "MODIFIED"
    assert set(states.values()) == {"IN_SYNC"}
    assert not {"BucketPolicy", "Subscription", "TopicPolicy"} & states.keys()
    assert end(account) == "CREATE_COMPLETE"
