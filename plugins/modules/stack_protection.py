#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_protection
short_description: (internal) Switch the termination protection of stacks on or off
version_added: 0.1.0
description:
  - With one C(DeleteStack) the schedules of many tables would go, and the alarms that tell of that as
    well. So the
    stacks of this collection are protected. Only what removes them on purpose switches that off.
  - A stack that does not exist is left out.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  stack_names:
    description: Names of the stacks.
    type: list
    elements: str
    required: true
  protected:
    description: Whether the stacks are to be protected.
    type: bool
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
- name: Let a stack be removed
  tablekeeper.dynamodb.stack_protection:
    stack_names: [tablekeeper-export-2]
    protected: false
    region: eu-west-1
"""

RETURN = r"""
stack_names:
  description: The stacks whose protection was switched (in check mode, would be).
  returned: always
  type: list
  elements: str
  sample: [tablekeeper-export-2]
"""

from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import cloudformation
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws._retry import retrying


def switch(client: Any, names: list[str], *, protected: bool, check: bool) -> list[str]:
    """Names of the stacks that were not as they are to be."""
    stacks = {name: cloudformation.describe_stack(client, name) for name in names}
    others = [
        name
        for name, stack in stacks.items()
        if stack and bool(stack.get("EnableTerminationProtection")) != protected
    ]
    for name in [] if check else others:
        cloudformation.protect(client, name, on=protected)
    return others


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "stack_names": {"type": "list", "elements": "str", "required": True},
            "protected": {"type": "bool", "required": True},
        },
        supports_check_mode=True,
    )
    params = module.params
    try:
        client = retrying(module.client("cloudformation"))
        switched = switch(
            client, params["stack_names"], protected=params["protected"], check=module.check_mode
        )
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg="The termination protection of the stacks cannot be switched")
    module.exit_json(changed=bool(switched), stack_names=switched)


if __name__ == "__main__":
    main()
