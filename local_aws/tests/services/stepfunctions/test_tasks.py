# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from local_aws.client.machines import DESCRIBE, TRUST, finish, machine, one_state, output, role, statement

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def test_retry_and_catch_of_a_task_that_fails(account: Account) -> None:
    states = {
        "Try": {
            "Type": "Task",
            "Resource": DESCRIBE,
            "Arguments": {"TableName": "none"},
            "End": True,
            "Retry": [
                {
                    "ErrorEquals": ["DynamoDb.ResourceNotFoundException"],
                    "IntervalSeconds": 100,
                    "BackoffRate": 10,
                    "MaxDelaySeconds": 120,
                    "MaxAttempts": 2,
                    "JitterStrategy": "FULL",
                }
            ],
            "Catch": [
                {
                    "ErrorEquals": ["States.ALL"],
                    "Next": "Caught",
                    "Output": "{% $states.errorOutput %}",
                }
            ],
        },
        "Caught": {"Type": "Succeed"},
    }
    account.aws.set_wait_scale(0.001)
    found = finish(account, machine(account, states, statement("dynamodb:DescribeTable")))
    account.aws.set_wait_scale(0.02)
    assert output(found)["Error"] == "DynamoDb.ResourceNotFoundException"
    assert "(Service: DynamoDb, Status Code: 400" in output(found)["Cause"]
    events = account.client("stepfunctions").get_execution_history(executionArn=found["executionArn"])[
        "events"
    ]
    assert [event["type"] for event in events].count("TaskFailed") == 3


def table(account: Account) -> str:
    arn: str = account.client("dynamodb").create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        Tags=[{"Key": "team", "Value": "shop"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )["TableDescription"]["TableArn"]
    return arn


@pytest.mark.parametrize(
    ("operation", "arguments", "key"),
    [
        ("describeTable", {"TableName": "orders"}, "Table"),
        ("describeTimeToLive", {"TableName": "orders"}, "TimeToLiveDescription"),
        ("listTagsOfResource", {"ResourceArn": "arn"}, "Tags"),
        ("describeContinuousBackups", {"TableName": "orders"}, "ContinuousBackupsDescription"),
        ("describeKinesisStreamingDestination", {"TableName": "orders"}, "TableName"),
        ("describeContributorInsights", {"TableName": "orders"}, "TableName"),
    ],
)
def test_dynamodb_tasks(account: Account, operation: str, arguments: dict[str, str], key: str) -> None:
    arn = table(account)
    given = {name: arn if value == "arn" else value for name, value in arguments.items()}
    states = one_state(
        Type="Task", Resource=f"arn:aws:states:::aws-sdk:dynamodb:{operation}", Arguments=given
    )
    action = f"dynamodb:{operation[0].upper()}{operation[1:]}"
    found = output(finish(account, machine(account, states, statement(action, resource=arn))))
    assert key in found
    if operation == "describeTable":
        assert found["Table"]["TableArn"] == arn
        assert found["Table"]["CreationDateTime"].endswith("Z")


def test_s3_tasks_write_and_read_text(account: Account) -> None:
    bucket = f"b-{account.id}"
    location = {"LocationConstraint": account.region}
    account.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=location)
    sdk = "arn:aws:states:::aws-sdk:s3:"
    where = {"Bucket": bucket, "Key": "a/settings.json"}
    states = {
        "Put": {
            "Type": "Task",
            "Resource": f"{sdk}putObject",
            "Next": "Get",
            "Arguments": {**where, "Body": "{% $states.input %}", "ContentType": "application/json"},
        },
        "Get": {"Type": "Task", "Resource": f"{sdk}getObject", "Arguments": where, "Next": "None"},
        "None": {
            "Type": "Task",
            "Resource": f"{sdk}getObject",
            "Arguments": {**where, "Key": "x"},
            "End": True,
            "Catch": [
                {"ErrorEquals": ["S3.NoSuchKeyException"], "Next": "Caught", "Output": "{% $states.input %}"}
            ],
        },
        "Caught": {"Type": "Succeed"},
    }
    allowed = statement(
        "s3:PutObject",
        "s3:GetObject",
        "s3:ListBucket",
        resource=[f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
    )
    found = output(finish(account, machine(account, states, allowed), {"a": 1}))
    assert json.loads(found["Body"]) == {"a": 1}
    assert found["ContentType"] == "application/json"
    assert json.loads(account.client("s3").get_object(**where)["Body"].read()) == {"a": 1}


def test_a_task_may_do_only_what_the_role_allows(account: Account) -> None:
    arn = table(account)
    states = one_state(Type="Task", Resource=DESCRIBE, Arguments={"TableName": "orders"})
    other = statement("dynamodb:DescribeTable", resource=f"{arn}-other")
    machine_arn = machine(account, states, other)
    found = finish(account, machine_arn)
    assert found["error"] == "DynamoDb.DynamoDbException"
    assert (
        f"is not authorized to perform: dynamodb:DescribeTable on resource: {arn} because" in found["cause"]
    )
    assert found["cause"].startswith(f"User: arn:aws:sts::{account.id}:assumed-role/machine/")
    account.client("iam").put_role_policy(
        RoleName="machine",
        PolicyName="more",
        PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [statement("dynamodb:DescribeTable", resource=arn)]}
        ),
    )
    assert finish(account, machine_arn)["status"] == "SUCCEEDED"
    rights = account.aws.control("GET", "rights", account=account.id)["rights"]
    assert [(right["action"], right["resource"]) for right in rights] == [("dynamodb:DescribeTable", arn)]


def test_a_role_that_does_not_trust_step_functions(account: Account) -> None:
    trust = json.loads(json.dumps(TRUST).replace("states.", "lambda."))
    definition = {
        "StartAt": "Only",
        "States": one_state(Type="Task", Resource=DESCRIBE, Parameters={"TableName": "x"}),
    }
    arn = role(account, statement("*"), trust=trust)
    given = {"name": "m", "definition": json.dumps(definition), "roleArn": arn}
    sfn = account.client("stepfunctions")
    with pytest.raises(ClientError, match="assume the provided role"):
        sfn.create_state_machine(**given)
    account.client("iam").update_assume_role_policy(RoleName="machine", PolicyDocument=json.dumps(TRUST))
    machine_arn = sfn.create_state_machine(**given)["stateMachineArn"]
    account.client("iam").update_assume_role_policy(RoleName="machine", PolicyDocument=json.dumps(trust))
    assert "assume the provided role" in finish(account, machine_arn)["cause"]
