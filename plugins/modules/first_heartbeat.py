#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: first_heartbeat
short_description: Give tables a first heartbeat and see their alarms become OK
version_added: 0.1.0
description:
  - The missed-run alarm of a table treats silence as a missed backup, so the alarm of a new table would fire
    long before its first backup is due.
  - This publishes one heartbeat for each table given, through the stack's heartbeat state machine, which
    keeps it alive for tables whose first backup is further away than their alarm looks back.
  - A table whose schedule has changed begins anew, too. What kept its last heartbeat alive is stopped before,
    since it may go on for longer than the new schedule allows silence, and an alarm that is C(OK) by earlier
    heartbeats is set to C(INSUFFICIENT_DATA), so that C(OK) proves the new one.
  - It then waits until CloudWatch shows every alarm as C(OK), which proves the way from the heartbeat to the
    alarm. CloudWatch usually shows an SNS metric within 5 minutes.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  state_machine_arn:
    description: ARN of the stack's heartbeat state machine.
    type: str
    required: true
  tables:
    description:
      - The tables, as P(tablekeeper.dynamodb.plan#filter) gives them.
      - Of each, C(name), C(topic) (the name of its heartbeat topic), C(alarm) (the name of its missed-run
        alarm) and C(echo_hours) (for how many hours the heartbeat is kept alive) are used.
    type: list
    elements: dict
    required: true
  wait_timeout:
    description: How many seconds to wait for the alarms.
    type: int
    default: 900
  poll_seconds:
    description: How many seconds to wait between two looks at the alarms.
    type: float
    default: 10
attributes:
  action_group:
    description: Use C(group/tablekeeper.dynamodb.aws) in C(module_defaults) to set common options.
    support: full
    membership:
      - tablekeeper.dynamodb.aws
  check_mode:
    description: Can run in C(check_mode) and return changed status without modifying the target.
    support: full
  diff_mode:
    description: Will return details on what has changed when in diff mode.
    support: none
  idempotent:
    description: When run twice in a row, without changes in AWS between, the second run changes nothing.
    support: none
    details: Each run publishes heartbeats.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Publish the first heartbeat of a new table
  tablekeeper.dynamodb.first_heartbeat:
    state_machine_arn: "{{ stack.outputs.HeartbeatMachineArn }}"
    tables:
      - name: orders
        topic: tablekeeper-heartbeat-orders-d16b8a29a1
        alarm: tablekeeper-missed-orders
        echo_hours: 0
    region: eu-west-1
"""

RETURN = r"""
execution_arns:
  description: The executions that publish the heartbeats, one for up to 300 tables.
  returned: when not in check mode
  type: list
  elements: str
  sample: ["arn:aws:states:eu-west-1:123456789012:execution:tablekeeper-export-1-heartbeat:first-1700000000"]
"""

import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils import _names
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import cloudwatch, stepfunctions
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws

ANEW = "The table's schedule changed, and its alarm begins anew"
# An execution's input holds 256 KiB, and a beat up to 400 bytes.
BEATS_OF_AN_EXECUTION = 300


class SilentAlarmError(Exception):
    """An alarm that did not become OK although its heartbeat was published."""


def beats(machine: str, tables: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """What the heartbeat machine is told: each table's topic and until when to keep its heartbeat alive."""
    return [
        {
            "topic": _names.arn(machine, "sns", table["topic"]),
            "until": (now + timedelta(hours=table["echo_hours"])).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for table in tables
    ]


def _chunks(items: list[dict[str, Any]], size: int) -> list[list[dict[str, Any]]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def silent_tables(client: Any, tables: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tables whose alarm is not OK, or not there."""
    alarms = cloudwatch.describe_named_alarms(client, [table["alarm"] for table in tables])
    fine = {alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "OK"}
    return [table for table in tables if table["alarm"] not in fine]


def forget(aws: Aws, machine: str, tables: list[dict[str, Any]]) -> None:
    """Let nothing speak for the tables that their earlier heartbeats left."""
    silent = silent_tables(aws("cloudwatch"), tables)
    for table in tables:
        if table not in silent:
            cloudwatch.set_insufficient_data(aws("cloudwatch"), table["alarm"], ANEW)
    _stop_echoes(aws("stepfunctions"), machine, tables)


def _stop_echoes(client: Any, machine: str, tables: list[dict[str, Any]]) -> None:
    """End what keeps earlier heartbeats of the tables alive: its name begins as the topic's ends."""
    digests = {table["topic"].rpartition("-")[2] for table in tables}
    for execution in stepfunctions.list_executions(client, machine=machine, status="RUNNING"):
        if execution["name"].partition("-")[0] in digests:
            stepfunctions.stop_execution(client, execution["executionArn"], ANEW)


def wait_for_alarms(client: Any, params: dict[str, Any]) -> None:
    """Return once every alarm has been OK."""
    end = time.monotonic() + params["wait_timeout"]
    silent = params["tables"]
    while silent := silent_tables(client, silent):
        if time.monotonic() >= end:
            names = ", ".join(table["name"] for table in silent)
            raise SilentAlarmError(
                f"After {params['wait_timeout']} seconds CloudWatch does not show the missed-run alarms of"
                f" these tables as OK: {names}. Run this again: CloudWatch may be late. If it stays"
                " so, look at the last execution of the heartbeat state machine."
            )
        time.sleep(params["poll_seconds"])


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state_machine_arn": {"type": "str", "required": True},
            "tables": {"type": "list", "elements": "dict", "required": True},
            "wait_timeout": {"type": "int", "default": 900},
            "poll_seconds": {"type": "float", "default": 10},
        },
        supports_check_mode=True,
    )
    if module.check_mode:
        module.exit_json(changed=True)
    params, machine = module.params, module.params["state_machine_arn"]
    aws = Aws(module.client)
    try:
        # Any first call tells AWS's own time; these also tell early that the alarms may be read.
        forget(aws, machine, params["tables"])
        now = aws.now or datetime.now(UTC)
        inputs = [
            {"beats": some} for some in _chunks(beats(machine, params["tables"], now), BEATS_OF_AN_EXECUTION)
        ]
        executions = [
            stepfunctions.start_execution(aws("stepfunctions"), machine, f"first-{uuid.uuid4()}", each)
            for each in inputs
        ]
        wait_for_alarms(aws("cloudwatch"), params)
    except SilentAlarmError as error:
        module.fail_json(msg=str(error), changed=True)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg="The first heartbeats cannot be published")
    module.exit_json(changed=True, execution_arns=executions)


if __name__ == "__main__":
    main()
