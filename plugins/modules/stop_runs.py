#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: stop_runs
short_description: Stop the running executions of state machines
version_added: 0.1.0
description:
  - A state machine that is deleted stays in the state C(DELETING) until its executions have ended. AWS ends
    them when they next go from one state to another. A heartbeat that is kept alive does so every six hours.
    Until then no stack can make a machine of that name again. See
    U(https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html).
  - Of a state machine that is gone already, nothing runs.
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
    support: full
extends_documentation_fragment:
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

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import stepfunctions
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws._retry import retrying
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import MaskedError, unmasked

CAUSE = "Stopped because its stack is removed"


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={"state_machine_arns": {"type": "list", "elements": "str", "required": True}},
        supports_check_mode=True,
    )
    try:
        client = retrying(module.client("stepfunctions"))
        machines = unmasked(module.params["state_machine_arns"])
        running = [each for machine in machines for each in stepfunctions.running(client, machine)]
        for execution in [] if module.check_mode else running:
            stepfunctions.stop_execution(client, execution, CAUSE)
    except MaskedError as error:
        module.fail_json(msg=str(error))
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg="The running executions cannot be stopped")
    module.exit_json(changed=bool(running), stopped=running)


if __name__ == "__main__":
    main()
