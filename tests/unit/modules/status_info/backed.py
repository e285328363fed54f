# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two tables that the templates of the collection really back up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.unit.modules.status_info.machinery import Machinery

if TYPE_CHECKING:
    from tests.unit.support.deployed import Target

MACHINE = "tablekeeper-export-1"
MAILS = ("ops@example.com", "boss@example.com")
WEBHOOK = "https://example.com/secret"
TABLES: list[Any] = ["orders", {"name": "sessions", "every": "6 hours", "retention_days": 7}]


def letting_sns_in(endpoint: str, action: str = "sqs:SendMessage") -> str:
    """The policy of a queue, or of a function."""
    service = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}}
    statement = {**service, "Action": action, "Resource": endpoint}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def run(target: Target) -> None:
    """Back both tables up."""
    client = target.client("stepfunctions")
    execution = client.start_execution(
        stateMachineArn=target.outputs[MACHINE]["StateMachineArn"],
        input=json.dumps({"tables": ["orders", "sessions"]}),
    )["executionArn"]
    Machinery.wait_for(lambda: client.describe_execution(executionArn=execution)["status"] != "RUNNING")
    assert client.describe_execution(executionArn=execution)["status"] == "SUCCEEDED"


def codes(answer: dict[str, Any], table: str = "orders") -> list[str]:
    (found,) = [each for each in answer["tables"] if each["table"] == table]
    return [reason["code"] for reason in found["reasons"]]


def message(answer: dict[str, Any], code: str, table: str = "orders") -> str:
    (found,) = [each for each in answer["tables"] if each["table"] == table]
    told = [reason["message"] for reason in found["reasons"] if reason["code"] == code]
    assert told, found["reasons"]
    return str(told[0])
