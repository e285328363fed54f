#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_state
short_description: (internal) Check that a stack is as it was read, or as it was deployed
version_added: 0.1.0
description:
  - Looks at a CloudFormation stack after M(amazon.aws.cloudformation) has deployed it. That module
    takes an error of its own looks for the end of the stack, and a rollback for a success.
  - Waits, for a bounded time, while CloudFormation is at work on the stack.
  - Fails unless the stack stands in a good state with the template that is wanted. The message tells what
    CloudFormation says of the resources that failed.
  - Switches the stack's termination protection on. Nothing else is changed.
  - With O(before), it looks whether another job has deployed the stack since it was read, and changes
    nothing.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  stack_name:
    description: Name of the stack.
    type: str
    required: true
  engine:
    description: The engine whose machinery the stack holds, empty for the store.
    type: str
    default: ""
  fingerprints:
    description:
      - What the parts of its template must be, by their names, as the filter
        P(tablekeeper.dynamodb.deployment#filter) tells them.
    type: dict
    required: true
  before:
    description:
      - Fail unless the stack has the template of O(fingerprints) still, or, without any, is not there.
    type: bool
    default: false
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
- name: Look whether the stack stands as it was deployed
  tablekeeper.dynamodb.stack_state:
    stack_name: tablekeeper-export-1
    engine: export
    fingerprints: "{{ step.fingerprints }}"
    region: eu-west-1
"""

RETURN = r"""
stack:
  description: The stack, in the shape of RV(tablekeeper.dynamodb.deployment_info#module:stacks[]).
  returned: without O(before)
  type: dict
  sample: {"name": "tablekeeper-store", "status": "UPDATE_COMPLETE", "outputs": {"Version": "1"}}
"""

from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import cloudformation
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.retry import retrying
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import options
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.masking import hidden
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks import events, gather, state


class NotAsWantedError(Exception):
    """The stack is not what was deployed; the text says what it is, why, and what to do."""


def check_stack(client: Any, params: dict[str, Any], *, check: bool) -> tuple[bool, dict[str, Any]]:
    """Whether its termination protection had to be switched on, and the stack; raises unless as wanted."""
    name, timeout = params["stack_name"], params["wait_timeout"]
    stack = gather.read_stack(client, name, params["engine"], wait_timeout=timeout)
    if stack is None:
        raise NotAsWantedError(
            f"The stack {name} is gone: it could not be created and was removed again, or somebody removed"
            " it. Its events in CloudFormation's console (filter: deleted) tell why; then run this again."
        )
    if stack.status not in state.DEPLOYED:
        why = _why(client, name) or "CloudFormation tells no reason"
        advice = state.STUCK.get(stack.status, "remove the cause, then run this again")
        raise NotAsWantedError(
            f"The stack {name} ended in the state {stack.status}: {why}. What to do: {advice}."
        )
    template = gather.read_template(client, stack)
    if state.fingerprints(template) != params["fingerprints"]:
        raise NotAsWantedError(
            f"The stack {name} is not as it was just deployed: another job has deployed it meanwhile. See"
            " that no two jobs deploy the same target at once, then run this again."
        )
    if not stack.protected and not check:
        cloudformation.protect(client, name, on=True)
    return not stack.protected, gather.record(stack, template)


def check_unchanged(client: Any, params: dict[str, Any]) -> None:
    """Whether the stack has the template that it had when it was read; raises if not."""
    name = params["stack_name"]
    stack = gather.read_stack(client, name, wait_timeout=params["wait_timeout"])
    template = gather.read_template(client, stack) if stack else {}
    if state.fingerprints(template) != params["fingerprints"]:
        raise NotAsWantedError(
            f"The stack {name} was left as it is, since another job has deployed it after this one had read"
            " it. See that no two jobs deploy the same target at once, then run this again."
        )


def _why(client: Any, name: str) -> str:
    return "; ".join(events.failures(cloudformation.stack_events(client, name)))


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "stack_name": {"type": "str", "required": True},
            "engine": {"type": "str", "default": ""},
            "fingerprints": {"type": "dict", "required": True},
            "before": {"type": "bool", "default": False},
            "secrets": {"type": "list", "elements": "str", "default": [], "no_log": True},
            **options.WAITING,
        },
        supports_check_mode=True,
    )
    params = module.params
    try:
        client = retrying(module.client("cloudformation"))
        if params["before"]:
            check_unchanged(client, params)
            module.exit_json(changed=False)
        changed, stack = check_stack(client, params, check=module.check_mode)
    except (NotAsWantedError, state.StuckStackError) as error:
        module.fail_json(msg=hidden(str(error), params["secrets"]))
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg=f"The stack {params['stack_name']} cannot be read")
    module.exit_json(changed=changed, stack=stack)


if __name__ == "__main__":
    main()
