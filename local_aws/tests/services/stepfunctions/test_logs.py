# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from local_aws.client.machines import finish, role, statement

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

DELIVER = [
    f"logs:{action}"
    for action in (
        "CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries",
        "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups",
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("group", "may", "message"),
    [
        ("/machine:*", DELIVER[1:], "not authorized to access the Log Destination"),
        ("/machine", DELIVER, r"must end with"),
        ("/other:*", DELIVER, "does not exist"),
    ],
)
def test_logging_that_aws_refuses(account: Account, group: str, may: list[str], message: str) -> None:
    account.client("logs").create_log_group(logGroupName="/machine")
    arn = f"arn:aws:logs:{account.region}:{account.id}:log-group:{group}"
    with pytest.raises(ClientError, match=message):
        account.client("stepfunctions").create_state_machine(
            name="m", roleArn=role(account, statement(*may)),
            definition=json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}),
            loggingConfiguration={
                "level": "ERROR", "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}],
            },
        )  # fmt: skip


def test_executions_are_logged(account: Account) -> None:
    logs = account.client("logs")
    logs.create_log_group(logGroupName="/machine")
    group = f"arn:aws:logs:{account.region}:{account.id}:log-group:/machine:*"
    sfn = account.client("stepfunctions")
    definition = {"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "E", "Cause": "C"}}}
    arn = sfn.create_state_machine(
        name="m",
        definition=json.dumps(definition),
        roleArn=role(account, statement(*DELIVER)),
        loggingConfiguration={
            "level": "ERROR",
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}],
        },
    )["stateMachineArn"]
    finish(account, arn)
    time.sleep(0.2)
    [event] = logs.filter_log_events(logGroupName="/machine")["events"]
    assert json.loads(event["message"])["details"] == {"error": "E", "cause": "C"}
