# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The embedded CloudFormation makes nothing twice, changes nothing that is gone, keeps what is protected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from .drifting import PASS, change_set, deploy, end, execute, resources, rights, template, trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Make = Callable[[Account], Any]

TRUST = json.dumps(trust("states.amazonaws.com", "scheduler.amazonaws.com"))


def role(account: Account) -> str:
    client = account.client("iam")
    made: str = client.create_role(RoleName="runner", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    return made


def machine(account: Account) -> str:
    made: str = account.client("stepfunctions").create_state_machine(
        name="machine", definition=PASS, roleArn=role(account)
    )["stateMachineArn"]
    return made


def schedule(account: Account) -> None:
    client, target = account.client("scheduler"), machine(account)
    client.create_schedule_group(Name="schedules")
    client.create_schedule(
        Name="nightly", GroupName="schedules", ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": target, "RoleArn": f"arn:aws:iam::{account.id}:role/runner"},
    )  # fmt: skip


def alarm(account: Account) -> None:
    account.client("cloudwatch").put_metric_alarm(
        AlarmName="missed", Namespace="N", MetricName="M", Statistic="Sum", Period=60, EvaluationPeriods=1,
        Threshold=1, ComparisonOperator="LessThanThreshold",
    )  # fmt: skip


EXISTING: dict[str, tuple[str, Make]] = {
    "Alarm": ("missed", alarm),
    "Group": (
        "schedules", lambda account: account.client("scheduler").create_schedule_group(Name="schedules")),
    "InstanceProfile": (
        "nodes", lambda account: account.client("iam").create_instance_profile(InstanceProfileName="nodes")),
    "LogGroup": ("/logs", lambda account: account.client("logs").create_log_group(logGroupName="/logs")),
    "Machine": ("machine", machine),
    "ManagedPolicy": ("may", lambda account: account.client("iam").create_policy(
        PolicyName="may", PolicyDocument=json.dumps(rights("s3:*")))),
    "Queue": ("missed-starts", lambda account: account.client("sqs").create_queue(QueueName="missed-starts")),
    "Role": ("runner", role),
    "Schedule": ("nightly", schedule),
    "Topic": ("alerts", lambda account: account.client("sns").create_topic(Name="alerts")),
}  # fmt: skip


def alone(account: Account, kind: str) -> str:
    """A template of one resource, with what it refers to as names."""
    made: dict[str, Any] = json.loads(template(account, ManagedPolicy={"ManagedPolicyName": "may"}))
    made["Resources"] = {kind: made["Resources"][kind]}
    properties = made["Resources"][kind]["Properties"]
    there = {
        "AlarmActions": [f"arn:aws:sns:{account.region}:{account.id}:alerts"], "Roles": ["runner"],
        "GroupName": "schedules", "RoleArn": f"arn:aws:iam::{account.id}:role/runner",
        "Target": {"Arn": f"arn:aws:states:{account.region}:{account.id}:stateMachine:machine",
                   "RoleArn": f"arn:aws:iam::{account.id}:role/runner"},
    }  # fmt: skip
    properties.update({name: value for name, value in there.items() if name in properties})
    return json.dumps(made)


def failure(account: Account, body: str, name: str = "s") -> str:
    """Why a stack cannot be made."""
    client = account.client("cloudformation")
    client.create_stack(
        StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"], OnFailure="DO_NOTHING"
    )
    assert end(account, name) == "CREATE_FAILED"
    events = client.describe_stack_events(StackName=name)["StackEvents"]
    failed = [e for e in events if e["ResourceStatus"] == "CREATE_FAILED" and e["LogicalResourceId"] != name]
    return str(failed[0]["ResourceStatusReason"])


@pytest.mark.parametrize("kind", EXISTING)
def test_what_exists_is_not_taken_over(account: Account, kind: str) -> None:
    name, make = EXISTING[kind]
    make(account)
    told = failure(account, alone(account, kind))
    assert f"with identifier '{name}' already exists." in told


def test_what_another_stack_has_is_told_with_the_stack(account: Account) -> None:
    for kind in ("Topic", "Queue"):
        body = alone(account, kind)
        client = account.client("cloudformation")
        stack = client.create_stack(StackName=f"{kind}-first", TemplateBody=body)["StackId"]
        assert end(account, f"{kind}-first") == "CREATE_COMPLETE"
        assert failure(account, body, f"{kind}-second").endswith(f" already exists in stack {stack}")


def test_a_bucket_that_exists_is_found_before_anything_is_made(account: Account) -> None:
    account.client("s3").create_bucket(
        Bucket=f"store-{account.id}", CreateBucketConfiguration={"LocationConstraint": account.region}
    )
    client = account.client("cloudformation")
    body = template(account, *(resources(account).keys() - {"Bucket", "Queue"}))
    client.create_stack(StackName="s", TemplateBody=body)
    assert end(account) == "ROLLBACK_COMPLETE"
    assert account.client("sqs").list_queues().get("QueueUrls", []) == []


def test_what_is_gone_cannot_be_changed(account: Account) -> None:
    deploy(account, template(account))
    account.client("cloudwatch").delete_alarms(AlarmNames=["missed"])
    client = account.client("cloudformation")
    changed = template(account, Alarm={"Threshold": 2})
    client.update_stack(StackName="s", TemplateBody=changed, Capabilities=["CAPABILITY_NAMED_IAM"])
    assert end(account) == "UPDATE_ROLLBACK_COMPLETE"
    events = client.describe_stack_events(StackName="s")["StackEvents"]
    (failed,) = (e for e in events if e["ResourceStatus"] == "UPDATE_FAILED")
    assert (
        "'AWS::CloudWatch::Alarm' with identifier 'missed' was not found." in failed["ResourceStatusReason"]
    )
    # A change set that knows of drift makes it anew, as changed.
    change_set(account, TemplateBody=changed)
    assert execute(account) == "UPDATE_COMPLETE"
    assert account.client("cloudwatch").describe_alarms()["MetricAlarms"][0]["Threshold"] == 2


def test_templates_come_back_in_ascii(account: Account) -> None:
    body = template(account, *(resources(account).keys() - {"Topic"}), Topic={"DisplayName": "Größe 🙂"})
    deploy(account, json.dumps(json.loads(body), ensure_ascii=False))
    client = account.client("cloudformation")
    assert client.get_template(StackName="s")["TemplateBody"]["Resources"]["Topic"]["Properties"] == {
        "TopicName": "alerts", "DisplayName": "Gr??e ?",
    }  # fmt: skip
    arn = f"arn:aws:sns:{account.region}:{account.id}:alerts"
    told = account.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
    assert told["DisplayName"] == "Größe 🙂"


def test_a_protected_stack_stays(account: Account) -> None:
    client = account.client("cloudformation")
    body = alone(account, "Queue")
    client.create_stack(StackName="s", TemplateBody=body, EnableTerminationProtection=True)
    assert end(account) == "CREATE_COMPLETE"
    assert client.describe_stacks(StackName="s")["Stacks"][0]["EnableTerminationProtection"] is True
    told = r"Stack \[.*\] cannot be deleted while TerminationProtection is enabled"
    with pytest.raises(ClientError, match=told):
        client.delete_stack(StackName="s")
    client.update_termination_protection(StackName="s", EnableTerminationProtection=False)
    client.delete_stack(StackName="s")
    client.get_waiter("stack_delete_complete").wait(StackName="s", WaiterConfig={"Delay": 1})


def test_a_stack_of_a_change_set_is_not_protected(account: Account) -> None:
    client = account.client("cloudformation")
    client.create_change_set(
        StackName="s", ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=alone(account, "Queue")
    )
    execute(account, "first")
    assert client.describe_stacks(StackName="s")["Stacks"][0]["EnableTerminationProtection"] is False
