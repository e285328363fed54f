#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_repair
short_description: (internal) Put right what was changed by hand
version_added: 0.1.0
description:
  - Compares what stands in AWS with what the deployed templates of a target say, since CloudFormation
    itself compares templates only and takes what was once deployed for what is there.
  - Brings stacks in line with their templates by change sets with C(DeploymentMode) C(REVERT_DRIFT). What
    was altered is put back, what was deleted is made again. See
    U(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html).
  - Subscribes again whoever was unsubscribed, or has not confirmed until SNS forgot the subscription.
  - Switches the termination protection of the stacks on.
  - Looks again, and tells what it could not put right. What fails keeps nothing else from being put right;
    the module fails at its end.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  removed_subscriptions:
    description:
      - Logical ids of subscriptions that the store had until now. Whoever is still subscribed so, is no
        longer.
    type: list
    elements: str
    default: []
  subscribe:
    description: Also subscribe again whoever is not subscribed any more.
    type: bool
    default: true
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - tablekeeper.dynamodb.prefix
  - tablekeeper.dynamodb.wait
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Put right what was changed by hand
  tablekeeper.dynamodb.stack_repair:
    prefix: tablekeeper
    region: eu-west-1
"""

RETURN = r"""
repaired:
  description: What was not as deployed, and is now (in check mode, would be).
  returned: always
  type: list
  elements: str
  sample: ["the alarm tablekeeper-missed-orders is gone"]
asked:
  description: Subscribers who were asked to confirm (in check mode, would be).
  returned: always
  type: list
  elements: str
  sample: [ops@example.com]
ended:
  description: Subscribers who are no longer told.
  returned: always
  type: list
  elements: str
  sample: []
protected:
  description: Stacks whose termination protection was switched on (in check mode, would be).
  returned: always
  type: list
  elements: str
  sample: [tablekeeper-store]
left:
  description: What is still not as deployed.
  returned: always
  type: list
  elements: str
  sample: []
by_hand:
  description: What to type about each of that.
  returned: always
  type: dict
  sample: {}
failures:
  description: Why something could not be put right.
  returned: always
  type: list
  elements: str
  sample: []
left_alone:
  description:
    - What somebody put onto a role and may stand in its way, a permissions boundary or a policy, with the
      command that takes it away. It may be meant so, and is left.
  returned: always
  type: list
  elements: str
  sample: []
waiting:
  description: Subscribers who have not confirmed.
  returned: always
  type: list
  elements: str
  sample: []
unheard:
  description: Why people would not hear of an alarm, which no repair mends.
  returned: always
  type: list
  elements: str
  sample: []
not_known:
  description: What cannot be found out about whether people would hear of an alarm.
  returned: always
  type: list
  elements: str
  sample: []
refused:
  description: Calls that AWS refused, so that something is not known.
  returned: always
  type: list
  elements: str
  sample: []
"""

from dataclasses import replace
from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import cloudformation
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws, settled
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import options
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks import gather
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.state import StuckStackError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing import apply
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.gather_repairs import (
    Looked,
    look_at,
)


def repair(aws: Aws, params: dict[str, Any], *, check: bool) -> dict[str, Any]:
    """The module's result for its parameters."""
    before = after = _look(aws, params)
    repairs = before.repairs if params["subscribe"] else replace(before.repairs, subscriptions=())
    ended: list[str] = []
    failed: list[str] = []
    if not check:
        ended = _end_subscriptions(aws, before, params["removed_subscriptions"])
        failed = apply.apply(aws, before.stacks, repairs, params["wait_timeout"])
        for name in before.unprotected:
            cloudformation.protect(aws("cloudformation"), name, on=True)
        after = _seen(aws, params, before, wait=not failed) if before.due else before
    told = after.told()
    was, left = before.told()["deviations"], {} if check else after.left()
    still = set() if check else after.sentences()
    repaired = [each for each in was if each not in still]
    due = repairs if check else repaired or repairs.subscriptions
    return {
        "changed": bool(due or before.unprotected or ended),
        "repaired": repaired,
        "asked": [each.name for each in repairs.subscriptions],
        "ended": ended,
        "protected": list(before.unprotected),
        "left": list(left),
        "by_hand": left,
        "failures": failed,
        **{key: told[key] for key in ("left_alone", "waiting", "unheard", "not_known", "refused")},
    }


def _seen(aws: Aws, params: dict[str, Any], before: Looked, *, wait: bool) -> Looked:
    """What stands afterwards, once AWS tells of what was put."""

    def put(looked: Looked) -> set[tuple[str, str]]:
        return {(each.stack, each.logical_id) for each in looked.repairs.puts}

    return settled(lambda: _look(aws, params), lambda now: not (wait and put(before) & put(now)))


def _look(aws: Aws, params: dict[str, Any]) -> Looked:
    client = aws("cloudformation")
    deployment = gather.read_deployment(client, params["prefix"], params["wait_timeout"])
    stacks = [*filter(None, [deployment.store]), *deployment.machinery]
    return look_at(aws, stacks, {stack.name: gather.read_template(client, stack) for stack in stacks})


def _end_subscriptions(aws: Aws, looked: Looked, logical_ids: list[str]) -> list[str]:
    topics = list(filter(None, (stack.outputs.alerts_topic_arn for stack in looked.stacks)))
    return apply.end_subscriptions(aws, topics[0], logical_ids) if topics and logical_ids else []


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            **options.PREFIXED,
            "removed_subscriptions": {"type": "list", "elements": "str", "default": []},
            "subscribe": {"type": "bool", "default": True},
            **options.WAITING,
        },
        supports_check_mode=True,
    )
    try:
        result = repair(Aws.of(module), module.params, check=module.check_mode)
    except StuckStackError as error:
        module.fail_json(msg=str(error))
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg="What was changed by hand cannot be put right")
    if result["failures"]:
        module.fail_json(msg=" ".join(result["failures"]), **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
