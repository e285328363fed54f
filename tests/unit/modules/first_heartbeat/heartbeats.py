# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables with topics and alarms that watch them, and the state machine that the role deploys."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import naming
from ansible_collections.tablekeeper.dynamodb.plugins.modules import first_heartbeat
from local_aws.client import alarms
from local_aws.client.machines import role, statement

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]


@pytest.fixture(name="machine")
def fixture_machine(account: Account, root: Path) -> str:
    definition = yaml.safe_load((root / "roles/backup/templates/heartbeat.asl.yaml").read_text("utf-8"))
    allowed = statement("sns:Publish", "states:StartExecution")
    arn: str = account.client("stepfunctions").create_state_machine(
        name="tablekeeper-export-1-heartbeat",
        definition=json.dumps(definition),
        roleArn=role(account, allowed),
    )["stateMachineArn"]
    return arn


@pytest.fixture(name="ask")
def fixture_ask(account: Account, machine: str, play: Callable[..., dict[str, Any]]) -> Ask:
    account.forget_calls()
    return partial(play, first_heartbeat, state_machine_arn=machine, wait_timeout=20, wait_sleep=0.2)


def new_table(account: Account, name: str, *, echo: int = 0, watched: bool = True) -> dict[str, Any]:
    """A table with its heartbeat topic, and with an alarm that watches this, if it is to be watched."""
    table = {
        "name": name,
        "topic": naming.topic("tablekeeper", name),
        "alarm": naming.alarm("tablekeeper", name),
        "echo": echo,
    }
    account.client("sns").create_topic(Name=table["topic"])
    watching = table["topic"] if watched else "another-topic"
    alarms.put(account, AlarmName=table["alarm"], Dimensions=[{"Name": "TopicName", "Value": watching}])
    account.forget_calls()
    return table


def messages(account: Account, table: dict[str, Any]) -> int:
    """How many messages were published to a table's topic."""
    now = account.aws.now()
    points = account.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SNS",
        MetricName="NumberOfMessagesPublished",
        Dimensions=[{"Name": "TopicName", "Value": table["topic"]}],
        StartTime=now - timedelta(minutes=10),
        EndTime=now + timedelta(minutes=1),
        Period=3600,
        Statistics=["Sum"],
    )["Datapoints"]
    return sum(int(point["Sum"]) for point in points)


def executions(account: Account, machine: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = account.client("stepfunctions").list_executions(stateMachineArn=machine)[
        "executions"
    ]
    return found
