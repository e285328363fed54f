#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_state
short_description: (internal) Check a stack that was deployed, and clear what blocks the next
version_added: 0.1.0
description:
  - Surrounds M(amazon.aws.cloudformation), which takes an error of its own looks for the end of a stack, and
    a rollback for a success. One process looks at the stack that was just deployed, and clears what blocks
    the one that is deployed next.
  - With O(stack_name), waits for a bounded time while CloudFormation is at work on the stack, and fails
    unless it stands in a good state with the template that is wanted. The message tells what CloudFormation
    says of the resources that failed. Switches the stack's termination protection on.
  - With O(next), fails if another job has deployed that stack since it was read. Otherwise clears what
    blocks it. An empty shell is removed. What a store that was removed has kept is adopted by a change set
    of type C(IMPORT), so that the deployment manages it again and tags it. What still runs in state machines
    that somebody deleted is stopped, since they keep their names meanwhile.
  - Of what a store kept, nothing is deleted and no setting changed. But the deployment that follows gives a
    bucket the lifecycle rules of backups, which delete. So only a bucket that an earlier store made is
    adopted. Its tag C(tablekeeper-prefix) tells, which all of a stack have. Any other bucket is refused.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  stack_name:
    description: Name of the stack that was deployed.
    type: str
  engine:
    description: The engine whose machinery the stack holds, empty for the store.
    type: str
    default: ""
  fingerprints:
    description:
      - What the parts of its template must be, by their names, as the filter
        P(tablekeeper.dynamodb.deployment#filter) tells them.
    type: dict
    default: {}
  next:
    description: The stack that is deployed next.
    type: dict
    suboptions:
      stack_name:
        description: Its name.
        type: str
        required: true
      prefix:
        description: What the tag C(tablekeeper-prefix) of what is adopted must be.
        type: str
        required: true
      fingerprints:
        description: What its template was when it was read. Empty if there was no stack, or but a shell.
        type: dict
        required: true
      state_machine_arns:
        description: The state machines that it makes, which must not be there any more.
        type: list
        elements: str
        default: []
      kept:
        description:
          - The names of what it adopts if that exists, by logical id C(Bucket), C(LogGroup) or C(LogBucket).
          - A stack that stands already adopts only C(LogBucket), if it has no such resource.
        type: dict
        default: {}
      template_body:
        description: Its template as JSON text. Of it, only what is adopted is used.
        type: str
        default: ""
  secrets:
    description: What must not be shown, wherever it stands, such as the addresses of webhooks.
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
- name: Look whether the store stands as it was deployed, and clear what blocks the machinery
  tablekeeper.dynamodb.stack_state:
    stack_name: tablekeeper-store
    fingerprints: "{{ step.fingerprints }}"
    next: "{{ step.next }}"
    region: eu-west-1
"""

RETURN = r"""
stack:
  description:
    - The stack of O(stack_name), or that of O(next) once it has adopted something, in the shape of
      RV(tablekeeper.dynamodb.deployment_info#module:stacks[]). Also if what blocks the next one could not
      be cleared.
  returned: with O(stack_name), or if something was adopted
  type: dict
  sample: {"name": "tablekeeper-store", "status": "UPDATE_COMPLETE", "outputs": {"Version": "1"}}
adopted:
  description: Names of what was adopted (in check mode, would be).
  returned: with O(next)
  type: list
  elements: str
  sample: [tablekeeper-123456789012-eu-west-1]
retention_days:
  description: The retention classes that hold backups in the bucket, if it is adopted or was just before.
  returned: with O(next)
  type: list
  elements: int
  sample: [7, 35]
replan:
  description: Whether what is to be done has to be told again, with what was found here.
  returned: with O(next)
  type: bool
  sample: false
"""

from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import (
    Aws,
    MaskedError,
    told_of,
    unmasked,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import options
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.masking import hidden
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks import (
    apply_clearing,
    apply_deployed,
    apply_remove,
    apply_runs,
    gather_kept,
    state,
)

NEXT = {
    "stack_name": {"type": "str", "required": True},
    "prefix": {"type": "str", "required": True},
    "fingerprints": {"type": "dict", "required": True},
    "state_machine_arns": {"type": "list", "elements": "str", "default": []},
    "kept": {"type": "dict", "default": {}},
    "template_body": {"type": "str", "default": ""},
}
REASONS = (
    MaskedError,
    apply_deployed.NotAsWantedError,
    apply_remove.StaysError,
    apply_runs.StillThereError,
    apply_clearing.BlockedError,
    gather_kept.ForeignBucketError,
    state.StuckStackError,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "stack_name": {"type": "str"},
            "engine": {"type": "str", "default": ""},
            "fingerprints": {"type": "dict", "default": {}},
            "next": {"type": "dict", "options": NEXT},
            "secrets": {"type": "list", "elements": "str", "default": [], "no_log": True},
            **options.WAITING,
        },
        required_one_of=[("stack_name", "next")],
        supports_check_mode=True,
    )
    params, check = module.params, module.check_mode
    answer: dict[str, Any] = {"changed": False}
    name = params["stack_name"]
    try:
        aws = Aws.of(module)
        if name:
            answer["changed"], answer["stack"] = apply_deployed.check_deployed(
                aws("cloudformation"), params, params["wait_timeout"], check=check
            )
        if step := params["next"]:
            name = step["stack_name"]
            unmasked(step["state_machine_arns"])
            cleared = apply_clearing.clear(aws, step, params["wait_timeout"], check=check)
            answer = {**answer, **cleared.told(), "changed": answer["changed"] or cleared.changed}
    except REASONS as error:
        module.fail_json(msg=hidden(str(error), params["secrets"]), **answer)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg=told_of(error, f"The stack {name} cannot be read"), **answer)
    module.exit_json(**answer)


if __name__ == "__main__":
    main()
