#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: stop_runs
short_description: (internal) Stop the running executions of state machines
version_added: 0.1.0
description:
  - A state machine that is deleted stays in the state C(DELETING) until its executions have ended. AWS ends
    them when they next go from one state to another. A heartbeat that is kept alive does so every six hours.
    Until then no stack can make a machine of that name again. See
    U(https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html).
  - Of a state machine that is gone already, nothing runs.
  - Before a run is stopped, the actions of the alarm C(<name of the state machine>-run-aborted) are switched
    off, since this stop is meant. If the stack stays, M(tablekeeper.dynamodb.stack_repair) switches them on
    again.
  - DynamoDB cannot cancel an export. One that has begun goes on, but nothing verifies it any more, so that it
    counts as no backup. It writes with the rights of the role that began it. Where that role is removed
    meanwhile, only a part of its files is written. See
    U(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport_Requesting.html).
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  state_machine_arns:
    description: ARNs of the state machines.
    type: list
    elements: str
    required: true
  deleted:
    description:
      - Only look at those state machines that somebody has deleted and that are still in the state
        C(DELETING), and wait until they are gone, so that a stack can make them again.
    type: bool
    default: false
  wait_timeout:
    description: With O(deleted), how many seconds to wait.
    type: int
    default: 600
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Stop what runs
  tablekeeper.dynamodb.stop_runs:
    state_machine_arns:
      - arn:aws:states:eu-west-1:123456789012:stateMachine:tablekeeper-export-1
    region: eu-west-1
"""

RETURN = r"""
stopped:
  description: ARNs of the executions that were stopped (in check mode, would be).
  returned: always
  type: list
  elements: str
  sample: [arn:aws:states:eu-west-1:123456789012:execution:tablekeeper-export-1:by-hand-20261123T101500Z]
"""

from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import cloudwatch, stepfunctions
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import MaskedError, unmasked
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.retry import retrying
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import naming
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks import gather_deleting

CAUSE = "Stopped because its stack is removed"


def stop(client: Any, alarms: Any, machines: list[str], *, check: bool) -> list[str]:
    """Stop what runs, with no alarm that tells of it."""
    of = {machine: list(stepfunctions.running(client, machine)) for machine in machines}
    running = [execution for executions in of.values() for execution in executions]
    if running and not check:
        names = [naming.aborted_alarm(machine) for machine, executions in of.items() if executions]
        cloudwatch.switch_off(alarms, names)
        for execution in running:
            stepfunctions.stop_execution(client, execution, CAUSE)
    return running


def finish(client: Any, machines: list[str], timeout: int, *, check: bool) -> list[str]:
    """Stop what runs of deleted machines, and see that they are gone."""
    if check:
        return [each for runs in gather_deleting.runs_of_deleted(client, machines).values() for each in runs]
    return gather_deleting.finish(client, machines, timeout)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state_machine_arns": {"type": "list", "elements": "str", "required": True},
            "deleted": {"type": "bool", "default": False},
            "wait_timeout": {"type": "int", "default": 600},
        },
        supports_check_mode=True,
    )
    check = module.check_mode
    try:
        client = retrying(module.client("stepfunctions"))
        machines = unmasked(module.params["state_machine_arns"])
        if module.params["deleted"]:
            running = finish(client, machines, module.params["wait_timeout"], check=check)
        else:
            running = stop(client, retrying(module.client("cloudwatch")), machines, check=check)
    except (MaskedError, gather_deleting.StillThereError) as error:
        module.fail_json(msg=str(error))
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg="The running executions cannot be stopped")
    module.exit_json(changed=bool(running), stopped=running)


if __name__ == "__main__":
    main()
