#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: remove_stacks
short_description: (internal) Remove stacks one after another, and see that they are gone
version_added: 0.1.0
description:
  - Removes stacks in the order given, each when the one before it is gone, and ends at the first that stays.
  - Switches off their termination protection before.
  - Looks at each stack by its id until CloudFormation says that it is gone, since a look that fails is no
    sign of that. What CloudFormation could not remove is told with its reason.
  - A stack that somebody else made is left alone, and so is a store while machinery of its prefix stands,
    which needs it.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  stack_names:
    description: The names of the stacks. One that is not there is passed over.
    type: list
    elements: str
    required: true
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
"""

import time
from typing import TYPE_CHECKING, Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import cloudformation
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import MaskedError, unmasked
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.retry import retrying
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import naming, options
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.naming import TAG
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks import gather
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.events import failures
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.state import SHELLS

if TYPE_CHECKING:
    from collections.abc import Collection

POLL_SECONDS = 5.0
FIRST_POLL_SECONDS = 0.2
LOOKS_THAT_MAY_FAIL = 5


class StaysError(Exception):
    """A stack that could not be removed; the text says why, and what to do."""


AGAIN = "Remove the cause and run this again: it goes on where it ended."


def remove(client: Any, name: str, going: Collection[str], timeout: int, *, check: bool) -> bool:
    """Remove a stack, one of those that are going; tells whether there was one."""
    stack = cloudformation.describe_stack(client, name)
    if stack is None:
        return False
    if not gather.is_ours(stack):
        raise StaysError(
            f"The stack {name} was left as it is, since somebody else made it: it has no tag {TAG}, and"
            " holds nothing that tablekeeper deploys. Check the prefix."
        )
    if needing := [each for each in _needing(client, stack) if each not in going or not check]:
        raise StaysError(
            f"The stack {name} was left as it is, since {', '.join(needing)} cannot do without it: remove"
            " that machinery first. Run this again: it goes on where it ended."
        )
    if check:
        return True
    if stack.get("EnableTerminationProtection"):
        cloudformation.protect(client, name, on=False)
    cloudformation.delete_stack(client, name)
    status = wait(client, stack["StackId"], timeout)
    if status != "DELETE_COMPLETE":
        why = failures(cloudformation.stack_events(client, stack["StackId"]))
        raise StaysError(
            " ".join([f"The stack {name} is {status}.", *([f"{'; '.join(why)}."] if why else []), AGAIN])
        )
    return True


def _needing(client: Any, stack: dict[str, Any]) -> list[str]:
    """The machinery that cannot do without a stack: that of a store which is more than a shell."""
    prefix = stack["StackName"].removesuffix("-store")
    if stack["StackName"] != naming.store(prefix) or stack["StackStatus"] in SHELLS:
        return []
    return [each.name for each in gather.read_deployment(client, prefix).machinery]


def wait(client: Any, stack_id: str, timeout: int) -> str:
    """The status of a stack once CloudFormation is not at work on it any more, or the time is over."""
    end, pause, failures = time.monotonic() + timeout, FIRST_POLL_SECONDS, 0
    while True:
        try:
            status = _status(client, stack_id)
            failures = 0
            if status != "DELETE_IN_PROGRESS" or time.monotonic() >= end:
                return status
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
            failures += 1
            if failures == LOOKS_THAT_MAY_FAIL:
                raise
        time.sleep(pause)
        pause = min(POLL_SECONDS, pause * 2)


def _status(client: Any, stack_id: str) -> str:
    """Asked for by its id, a stack is found for 90 days after its end."""
    stack = cloudformation.describe_stack(client, stack_id)
    return str(stack["StackStatus"]) if stack else "DELETE_COMPLETE"


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "stack_names": {"type": "list", "elements": "str", "required": True},
            **options.WAITING,
        },
        supports_check_mode=True,
    )
    removed: list[str] = []
    name = ""
    try:
        client = retrying(module.client("cloudformation"))
        for name in unmasked(module.params["stack_names"]):
            if remove(client, name, removed, module.params["wait_timeout"], check=module.check_mode):
                removed.append(name)
    except MaskedError as error:
        module.fail_json(msg=str(error))
    except StaysError as error:
        module.fail_json(msg=str(error), changed=bool(removed), removed=removed)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        told = f"The stack {name} cannot be seen to its end, or not be removed"
        module.fail_json_aws(error, msg=told, changed=bool(removed), removed=removed)
    module.exit_json(changed=bool(removed), removed=removed)


if __name__ == "__main__":
    main()
