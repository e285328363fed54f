#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: first_heartbeat
short_description: (internal) Give tables a first heartbeat and see their alarms become OK
version_added: 0.1.0
description:
  - The missed-run alarm of a table treats silence as a missed backup, so the alarm of a new table would fire
    long before its first backup is due.
  - This publishes one heartbeat for each table given, through the stack's heartbeat state machine, which
    keeps it alive for tables whose first backup is further away than their alarm looks back.
  - A table whose schedule has changed begins anew, too. What kept its last heartbeat alive is stopped before,
    since it may go on for longer than the new schedule allows silence, and an alarm that is C(OK) by earlier
    heartbeats is set to C(INSUFFICIENT_DATA), so that C(OK) proves the new one.
  - It then waits until every heartbeat has come through, which proves the way from the heartbeat to the
    alarm. That is when its execution has succeeded, CloudWatch has counted a message of its topic since, and
    the alarm is C(OK). CloudWatch usually shows an SNS metric within 5 minutes.
  - An execution that fails, and an alarm that is not there, end the wait at once.
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
        alarm) and C(echo) (for how many hours the heartbeat is kept alive) are used.
    type: list
    elements: dict
    required: true
  execution_arns:
    description:
      - Executions that an earlier call of this module has started. With O(since) this only goes on to wait
        for them, and publishes nothing.
    type: list
    elements: str
  since:
    description: The RV(since) of that call.
    type: str
  wait_timeout:
    description: How many seconds to wait for the heartbeats to come through.
    type: int
    default: 900
  fail_when_late:
    description:
      - Whether to fail when that time is over. Otherwise RV(waiting) tells which tables are left, so that a
        role can say so and call again.
    type: bool
    default: true
  wait_sleep:
    description: How many seconds to wait between two looks at the alarms.
    type: float
    default: 10
attributes:
  idempotent:
    support: none
    details: Each run publishes heartbeats, unless it is given the executions of an earlier one.
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
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
        echo: 0
    region: eu-west-1
"""

RETURN = r"""
execution_arns:
  description: The executions that publish the heartbeats, one for up to 300 tables.
  returned: when not in check mode
  type: list
  elements: str
  sample: ["arn:aws:states:eu-west-1:123456789012:execution:tablekeeper-export-1-heartbeat:first-1700000000"]
since:
  description: From when on messages count, by AWS's clock.
  returned: when not in check mode
  type: str
  sample: "2026-11-23T12:00:00Z"
waiting:
  description:
    - The tables whose heartbeat has not come through, none when all have.
    - What each waits for is to be C(published) by its execution, C(counted) by CloudWatch or C(watched) by
      its alarm.
  returned: when not in check mode
  type: list
  elements: dict
  sample: [{"name": "orders", "alarm": "tablekeeper-missed-orders", "state": "ALARM", "until": "counted"}]
"""

import time
import uuid
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import cloudwatch, stepfunctions
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import checks, naming
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.mistakes import NotAllowedError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status import arming

ANEW = "The table's schedule changed, and its alarm begins anew"
# An execution's input holds 256 KiB, and a beat up to 400 bytes.
BEATS_OF_AN_EXECUTION = 300
# A metric of SNS has a value for each minute, or for each five: what began earlier may hold a message.
PERIOD = timedelta(minutes=5)


def beats(machine: str, tables: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """What the heartbeat machine is told: each table's topic and until when to keep its heartbeat alive."""
    return [
        {
            "topic": naming.arn(machine, "sns", table["topic"]),
            "until": (now + timedelta(hours=table["echo"])).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for table in tables
    ]


def _chunks(items: list[dict[str, Any]], size: int) -> list[list[dict[str, Any]]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _states(client: Any, tables: list[dict[str, Any]]) -> dict[str, str]:
    """The states of the tables' alarms that are there."""
    alarms = cloudwatch.describe_named_alarms(client, [table["alarm"] for table in tables])
    return {alarm["AlarmName"]: alarm["StateValue"] for alarm in alarms}


def forget(aws: Aws, machine: str, tables: list[dict[str, Any]]) -> None:
    """Let nothing speak for the tables that their earlier heartbeats left."""
    states = _states(aws("cloudwatch"), tables)
    nothing = arming.Seen(executions=(), alarms=states)
    arming.check_alarms(arming.waiting(tables, nothing))
    for table in tables:
        if states[table["alarm"]] == "OK":
            cloudwatch.set_insufficient_data(aws("cloudwatch"), table["alarm"], ANEW)
    _stop_echoes(aws("stepfunctions"), machine, tables)


def _stop_echoes(client: Any, machine: str, tables: list[dict[str, Any]]) -> None:
    """End what keeps earlier heartbeats of the tables alive: its name begins as the topic's ends."""
    digests = {table["topic"].rpartition("-")[2] for table in tables}
    for execution in stepfunctions.list_executions(client, machine=machine, status="RUNNING"):
        if execution["name"].partition("-")[0] in digests:
            stepfunctions.stop_execution(client, execution["executionArn"], ANEW)


def begin(aws: Aws, machine: str, tables: list[dict[str, Any]]) -> tuple[list[str], datetime]:
    """Start what publishes the heartbeats; from when on messages count."""
    # Any first call tells AWS's own time; these also tell early that the alarms may be read.
    forget(aws, machine, tables)
    now = aws.now or datetime.now(UTC)
    inputs = [{"beats": some} for some in _chunks(beats(machine, tables, now), BEATS_OF_AN_EXECUTION)]
    client = aws("stepfunctions")
    started = [
        stepfunctions.start_execution(client, machine, f"first-{uuid.uuid4()}", each) for each in inputs
    ]
    return started, now


class Watch:
    """Looks at heartbeats under way, each time at those only that have not come through."""

    def __init__(self, aws: Aws, executions: list[str], since: datetime) -> None:
        self._aws, self._executions = aws, executions
        self._since = since.replace(second=0, microsecond=0)
        self._since -= timedelta(minutes=self._since.minute % (PERIOD.seconds // 60))
        self._missing: set[str] = set()

    def left(self, tables: list[dict[str, Any]]) -> list[arming.Waiting]:
        """The tables that wait; NoHeartbeatError if a wait is of no use."""
        client = self._aws("stepfunctions")
        executions = tuple(stepfunctions.describe_execution(client, each) for each in self._executions)
        arming.check_executions(executions)
        counted: frozenset[str] = frozenset()
        if all(each["status"] == "SUCCEEDED" for each in executions):
            topics = [table["topic"] for table in tables]
            counted = cloudwatch.published_topics(self._aws("cloudwatch"), topics, self._since)
        states = _states(self._aws("cloudwatch"), tables)
        left = arming.waiting(tables, arming.Seen(executions, counted, states))
        # One look that misses an alarm may be a slip of CloudWatch.
        missing = {each.alarm for each in left if not each.state}
        arming.check_alarms(each for each in left if each.alarm in missing & self._missing)
        self._missing = missing
        return left


def wait(watch: Watch, params: dict[str, Any]) -> list[arming.Waiting]:
    """Return once every heartbeat has come through, or with what is left when the time is over."""
    end = time.monotonic() + params["wait_timeout"]
    tables = params["tables"]
    while left := watch.left(tables):
        if time.monotonic() >= end:
            return left
        names = {each.name for each in left}
        tables = [table for table in tables if table["name"] in names]
        time.sleep(params["wait_sleep"])
    return []


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state_machine_arn": {"type": "str", "required": True},
            "tables": {"type": "list", "elements": "dict", "required": True},
            "execution_arns": {"type": "list", "elements": "str"},
            "since": {"type": "str"},
            "wait_timeout": {"type": "int", "default": 900},
            "fail_when_late": {"type": "bool", "default": True},
            "wait_sleep": {"type": "float", "default": 10},
        },
        required_by={"execution_arns": ["since"]},
        supports_check_mode=True,
    )
    params, executions = module.params, module.params["execution_arns"] or []
    if module.check_mode:
        module.exit_json(changed=True)
    aws, changed = Aws.of(module), not executions
    try:
        if executions:
            since = checks.moment(params["since"])
        else:
            executions, since = begin(aws, params["state_machine_arn"], params["tables"])
        left = wait(Watch(aws, executions, since), params)
    except NotAllowedError as refusal:
        module.fail_json(msg=f"since is {params['since']}, but {refusal}.")
    except arming.NoHeartbeatError as error:
        module.fail_json(msg=str(error), changed=changed)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg="The first heartbeats cannot be published")
    answer = {
        "changed": changed,
        "execution_arns": executions,
        "since": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "waiting": [asdict(each) for each in left],
    }
    if left and params["fail_when_late"]:
        module.fail_json(msg=arming.too_late(left, params["wait_timeout"]), **answer)
    module.exit_json(**answer)


if __name__ == "__main__":
    main()
