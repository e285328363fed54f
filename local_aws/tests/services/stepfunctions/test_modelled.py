# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SDK integrations that are made and read by botocore's models: alarms, event source mappings, pipes."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.machines import TRUST, finish, machine, output, statement
from local_aws.client.samples import create, samples

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def asked(account: Account, call: str, arguments: dict[str, Any], *statements: dict[str, Any]) -> Any:
    """What a state machine gets for one call."""
    state = {
        "Type": "Task", "Resource": f"arn:aws:states:::aws-sdk:{call}", "Arguments": arguments, "End": True,
    }  # fmt: skip
    return finish(account, machine(account, {"Ask": state}, *statements))


def alarms(account: Account, count: int) -> None:
    for number in range(count):
        account.client("cloudwatch").put_metric_alarm(
            AlarmName=f"alarm-{number}", Namespace="AWS/DynamoDB", MetricName="ThrottledRequests",
            Dimensions=[{"Name": "TableName", "Value": "orders"}], Statistic="Sum", Period=60,
            EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="GreaterThanThreshold",
        )  # fmt: skip


def test_alarms_come_in_pages(account: Account) -> None:
    alarms(account, 3)
    pages = {"AlarmTypes": ["MetricAlarm"], "MaxRecords": 2}
    may = statement("cloudwatch:DescribeAlarms", resource="arn:aws:cloudwatch:eu-west-1:*:alarm:*")
    told = output(asked(account, "cloudwatch:describeAlarms", pages, may))
    assert [each["AlarmName"] for each in told["MetricAlarms"]] == ["alarm-0", "alarm-1"]
    assert told["MetricAlarms"][0]["Dimensions"] == [{"Name": "TableName", "Value": "orders"}]
    assert told["NextToken"]


@pytest.mark.parametrize(
    ("call", "arguments", "error"),
    [
        ("cloudwatch:describeAlarms", {}, "CloudWatch.CloudWatchException"),
        ("lambda:listEventSourceMappings", {}, "Lambda.LambdaException"),
        ("pipes:listPipes", {}, "Pipes.PipesException"),
    ],
)
def test_who_may_not_is_refused(account: Account, call: str, arguments: dict[str, Any], error: str) -> None:
    found = asked(account, call, arguments, statement("dynamodb:*"))
    assert found["error"] == error
    assert "is not authorized to perform" in found["cause"]


def test_names_are_those_of_the_sdk_for_java(account: Account) -> None:
    client = account.client("lambda")
    create(account.client("dynamodb"), tuple(each for each in samples() if each.name == "orders"))
    stream = account.client("dynamodb").describe_table(TableName="orders")["Table"]["LatestStreamArn"]
    reader = account.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(TRUST))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "")
    client.create_function(
        FunctionName="reader", Runtime="python3.13", Role=reader["Role"]["Arn"], Handler="index.handler",
        Code={"ZipFile": code.getvalue()},
    )  # fmt: skip
    made = client.create_event_source_mapping(
        FunctionName="reader", EventSourceArn=stream, StartingPosition="LATEST", Enabled=False
    )
    may = statement("lambda:ListEventSourceMappings")
    told = output(asked(account, "lambda:listEventSourceMappings", {"EventSourceArn": stream}, may))
    (mapping,) = told["EventSourceMappings"]
    assert mapping["Uuid"] == made["UUID"]
    assert "UUID" not in mapping


@pytest.mark.parametrize("call", ["lambda:listEventSourceMappings", "pipes:listPipes"])
def test_a_parameter_that_there_is_not_is_refused(account: Account, call: str) -> None:
    with pytest.raises(ClientError, match='The field "Nonsense" is not supported by Step Functions'):
        asked(account, call, {"Nonsense": "x"})
