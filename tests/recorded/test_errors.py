# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The codes and texts of AWS's refusals: the embedded AWS gives them, and the collection understands them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import cloudformation, s3
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.export import recovery
from local_aws.client.fixtures import account, local_aws
from tests.recorded import tables, windows
from tests.recorded.exports import bucket, make_bucket, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

__all__ = ["account", "local_aws"]

RECORDED = json.loads((Path(__file__).parent / "errors.json").read_text(encoding="utf-8"))
BY_ID: dict[str, dict[str, Any]] = {each["id"]: each for each in RECORDED}
TEMPLATE = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
NOBODY = "no-such"


def arn(account: Account, service: str, resource: str) -> str:
    return f"arn:aws:{service}:{account.region}:{account.id}:{resource}"


def export(account: Account, **more: Any) -> None:
    asked = {"TableArn": arn(account, "dynamodb", "table/orders"), "S3Bucket": bucket(account)}
    account.client("dynamodb").export_table_to_point_in_time(**{**asked, **more})


def same_token(account: Account) -> None:
    table(account)
    make_bucket(account)
    export(account, ClientToken="one")
    export(account, ClientToken="one", S3Prefix="other")


def without_a_table(account: Account) -> None:
    make_bucket(account)
    export(account)


def without_recovery(account: Account) -> None:
    make_bucket(account)
    table(account)
    off = {"PointInTimeRecoveryEnabled": False}
    account.client("dynamodb").update_continuous_backups(
        TableName="orders", PointInTimeRecoverySpecification=off
    )
    export(account)


def too_early(account: Account) -> None:
    table(account)
    make_bucket(account)
    export(account, ExportTime=-1)


def just_made(account: Account) -> None:
    account.aws.control("POST", "continuous_backups", account=account.id, calls=1)
    table(account)


def stack(account: Account, **more: Any) -> Any:
    client = account.client("cloudformation")
    client.create_stack(StackName="one", TemplateBody=TEMPLATE, **more)
    client.get_waiter("stack_create_complete").wait(
        StackName="one", WaiterConfig={"Delay": 0.1, "MaxAttempts": 100}
    )
    return client


def taken(account: Account) -> None:
    client = account.client("stepfunctions")
    role = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [role]})
    made = account.client("iam").create_role(RoleName="machine", AssumeRolePolicyDocument=trust)
    definition = json.dumps({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 900, "End": True}}})
    machine = client.create_state_machine(name="m", definition=definition, roleArn=made["Role"]["Arn"])[
        "stateMachineArn"
    ]
    asked = {"stateMachineArn": machine, "name": "first", "input": "{}"}
    first = client.start_execution(**asked)["executionArn"]
    assert client.start_execution(**asked)["executionArn"] == first
    client.start_execution(**{**asked, "input": '{"other": 1}'})


def machine_arn(account: Account) -> str:
    return arn(account, "states", f"stateMachine:{NOBODY}")


# What makes AWS answer so.
PROVOKED: dict[str, Callable[[Account], Any]] = {
    "no_table_to_export": without_a_table,
    "no_recovery": without_recovery,
    "token_with_something_else": same_token,
    "time_outside_the_window": too_early,
    "no_export_arn": lambda on: on.client("dynamodb").describe_export(
        ExportArn=arn(on, "dynamodb", "table/orders")
    ),
    "table_just_made": just_made,
    "no_stack": lambda on: on.client("cloudformation").describe_stacks(StackName=NOBODY),
    "no_stack_events": lambda on: on.client("cloudformation").describe_stack_events(StackName=NOBODY),
    "nothing_to_update": lambda on: stack(on).update_stack(StackName="one", TemplateBody=TEMPLATE),
    "protected_stack": lambda on: stack(on, EnableTerminationProtection=True).delete_stack(StackName="one"),
    "no_bucket_tags": lambda on: on.client("s3").get_bucket_tagging(Bucket=make_bucket(on)),
    "no_lifecycle": lambda on: on.client("s3").get_bucket_lifecycle_configuration(Bucket=make_bucket(on)),
    "no_bucket": lambda on: on.client("s3").head_bucket(Bucket=bucket(on)),
    "no_object": lambda on: on.client("s3").get_object(Bucket=make_bucket(on), Key=NOBODY),
    "no_machine": lambda on: on.client("stepfunctions").list_executions(stateMachineArn=machine_arn(on)),
    "name_taken": taken,
    "dashboard_without_alarms": lambda on: on.client("cloudwatch").put_dashboard(
        DashboardName="d", DashboardBody='{"widgets": [{"type": "alarm", "properties": {"alarms": []}}]}'
    ),
    **tables.PROVOKED,
    **windows.PROVOKED,
}
NAMES = {"table": "orders", "stack": ("no-such", "one")}


def text(error: dict[str, Any]) -> str:
    """The recorded text as a pattern; names are another each time."""
    message = error["message"]
    if error["id"] == "time_outside_the_window":  # AWS's whole text is not known
        return f".*{message}.*"
    parts = re.split(r"\{(\w+)\}", message)
    return "".join(re.escape(part) if number % 2 == 0 else r"\S+" for number, part in enumerate(parts))


def test_every_record_is_provoked() -> None:
    assert PROVOKED.keys() == BY_ID.keys()


@pytest.mark.parametrize("name", BY_ID)
def test_the_embedded_aws_answers_as_aws_does(account: Account, name: str) -> None:
    error = BY_ID[name]
    with pytest.raises(ClientError) as refusal:
        PROVOKED[name](account)
    answer = refusal.value.response["Error"]
    assert refusal.value.operation_name == error["operation"]
    assert answer["Code"] == error["code"]
    assert re.fullmatch(text(error), answer["Message"]) or answer["Message"].startswith(error["message"])


def refusing(name: str) -> tuple[Any, Stubber, str]:
    """A client of the service that answers so once."""
    error = BY_ID[name]
    session = boto3.Session("test", "test", region_name="eu-west-1")
    client = session.client(error["service"])
    method = re.sub(r"(?<!^)(?=[A-Z])", "_", error["operation"]).lower()
    stub = Stubber(client)
    message = error["message"].format(stack=NOBODY, table="orders", arn="arn:aws:x")
    stub.add_client_error(method, error["code"], message)
    return client, stub, method


# What the collection makes of them.
UNDERSTOOD: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "no_stack": (lambda client: cloudformation.describe_stack(client, NOBODY), None),
    "no_bucket_tags": (lambda client: s3.bucket_tags(client, "b"), {}),
    "no_lifecycle": (lambda client: s3.get_lifecycle(client, "b"), {}),
    "no_bucket": (lambda client: s3.bucket_exists(client, "b"), False),
    "no_object": (lambda client: s3.get_object(client, "b", "k"), None),
}


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_the_collection_understands_it(name: str) -> None:
    ask, understood = UNDERSTOOD[name]
    client, stub, _method = refusing(name)
    with stub:
        assert ask(client) == understood


def test_the_collection_waits_where_aws_says_later() -> None:
    error = BY_ID["table_just_made"]
    assert error["operation"] == "UpdateContinuousBackups"
    assert error["code"] in recovery.LATER


def test_the_state_machine_counts_on_a_name_that_is_given_once(root: Path) -> None:
    error = BY_ID["name_taken"]
    definition = (root / "roles/backup/templates/export.asl.yaml").read_text(encoding="utf-8")
    assert f"StepFunctions.{error['code']}Exception" in definition
