# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS refuses, the embedded AWS refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

ROLE = "arn:aws:iam::123456789012:role/r"
MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:m"
SCHEDULE = {
    "ScheduleExpression": "rate(1 day)",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {"Arn": MACHINE, "RoleArn": ROLE},
}
LOOSE = {"FlexibleTimeWindow": {"Mode": "LOOSE"}}
INVALID, ERROR, PATTERN = "ValidationException", "ValidationError", "regular expression pattern"


def machine(**changes: str) -> dict[str, str]:
    return {"name": "n", "definition": "{}", "roleArn": ROLE} | changes


TRUST = '{"Version": "2012-10-17", "Statement": []}'

REFUSED: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "schedule name too long": (
        "scheduler.create_schedule",
        SCHEDULE | {"Name": "n" * 65},
        INVALID,
        "equal to 64",
    ),
    "schedule name with a space": ("scheduler.create_schedule", SCHEDULE | {"Name": "a b"}, INVALID, PATTERN),
    "unknown mode": (
        "scheduler.create_schedule",
        SCHEDULE | {"Name": "n"} | LOOSE,
        INVALID,
        "[OFF, FLEXIBLE]",
    ),
    "missing members": ("scheduler.create_schedule", {"Name": "n"}, INVALID, "must not be null"),
    "machine name too long": ("stepfunctions.create_state_machine", machine(name="n" * 81), INVALID, "to 80"),
    "definition too long": (
        "stepfunctions.create_state_machine",
        machine(definition="x" * 1_048_577),
        INVALID,
        "equal to 1048576",
    ),
    "stack name": ("cloudformation.create_stack", {"StackName": "1st"}, ERROR, PATTERN),
    "long stack name": ("cloudformation.create_stack", {"StackName": "n" * 129}, ERROR, "128"),
    "long template": (
        "cloudformation.create_stack",
        {"StackName": "n", "TemplateBody": "{}" + " " * 51200},
        ERROR,
        "to 51200",
    ),
    "role name too long": (
        "iam.create_role",
        {"RoleName": "n" * 65, "AssumeRolePolicyDocument": TRUST},
        ERROR,
        "equal to 64",
    ),
    "alarm name too long": ("cloudwatch.put_metric_alarm", {"AlarmName": "n" * 256}, ERROR, "equal to 255"),
    "log group name": (
        "logs.create_log_group",
        {"logGroupName": "a b"},
        "InvalidParameterException",
        PATTERN,
    ),
    "export arn": (
        "dynamodb.describe_export",
        {"ExportArn": "short"},
        INVALID,
        "greater than or equal to 37",
    ),
    "topic name": ("sns.create_topic", {"Name": "a.b"}, "InvalidParameter", "Topic Name"),
    "topic name too long": ("sns.create_topic", {"Name": "n" * 257}, "InvalidParameter", "Topic Name"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(account: Account, case: str) -> None:
    call, request, code, words = REFUSED[case]
    service, method = call.split(".")
    unchecked = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    with pytest.raises(ClientError) as caught:
        getattr(account.client(service, config=unchecked), method)(**request)
    error = caught.value.response["Error"]
    assert (error["Code"], words in error["Message"]) == (code, True), error["Message"][-300:]


def test_every_mistake_is_told_at_once(account: Account) -> None:
    with pytest.raises(ClientError, match="2 validation errors detected"):
        account.client("scheduler").create_schedule(**SCHEDULE | {"Name": "a b" * 30})
