# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""State machines for the tests of the embedded Step Functions."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .fixtures import Account

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def statement(*actions: str, resource: Any = "*", effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Action": list(actions), "Resource": resource}


def role(account: Account, *statements: dict[str, Any], trust: dict[str, Any] | None = None) -> str:
    iam = account.client("iam")
    trusted = json.dumps(trust or TRUST)
    arn: str = iam.create_role(RoleName="machine", AssumeRolePolicyDocument=trusted)["Role"]["Arn"]
    if statements:
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_role_policy(RoleName="machine", PolicyName="own", PolicyDocument=document)
    return arn


def machine(account: Account, states: dict[str, Any], *statements: dict[str, Any], **more: Any) -> str:
    definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **more}
    arn: str = account.client("stepfunctions").create_state_machine(
        name="m", definition=json.dumps(definition), roleArn=role(account, *statements)
    )["stateMachineArn"]
    return arn


def finish(account: Account, machine_arn: str, given: Any = None, seconds: float = 20) -> dict[str, Any]:
    sfn = account.client("stepfunctions")
    arn = sfn.start_execution(stateMachineArn=machine_arn, input=json.dumps(given or {}))["executionArn"]
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found: dict[str, Any] = sfn.describe_execution(executionArn=arn)
        if found["status"] != "RUNNING":
            return found
        time.sleep(0.05)
    raise AssertionError(f"still running: {sfn.get_execution_history(executionArn=arn)['events'][-3:]}")


def output(found: dict[str, Any]) -> Any:
    assert found["status"] == "SUCCEEDED", found
    return json.loads(found["output"])


def one_state(**state: Any) -> dict[str, Any]:
    return {"Only": {"End": True, **state}}


DESCRIBE = "arn:aws:states:::aws-sdk:dynamodb:describeTable"
