# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What else happens when an item is written: who listens to a table, and who may know it."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.samples import create, simple
from local_aws.client.users import allow, as_user, document

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account


@pytest.fixture
def stream(account: Account) -> str:
    """The ARN of a table's stream."""
    dynamodb = account.client("dynamodb")
    create(dynamodb, tuple(replace(simple(name, 0), stream=True) for name in ("tab", "other")))
    arn: str = dynamodb.describe_table(TableName="tab")["Table"]["LatestStreamArn"]
    return arn


def role(account: Account, service: str) -> str:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    iam = account.client("iam")
    arn: str = iam.create_role(RoleName=service, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    return arn


def test_triggers_of_a_stream(account: Account, stream: str) -> None:
    client = account.client("lambda")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return None\n")
    client.create_function(
        FunctionName="trigger",
        Runtime="python3.12",
        Role=role(account, "lambda"),
        Handler="index.handler",
        Code={"ZipFile": packed.getvalue()},
    )
    client.create_event_source_mapping(
        FunctionName="trigger", EventSourceArn=stream, StartingPosition="LATEST", Enabled=False
    )
    (mapping,) = client.list_event_source_mappings(EventSourceArn=stream)["EventSourceMappings"]
    assert mapping["FunctionArn"].endswith(":function:trigger")
    assert mapping["State"] == "Disabled"
    other = account.client("dynamodb").describe_table(TableName="other")["Table"]["LatestStreamArn"]
    assert client.list_event_source_mappings(EventSourceArn=other)["EventSourceMappings"] == []


def test_pipes_of_a_stream(account: Account, stream: str) -> None:
    queue = account.client("sqs").create_queue(QueueName="queue")["QueueUrl"]
    asked = {"QueueUrl": queue, "AttributeNames": ["QueueArn"]}
    target = account.client("sqs").get_queue_attributes(**asked)["Attributes"]["QueueArn"]
    pipes = account.client("pipes")
    pipes.create_pipe(
        Name="pipe",
        RoleArn=role(account, "pipes"),
        Source=stream,
        Target=target,
        SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": "LATEST"}},
    )
    table = stream.partition("/stream/")[0]
    (pipe,) = pipes.list_pipes(SourcePrefix=f"{table}/stream/")["Pipes"]
    assert (pipe["Name"], pipe["Source"], pipe["CurrentState"]) == ("pipe", stream, "RUNNING")
    assert pipes.list_pipes(SourcePrefix=f"{table}2/")["Pipes"] == []


@pytest.mark.usefixtures("stream")
def test_kinesis_of_a_table(account: Account) -> None:
    dynamodb, kinesis = account.client("dynamodb"), account.client("kinesis")
    assert (
        dynamodb.describe_kinesis_streaming_destination(TableName="tab")["KinesisDataStreamDestinations"]
        == []
    )
    kinesis.create_stream(StreamName="data", ShardCount=1)
    data = kinesis.describe_stream_summary(StreamName="data")["StreamDescriptionSummary"]["StreamARN"]
    dynamodb.enable_kinesis_streaming_destination(TableName="tab", StreamArn=data)
    told = dynamodb.describe_kinesis_streaming_destination(TableName="tab")["KinesisDataStreamDestinations"]
    assert [(each["StreamArn"], each["DestinationStatus"]) for each in told] == [(data, "ACTIVE")]
    dynamodb.execute_statement(Statement="INSERT INTO \"tab\" VALUE {'id': 'one'}")
    (shard,) = kinesis.list_shards(StreamName="data")["Shards"]
    place = {"StreamName": "data", "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    iterator = kinesis.get_shard_iterator(**place)["ShardIterator"]
    (record,) = kinesis.get_records(ShardIterator=iterator)["Records"]
    assert json.loads(record["Data"])["dynamodb"]["NewImage"] == {"id": {"S": "one"}}


@pytest.mark.usefixtures("stream")
def test_insights_of_a_table(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    before = dynamodb.describe_contributor_insights(TableName="tab")
    assert before["ContributorInsightsStatus"] == "DISABLED"
    dynamodb.update_contributor_insights(TableName="tab", ContributorInsightsAction="ENABLE")
    after = dynamodb.describe_contributor_insights(TableName="tab")
    assert after["ContributorInsightsStatus"] == "ENABLED"


CALLS: dict[str, tuple[str, Callable[[Any, str], Any]]] = {
    "lambda:ListEventSourceMappings": (
        "lambda",
        lambda client, stream: client.list_event_source_mappings(EventSourceArn=stream),
    ),
    "pipes:ListPipes": ("pipes", lambda client, stream: client.list_pipes(SourcePrefix=stream)),
    "dynamodb:DescribeKinesisStreamingDestination": (
        "dynamodb",
        lambda client, _: client.describe_kinesis_streaming_destination(TableName="tab"),
    ),
    "dynamodb:DescribeContributorInsights": (
        "dynamodb",
        lambda client, _: client.describe_contributor_insights(TableName="tab"),
    ),
}


@pytest.mark.parametrize("action", CALLS)
def test_each_look_needs_its_right(account: Account, stream: str, action: str) -> None:
    service, call = CALLS[action]
    mine = as_user(account, service, allow("dynamodb:PutItem"))
    with pytest.raises(ClientError, match="AccessDenied"):
        call(mine, stream)
    policy = document(allow(action))
    account.client("iam").put_user_policy(UserName="operator", PolicyName="own", PolicyDocument=policy)
    assert call(mine, stream)
