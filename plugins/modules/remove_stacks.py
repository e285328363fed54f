#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: remove_stacks
short_description: (internal) Stop what runs in stacks, remove them, and see that they are gone
version_added: 0.1.0
description:
  - Removes stacks in the order given, each when the one before it is gone, and ends at the first that stays.
  - Switches off their termination protection before.
  - Looks at each stack by its id until CloudFormation says that it is gone, since a look that fails is no
    sign of that. What CloudFormation could not remove is told with its reason.
  - A stack that somebody else made is left alone, and so is a store while machinery of its prefix stands,
    which needs it.
  - Before that it stops what runs in state machines that go with the stacks. One that is deleted stays in
    the state C(DELETING) until its executions have ended. AWS ends them when they next go from one state to
    another. A heartbeat that is kept alive does so every six hours. Until then no stack can make a machine
    of that name again. See
    U(https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html).
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
  stack_names:
    description: The names of the stacks. One that is not there is passed over.
    type: list
    elements: str
    required: true
  state_machine_arns:
    description: ARNs of the state machines that go with them. Of one that is gone already, nothing runs.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - tablekeeper.dynamodb.wait
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Remove the machinery, the last stack first
  tablekeeper.dynamodb.remove_stacks:
    stack_names: [tablekeeper-export-2, tablekeeper-export-1]
    region: eu-west-1
"""

RETURN = r"""
removed:
  description:
    - Names of the stacks that are gone (in check mode, would be), also when another could not be removed.
  returned: always
  type: list
  elements: str
  sample: [tablekeeper-export-2, tablekeeper-export-1]
stopped:
  description: ARNs of the executions that were stopped (in check mode, would be).
  returned: always
  type: list
  elements: str
  sample: ["arn:aws:states:eu-west-1:123456789012:execution:tablekeeper-export-1:4f0e"]
"""

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import (
    Aws,
    MaskedError,
    unmasked,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import options
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks import apply_remove, apply_runs


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "stack_names": {"type": "list", "elements": "str", "required": True},
            "state_machine_arns": {"type": "list", "elements": "str", "default": []},
            **options.WAITING,
        },
        supports_check_mode=True,
    )
    params, check = module.params, module.check_mode
    removed: list[str] = []
    stopped: list[str] = []
    doing = "The running executions cannot be stopped"
    try:
        aws = Aws.of(module)
        names, machines = unmasked(params["stack_names"]), unmasked(params["state_machine_arns"])
        if machines:
            stopped = apply_runs.stop(aws("stepfunctions"), aws("cloudwatch"), machines, check=check)
        for name in names:
            doing = f"The stack {name} cannot be seen to its end, or not be removed"
            if apply_remove.remove(aws("cloudformation"), name, removed, params["wait_timeout"], check=check):
                removed.append(name)
    except MaskedError as error:
        module.fail_json(msg=str(error))
    except apply_remove.StaysError as error:
        module.fail_json(msg=str(error), changed=bool(removed), removed=removed, stopped=stopped)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg=doing, changed=bool(removed), removed=removed, stopped=stopped)
    module.exit_json(changed=bool(removed or stopped), removed=removed, stopped=stopped)


if __name__ == "__main__":
    main()
