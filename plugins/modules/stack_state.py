#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_state
short_description: Tell what deploying a template to a stack would do
version_added: 0.1.0
description:
  - Looks at a CloudFormation stack before M(amazon.aws.cloudformation) does, which goes straight to an update
    in any state.
  - Waits, for a bounded time, while CloudFormation is at work on the stack.
  - Says whether the stack has to be created, recreated (an empty shell is in the way), updated or left alone.
  - In diff mode shows the difference between the deployed template, parameters and tags and the new ones, and
    which resources would be added, modified or removed.
  - Changes nothing. It reports C(changed) if deploying the template would change something.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  name:
    description: Name of the stack.
    type: str
    required: true
  template:
    description: The new template as JSON text.
    type: str
    required: true
  parameters:
    description: The parameters the stack would be given.
    type: dict
    default: {}
  tags:
    description: The tags the stack would be given.
    type: dict
    default: {}
  wait_timeout:
    description: How many seconds to wait while CloudFormation is at work on the stack.
    type: int
    default: 1800
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
    support: full
  idempotent:
    description: When run twice in a row, without changes in AWS between, the second run returns the same.
    support: full
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: See what the new template would do
  tablekeeper.dynamodb.stack_state:
    name: tablekeeper-store
    template: "{{ lookup('ansible.builtin.file', 'store.json') }}"
    region: eu-west-1
  diff: true
  register: state
"""

RETURN = r"""
action:
  description: What deploying needs, one of V(create), V(recreate), V(update) and V(none).
  returned: always
  type: str
  sample: update
status:
  description: The stack's status, empty if there is no stack.
  returned: always
  type: str
  sample: UPDATE_COMPLETE
outputs:
  description:
    - The outputs that the stack would have.
    - One that changes and that only CloudFormation can tell is C(known after the deployment).
  returned: always
  type: dict
  sample: {"BucketName": "tablekeeper-123456789012-eu-west-1"}
changes:
  description: The resources that the new template adds, modifies or removes.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "Add", "logical_id": "Bucket", "type": "AWS::S3::Bucket"}]
"""

import json
import time
from typing import Any

try:
    import botocore
    import yaml
except ImportError:
    pass  # botocore is handled by AnsibleAWSModule, yaml comes with ansible-core

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils import _stack_state
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import cloudformation
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws._retry import retrying

POLL_SECONDS = 5


def settled_stack(client: Any, name: str, timeout: int) -> dict[str, Any] | None:
    """The stack once CloudFormation is not at work on it; None if there is none."""
    end = time.monotonic() + timeout
    while True:
        stack = cloudformation.describe_stack(client, name)
        if stack is None or not _stack_state.is_moving(stack["StackStatus"]):
            return stack
        if time.monotonic() >= end:
            raise _stack_state.StuckStackError(
                f"it is still {stack['StackStatus']} after {timeout} seconds. Wait for it, then run again."
            )
        time.sleep(min(POLL_SECONDS, max(0.0, end - time.monotonic())))


def deployed_template(client: Any, stack: dict[str, Any] | None) -> dict[str, Any]:
    """The deployed template, empty if nothing is deployed."""
    if stack is None or stack["StackStatus"] in _stack_state.SHELLS:
        return {}
    body = cloudformation.get_template(client, stack["StackName"])
    # Through JSON: botocore parses a JSON template into ordered mappings, which YAML does not write.
    template: dict[str, Any] = yaml.safe_load(body) if isinstance(body, str) else json.loads(json.dumps(body))
    return template


def compare(client: Any, params: dict[str, Any]) -> dict[str, Any]:
    """The module's result for its parameters."""
    stack = settled_stack(client, params["name"], params["wait_timeout"])
    before, after = deployed_template(client, stack), json.loads(params["template"])
    same = before == after and _settings(stack) == _wanted(params)
    action = _stack_state.action(stack["StackStatus"] if stack else None, same=same)
    changes = _stack_state.resource_changes(before, after)
    return {
        "action": action,
        "changed": action != "none",
        "status": stack["StackStatus"] if stack else "",
        "outputs": _stack_state.outputs(before, after, cloudformation.outputs(stack) if stack else {}),
        "changes": changes,
        "diff": [
            _difference(params["name"], before, after),
            _difference(f"parameters and tags of {params['name']}", _settings(stack), _wanted(params)),
            {"prepared": "".join(f"{c['action']} {c['logical_id']} ({c['type']})\n" for c in changes)},
        ],
    }


def _settings(stack: dict[str, Any] | None) -> dict[str, dict[str, str]]:
    if stack is None:
        return {}
    return {"Parameters": cloudformation.parameters(stack), "Tags": cloudformation.tags(stack)}


def _wanted(params: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {
        title: {key: str(value) for key, value in params[name].items()}
        for title, name in (("Parameters", "parameters"), ("Tags", "tags"))
    }


def _difference(what: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, str]:
    return {
        "before_header": f"{what} (deployed)",
        "after_header": f"{what} (new)",
        "before": _readable(before),
        "after": _readable(after),
    }


def _readable(template: dict[str, Any]) -> str:
    return yaml.safe_dump(template, sort_keys=True, width=110) if template else ""


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "template": {"type": "str", "required": True},
            "parameters": {"type": "dict", "default": {}},
            "tags": {"type": "dict", "default": {}},
            "wait_timeout": {"type": "int", "default": 1800},
        },
        supports_check_mode=True,
    )
    try:
        result = compare(retrying(module.client("cloudformation")), module.params)
    except _stack_state.StuckStackError as error:
        module.fail_json(msg=f"The stack {module.params['name']} cannot be deployed to: {error}")
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg=f"The stack {module.params['name']} cannot be read")
    if not module._diff:  # noqa: SLF001 - diff mode has no public name
        del result["diff"]
    module.exit_json(**result)


if __name__ == "__main__":
    main()
