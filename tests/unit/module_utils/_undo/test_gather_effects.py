# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What hears of every write to a table, and what AWS does not tell."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import gather_effects, gather_table
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_document import (
    EFFECTS,
    FOUND,
    NONE,
    UNKNOWN,
    Effect,
)
from local_aws.client import users
from tests.unit.support import undoing
from tests.unit.support.sleeping import without_waiting

if TYPE_CHECKING:
    import pytest

    from local_aws.client.fixtures import Account

STREAM = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}}


def effects(account: Account, aws: Aws | None = None) -> dict[str, Effect]:
    live = gather_table.table(Aws(account.client), undoing.TABLE, "here")
    found = gather_effects.effects(aws or Aws(account.client), live)
    assert tuple(each.name for each in found) == EFFECTS
    return {each.name: each for each in found}


def role(account: Account) -> str:
    trust = users.document(users.allow("sts:AssumeRole"))
    made = account.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=trust)
    arn: str = made["Role"]["Arn"]
    return arn


def triggered(account: Account, stream: str, reader: str) -> str:
    """A function that is called with the stream's records."""
    client, code = account.client("lambda"), io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): pass\n")
    function: str = client.create_function(
        FunctionName="search", Runtime="python3.13", Handler="index.handler", Role=reader,
        Code={"ZipFile": code.getvalue()},
    )["FunctionArn"]  # fmt: skip
    client.create_event_source_mapping(
        EventSourceArn=stream, FunctionName="search", StartingPosition="LATEST", Enabled=False
    )
    return function


def test_a_table_that_nobody_listens_to(account: Account) -> None:
    undoing.make_table(account.client("dynamodb"))
    assert set(effects(account).values()) == {Effect(name, NONE, ()) for name in EFFECTS}
    assert not {each["service"] for each in account.calls()} & {"lambda", "pipes"}


def test_all_who_listen(account: Account) -> None:
    client, kinesis = account.client("dynamodb"), account.client("kinesis")
    undoing.make_table(client, **STREAM)
    stream = client.describe_table(TableName=undoing.TABLE)["Table"]["LatestStreamArn"]
    client.update_contributor_insights(TableName=undoing.TABLE, ContributorInsightsAction="ENABLE")
    kinesis.create_stream(StreamName="changes", ShardCount=1)
    changes = kinesis.describe_stream(StreamName="changes")["StreamDescription"]["StreamARN"]
    client.enable_kinesis_streaming_destination(TableName=undoing.TABLE, StreamArn=changes)
    client.update_table(TableName=undoing.TABLE, ReplicaUpdates=[{"Create": {"RegionName": "eu-central-1"}}])
    reader = role(account)
    function = triggered(account, stream, reader)
    queue = f"arn:aws:sqs:eu-west-1:{account.id}:mails"
    account.client("pipes").create_pipe(
        Name="mails", RoleArn=reader, Source=stream, Target=queue,
        SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": "LATEST"}},
    )  # fmt: skip
    found = effects(account)
    assert {each.state for each in found.values()} == {FOUND}
    assert found["stream"].told == (f"{stream} (NEW_AND_OLD_IMAGES)",)
    assert found["triggers"].told[0].startswith(f"{function} (")
    assert found["pipes"].told[0].startswith(f"mails to {queue} (")
    assert found["kinesis"].told == (f"{changes} (ACTIVE)",)
    assert found["replicas"].told == ("eu-central-1 (ACTIVE)",)
    assert found["insights"].told == ("contributor insights of the table",)


def test_a_stream_that_was_switched_off_calls_nobody(account: Account) -> None:
    client = account.client("dynamodb")
    undoing.make_table(client, **STREAM)
    stream = client.describe_table(TableName=undoing.TABLE)["Table"]["LatestStreamArn"]
    triggered(account, stream, role(account))
    client.update_table(TableName=undoing.TABLE, StreamSpecification={"StreamEnabled": False})
    assert {each.state for each in effects(account).values()} == {NONE}


def test_what_may_not_be_looked_up_is_unknown_with_the_reason(account: Account) -> None:
    undoing.make_table(account.client("dynamodb"), **STREAM)
    key = users.access_key(account, users.allow("dynamodb:DescribeTable", "pipes:ListPipes"))

    def connect(service: str, config: Config | None = None) -> Any:
        return boto3.client(
            service, endpoint_url=account.aws.url, region_name=account.region, config=config, **key
        )

    found = effects(account, Aws(connect))
    assert {name: each.state for name, each in found.items()} == {
        "stream": FOUND, "triggers": UNKNOWN, "pipes": NONE,
        "kinesis": UNKNOWN, "replicas": NONE, "insights": UNKNOWN,
    }  # fmt: skip
    (why,) = found["triggers"].told
    assert why.startswith("lambda:ListEventSourceMappings: ")
    assert "not authorized" in why
    assert found["insights"].told[0].startswith("dynamodb:ListContributorInsights: ")


def test_where_no_way_leads_to_a_service_it_is_unknown(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    undoing.make_table(account.client("dynamodb"), **STREAM)
    once = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    without_waiting(monkeypatch)

    def connect(service: str, **_options: Any) -> Any:
        if service != "lambda":
            return account.client(service)
        return boto3.client(
            service,
            endpoint_url="http://127.0.0.1:9",
            region_name=account.region,
            aws_access_key_id=account.id,
            aws_secret_access_key="local",
            config=once,
        )

    found = effects(account, Aws(connect))
    assert found["triggers"].state == UNKNOWN
    assert "Could not connect to the endpoint URL" in found["triggers"].told[0]
    assert found["pipes"].state == NONE
