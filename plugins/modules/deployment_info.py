#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: deployment_info
short_description: Tell what is deployed for a target, and whether its tables can be backed up
version_added: 0.1.0
description:
  - Reads the stacks of a target (one account in one region) and returns what their outputs tell.
  - Takes one C(DescribeStacks) call for the store, one for each machinery stack, and one for each engine in
    use that finds no further stack (three where no store tells which is the last).
  - A table can be exported only while its point-in-time recovery (PITR) is on. Takes one
    C(DescribeContinuousBackups) call for each table of the engine export (AWS allows 10 a second). Other
    engines ask what they need to know.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  tables:
    description: Names of the tables that are to be backed up, in a list for each engine.
    type: dict
    default: {}
  listed:
    description:
      - Names of all tables that are to be backed up. With it, RV(unlisted) tells of those that are backed
        up and are not among them.
    type: list
    elements: str
  standing:
    description: Also look whether everything stands in AWS as deployed. Takes 26 calls, or 40 for 200 tables.
    type: bool
    default: false
  beside:
    description:
      - Also look for machinery under other prefixes, if none stands under this one.
      - Takes one C(ListStacks) call for each 100 stacks of the region, and one C(DescribeStacks) call for
        each other prefix.
    type: bool
    default: false
  dashboard:
    description: Also look whether there is a dashboard of the store's name, if the store has none.
    type: bool
    default: false
  outlived:
    description: Also look for backups that outlived their retention, as no rule of the bucket deletes them.
    type: bool
    default: false
  bucket:
    description: What to look in with O(outlived) without a store; else made of prefix, account and region.
    type: str
    default: ""
  leftovers:
    description: Also look, if there is no store, whether an earlier one has left its buckets or log group.
    type: bool
    default: false
  log_bucket:
    description: The same for the bucket of clusters' logs. Without it, the name is made in the same way.
    type: str
    default: ""
  keys:
    description: ARNs of the customer keys that are to be used.
    type: list
    elements: str
    default: []
  wait_timeout:
    description: How many seconds to wait while CloudFormation is at work on a stack. Not at all by default.
    type: int
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - tablekeeper.dynamodb.prefix
  - tablekeeper.dynamodb.account
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: See which tables cannot be exported
  tablekeeper.dynamodb.deployment_info:
    tables: {export: [orders, sessions]}
    region: eu-west-1
  register: deployment
  failed_when: deployment.missing + deployment.disabled | length > 0
"""

RETURN = r"""
account_id:
  description: The account that was asked.
  returned: always
  type: str
  sample: "123456789012"
partition:
  description: The AWS partition of the account.
  returned: always
  type: str
  sample: aws
stacks:
  description:
    - The store and the machinery, whole.
    - Its C(fingerprints) stand for the parts of the deployed template, C(settings) tell of the store's in
      words. In diff mode C(template) is the template itself, with the addresses of webhooks masked.
  returned: always
  type: list
  elements: dict
  sample:
    - {name: tablekeeper-store, engine: "", status: CREATE_COMPLETE, outputs: {Version: "1"}, parameters: {},
       tags: {tablekeeper-prefix: tablekeeper}, protected: true, types: {Bucket: "AWS::S3::Bucket"},
       fingerprints: {Resources.Bucket: 0f343b0931126a20f133d67c}, settings: {encryption: AES256}}
store:
  description: Name, state and outputs of the store stack; empty if there is none.
  returned: always
  type: dict
  sample: {"name": "tablekeeper-store", "status": "CREATE_COMPLETE", "outputs": {"Version": "1"}}
bucket:
  description: The bucket of the backups; without a store, the one that the machinery has. Empty if unknown.
  returned: always
  type: str
  sample: tablekeeper-123456789012-eu-west-1
machinery:
  description: Name, state and outputs of each machinery stack.
  returned: always
  type: list
  elements: dict
  sample: [{"name": "tablekeeper-export-1", "status": "CREATE_COMPLETE", "outputs": {"Version": "1"}}]
foreign:
  description: The states of stacks that somebody else made with our names, by name.
  returned: always
  type: dict
  sample: {}
dashboard:
  description: With O(dashboard), the name of one that the store would make and did not. Empty if none is.
  returned: always
  type: str
  sample: ""
leftovers:
  description: With O(leftovers), whether an earlier store has left something, or that may not be known.
  returned: always
  type: bool
  sample: false
existing:
  description: The same in the shape that P(tablekeeper.dynamodb.plan#filter) takes as O(ignore:existing).
  returned: always
  type: dict
  sample: {retention_days: [35], log_bucket: false, stacks: {tablekeeper-export-1: {tables: [], own: {}}}}
missing:
  description: Names in O(tables) that are no table of this account and region.
  returned: always
  type: list
  elements: str
  sample: []
disabled:
  description: Tables in O(tables) whose PITR is off.
  returned: always
  type: list
  elements: str
  sample: [sessions]
engines:
  description:
    - What each engine found for its O(tables). C(refusal) says why it can back up none, and what to do;
      C(known) is what P(tablekeeper.dynamodb.estimate#filter) takes.
  returned: always
  type: dict
  sample: {export: {refusal: "", known: {}}}
standing:
  description:
    - What does not stand in AWS as the deployed templates say, empty without O(standing). C(deviations) tells
      of each resource, C(left_alone) of what is on a role, C(unprotected) of stacks without protection,
      C(waiting) of who has not confirmed, C(unheard) of why people would not hear, C(not_known) of what is
      not known of that, C(refused) of refused calls. If C(due), M(tablekeeper.dynamodb.stack_repair) is due.
  returned: always
  type: dict
  sample:
    {due: true, deviations: [the alarm tablekeeper-missed-orders is gone], unprotected: [], left_alone: [],
     waiting: [ops@example.com has not confirmed.], unheard: [], not_known: [], refused: []}
beside:
  description:
    - Other prefixes under which machinery stands in the same account and region, each with its stacks and
      the host of an inventory that deployed it. Empty without O(beside).
  returned: always
  type: list
  elements: dict
  sample: [{"prefix": "backups", "host": "shop-eu", "stacks": ["backups-export-1"]}]
outlived:
  description:
    - The rules that delete old backups and are off, which backups of each table they would delete (C(left)
      is whether it has younger ones of that retention), and why that is not known. Empty without O(outlived).
  returned: always
  type: dict
  sample: {rules: [retain-35d], tables: [{table: orders, backups: 12, first: "2026-08-01", left: true}]}
key_states:
  description: The state of each of O(keys), empty if there is none, C(unknown) if AWS does not tell.
  returned: always
  type: dict
  sample: {}
unlisted:
  description: Tables that are backed up and not in O(listed), and whether there is such a table.
  returned: always
  type: dict
  sample: {"catalog": true}
now:
  description: What time it is, by AWS's clock.
  returned: always
  type: str
  sample: "2026-11-24T18:20:05+00:00"
"""

from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import sts
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws, NoClockError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import options
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.registry import ENGINES
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks import (
    gather,
    gather_beside,
    gather_kept,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.state import StuckStackError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing import gather_named
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.gather_outlived import outlived
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.gather_repairs import look_at


def read(aws: Aws, params: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    """The module's result for its parameters."""
    partition, account = sts.right_caller(aws("sts"), params)
    client = aws("cloudformation")
    deployment = gather.read_deployment(client, params["prefix"], params["wait_timeout"])
    tables = params["tables"]
    place = f"account {account} in {client.meta.region_name}"
    told = {name: ENGINES[name].survey(aws, names, place) for name, names in tables.items() if names}
    stacks = [*filter(None, [deployment.store]), *deployment.machinery]
    templates = {stack.name: gather.read_template(client, stack) for stack in stacks}
    looked = look_at(aws, stacks, templates) if params["standing"] else None
    alone = params["beside"] and not deployment.machinery
    return {
        "account_id": account,
        "partition": partition,
        "stacks": [gather.record(stack, templates[stack.name], whole=whole) for stack in stacks],
        "standing": looked.told() if looked else {},
        "beside": gather_beside.read_beside(client, params["prefix"]) if alone else [],
        "outlived": outlived(aws, deployment.store, params, account, looked) if params["outlived"] else {},
        "leftovers": gather_kept.leftovers(aws, deployment.store, params, account),
        "dashboard": gather_named.dashboard(aws, params["prefix"], templates) if params["dashboard"] else "",
        "bucket": deployment.outputs().bucket_name,
        "store": deployment.store.told() if deployment.store else {},
        "machinery": [stack.told() for stack in deployment.machinery],
        "foreign": {stack.name: stack.status for stack in deployment.foreign},
        "existing": deployment.existing(),
        "missing": [name for each in told.values() for name in each.missing],
        "disabled": [name for each in told.values() for name in each.disabled],
        "engines": {name: {"refusal": each.refusal, "known": each.known} for name, each in told.items()},
        "unlisted": gather_named.unlisted(aws, deployment, params["listed"]),
        "key_states": {key: gather_named.key_state(aws, key) for key in params["keys"]},
        "now": aws.time().isoformat(),
    }


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            **options.PREFIXED,
            "tables": {"type": "dict", "default": {}},
            "listed": {"type": "list", "elements": "str"},
            "standing": {"type": "bool", "default": False},
            "beside": {"type": "bool", "default": False},
            "outlived": {"type": "bool", "default": False},
            "leftovers": {"type": "bool", "default": False},
            "dashboard": {"type": "bool", "default": False},
            "log_bucket": {"type": "str", "default": ""},
            "bucket": {"type": "str", "default": ""},
            "keys": {"type": "list", "elements": "str", "default": [], "no_log": False},
            "wait_timeout": {"type": "int"},
            **options.ACCOUNT,
        },
        supports_check_mode=True,
    )
    try:
        result = read(Aws.of(module), module.params, whole=module._diff)  # noqa: SLF001 - it has no public name
    except (StuckStackError, sts.WrongAccountError) as error:
        module.fail_json(msg=str(error))
    except NoClockError:
        module.fail_json(msg="AWS's answers carry no date to choose a start by: does a proxy remove it?")
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg="What is deployed cannot be read")
    module.exit_json(**result)


if __name__ == "__main__":
    main()
