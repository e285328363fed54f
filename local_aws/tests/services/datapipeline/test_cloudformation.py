# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS::DataPipeline::Pipeline in the embedded AWS."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws.client.pipelines import (
    EVERYTHING,
    Json,
    Pipe,
    alarm,
    at,
    cluster,
    default,
    denied,
    roles,
    schedule,
    shell,
)

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

TOPIC = "arn:aws:sns:eu-west-1:123456789012:t"


def _capital(value: Any) -> Any:
    """Keys as CloudFormation writes them."""
    if isinstance(value, list):
        return [_capital(one) for one in value]
    if isinstance(value, dict):
        return {key[0].upper() + key[1:]: _capital(one) for key, one in value.items()}
    return value


@dataclass
class Stack:
    """A stack with one pipeline."""

    account: Account
    start: str
    client: Any

    def deploy(self, *extra: Json, update: bool = True, period: str = "1 day", **props: Any) -> None:
        scheduled = default(self.account, scheduleType="cron", schedule=("Schedule",))
        objects = [scheduled, schedule(self.start, period), cluster(), *extra]
        pipeline = {"Name": "p", "PipelineObjects": _capital(objects), **props}
        template = {
            "Resources": {"P": {"Type": "AWS::DataPipeline::Pipeline", "Properties": pipeline}},
            "Outputs": {
                "Ref": {"Value": {"Ref": "P"}}, "Id": {"Value": {"Fn::GetAtt": ["P", "PipelineId"]}},
            },
        }  # fmt: skip
        operation = self.client.update_stack if update else self.client.create_stack
        operation(StackName="s", TemplateBody=json.dumps(template))
        waiter = self.client.get_waiter("stack_update_complete" if update else "stack_create_complete")
        waiter.wait(StackName="s", WaiterConfig={"Delay": 1, "MaxAttempts": 20})

    def reason(self) -> str:
        """Why the resource failed."""
        events = self.client.describe_stack_events(StackName="s")["StackEvents"]
        return " ".join(
            one.get("ResourceStatusReason", "") for one in events if one["LogicalResourceId"] == "P"
        )

    def pipe(self) -> Pipe:
        (found,) = self.client.describe_stacks(StackName="s")["Stacks"]
        outputs = {one["OutputKey"]: one["OutputValue"] for one in found["Outputs"]}
        assert outputs["Ref"] == outputs["Id"]
        return Pipe(self.account, self.account.client("datapipeline"), outputs["Ref"])


@pytest.fixture
def stack(account: Account) -> Stack:
    return Stack(account, at(account, hours=3), account.client("cloudformation"))


def test_a_pipeline_is_made_changed_and_deleted(stack: Stack) -> None:
    tags = [{"Key": "dynamodbdatapipeline", "Value": "true"}, {"Key": "old", "Value": "x"}]
    stack.deploy(shell("A", "true"), update=False, PipelineTags=tags)
    made = stack.pipe()
    assert made.state() == "SCHEDULED"
    (found,) = made.client.describe_pipelines(pipelineIds=[made.id])["pipelineDescriptionList"]
    assert {one["key"] for one in found["tags"]} >= {"dynamodbdatapipeline", "old"}
    stack.deploy(shell("A", "false"), shell("B", "true"), PipelineTags=tags[:1])
    assert stack.pipe().id == made.id
    assert made.objects("A")[0]["command"] == "false"
    (found,) = made.client.describe_pipelines(pipelineIds=[made.id])["pipelineDescriptionList"]
    assert "old" not in {one["key"] for one in found["tags"]}
    stack.client.delete_stack(StackName="s")
    stack.client.get_waiter("stack_delete_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    with pytest.raises(ClientError, match="PipelineDeletedException"):
        made.state()


@pytest.mark.parametrize("change", [{"Name": "q"}, {"Description": "why"}])
def test_another_name_or_description_makes_another_pipeline(stack: Stack, change: Json) -> None:
    stack.deploy(shell("A", "true"), update=False)
    old = stack.pipe()
    stack.deploy(shell("B", "true"), period="2 days", **change)
    new = stack.pipe()
    assert new.id != old.id
    assert new.state() == "SCHEDULED"
    with pytest.raises(ClientError, match="PipelineDeletedException"):
        old.state()


def test_what_an_active_pipeline_refuses_fails_the_update(stack: Stack) -> None:
    stack.deploy(shell("A", "true"), shell("B", "true"), update=False)
    made = stack.pipe()
    with pytest.raises(Exception, match="UPDATE_ROLLBACK_COMPLETE"):
        stack.deploy(shell("A", "true"))
    assert "An object cannot be removed" in stack.reason()
    assert stack.pipe().id == made.id
    assert len(made.client.get_pipeline_definition(pipelineId=made.id)["pipelineObjects"]) == 5
    assert made.state() == "SCHEDULED"


@pytest.mark.parametrize(
    ("extra", "start", "told"),
    [
        ([shell("A", "true", runsOn=("Nobody",))], 3, "Field 'runsOn' refers to 'Nobody'"),
        ([shell("A", "true")], -30, "more than a day ago"),
    ],
)
def test_a_bad_pipeline_fails_the_stack_and_leaves_nothing(
    stack: Stack, extra: list[Json], start: int, told: str
) -> None:
    stack.start = at(stack.account, hours=start)
    with pytest.raises(Exception, match="ROLLBACK_COMPLETE"):
        stack.deploy(*extra, update=False)
    assert told in stack.reason()
    assert stack.account.client("datapipeline").list_pipelines()["pipelineIdList"] == []


def test_a_pipeline_need_not_be_active(stack: Stack) -> None:
    stack.deploy(shell("A", "true"), update=False, Activate=False)
    made = stack.pipe()
    assert made.state() == "PENDING"
    stack.deploy(shell("B", "true"), Activate=True)
    assert made.state() == "SCHEDULED"
    stack.deploy(shell("B", "true"), Activate=False)
    assert made.state() == "INACTIVE"


def test_other_regions_and_other_accounts_fail_the_stack(account: Account) -> None:
    elsewhere = Stack(account, at(account, hours=3), account.client("cloudformation", region="eu-central-1"))
    with pytest.raises(Exception, match="ROLLBACK_COMPLETE"):
        elsewhere.deploy(shell("A", "true"), update=False)
    assert "has no endpoint in eu-central-1" in elsewhere.reason()
    account.aws.control("POST", "datapipeline", account=account.id, customer=False)
    here = Stack(account, at(account, hours=3), account.client("cloudformation"))
    with pytest.raises(Exception, match="ROLLBACK_COMPLETE"):
        here.deploy(shell("A", "true"), update=False)
    assert "not available to this account" in here.reason()


# What a resource handler asks for stands in the schemas that cfn-lint brings.
ASKED = ["datapipeline:PutPipelineDefinition"] if importlib.util.find_spec("cfnlint") else []


@pytest.mark.parametrize("forbidden", ["iam:PassRole", "", *ASKED])
def test_cloudformation_does_what_its_caller_may(account: Account, forbidden: str) -> None:
    roles(account)
    iam = account.client("iam")
    iam.create_user(UserName="u")
    key = iam.create_access_key(UserName="u")["AccessKey"]
    statements = [EVERYTHING, *([denied(forbidden)] if forbidden else [])]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=document)
    client = boto3.client(
        "cloudformation", endpoint_url=account.aws.url, region_name=account.region,
        aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"],
    )  # fmt: skip
    stack = Stack(account, at(account, hours=3), client)
    given = [shell("A", "true", onFail=("Failed",)), alarm("Failed", TOPIC)]
    if not forbidden:
        stack.deploy(*given, update=False)
        assert stack.pipe().state() == "SCHEDULED"
        return
    with pytest.raises(Exception, match="ROLLBACK_COMPLETE"):
        stack.deploy(*given, update=False)
    assert forbidden in stack.reason()
