#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_import
short_description: (internal) Bring kept resources back under a new CloudFormation stack
version_added: 0.1.0
description:
  - A store that was removed leaves its bucket and its log group behind. This makes a new stack adopt them, by
    a change set of type C(IMPORT), so that the next update of the stack manages them again and tags it.
  - Resources that do not exist are left out. If none exists, or the stack exists already, nothing is done. A
    stack that an interrupted import or a failed creation left empty is removed first.
  - Deletes nothing and changes no setting of the resources. Every adopted resource must have
    C(DeletionPolicy) C(Retain) in the template.
  - The update that follows gives a bucket the lifecycle rules of backups, which delete. So only a bucket that
    an earlier store made is adopted. Its tag C(tablekeeper-prefix) tells, which all of a stack have. Any
    other bucket is refused.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  name:
    description: Name of the stack to make.
    type: str
    required: true
  prefix:
    description: What the tag C(tablekeeper-prefix) of a bucket must be.
    type: str
    default: tablekeeper
  template:
    description: The whole template of the stack as JSON text; of it, only the adopted resources are used.
    type: str
    required: true
  bucket:
    description: Logical id and name of the bucket to adopt.
    type: dict
    required: true
    suboptions: &resource
      logical_id:
        description: Its logical id in the template.
        type: str
        required: true
      name:
        description: Its name.
        type: str
        required: true
  log_group:
    description: Logical id and name of the log group to adopt.
    type: dict
    required: true
    suboptions: *resource
  log_bucket:
    description:
      - Logical id and name of a second bucket to adopt.
      - It is adopted into a stack that stands already, too, if the stack has no such resource.
    type: dict
    suboptions: *resource
  secrets:
    description: What must not be shown, wherever it stands, such as the addresses of webhooks in O(template).
    type: list
    elements: str
    default: []
  wait_timeout:
    description: How many seconds to wait for the change set, and again for the stack.
    type: int
    default: 600
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Adopt what an earlier store left
  tablekeeper.dynamodb.stack_import:
    name: tablekeeper-store
    template: "{{ lookup('ansible.builtin.file', 'store.json') }}"
    bucket:
      logical_id: Bucket
      name: tablekeeper-123456789012-eu-west-1
    log_group:
      logical_id: LogGroup
      name: /aws/vendedlogs/states/tablekeeper
    region: eu-west-1
"""

RETURN = r"""
adopted:
  description: Names of the resources that were adopted (in check mode, would be).
  returned: always
  type: list
  elements: str
  sample: [tablekeeper-123456789012-eu-west-1]
retention_days:
  description: The retention classes that hold backups in O(bucket), if it is adopted or was just before.
  returned: always
  type: list
  elements: int
  sample: [7, 35]
"""

import json
import re
from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import cloudformation, logs, s3
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import options
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.naming import TAG
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks import events
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.gather import is_ours
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.ownership import sentence
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.state import SHELLS

CLASS = re.compile(r"retain-([1-9]\d*)d/")
RESOURCE = {"logical_id": {"type": "str", "required": True}, "name": {"type": "str", "required": True}}


class ForeignBucketError(Exception):
    """A bucket that no store of this prefix made."""


class ForeignStackError(Exception):
    """A stack that has the name of a store, and that somebody else made."""


def orphans(aws: Aws, params: dict[str, Any]) -> list[dict[str, Any]]:
    """The kept resources that exist, as ResourcesToImport wants them."""
    group = params["log_group"]
    found = _kept_bucket(aws, params, params["bucket"])
    if logs.log_group_exists(aws("logs"), group["name"]):
        found.append(_resource("AWS::Logs::LogGroup", "LogGroupName", group))
    return [*found, *_kept_bucket(aws, params, params.get("log_bucket"))]


def _kept_bucket(aws: Aws, params: dict[str, Any], bucket: dict[str, str] | None) -> list[dict[str, Any]]:
    if not bucket or not s3.bucket_exists(aws("s3"), bucket["name"]):
        return []
    if s3.bucket_tags(aws("s3"), bucket["name"]).get(TAG) != params["prefix"]:
        raise ForeignBucketError(
            f"The bucket {bucket['name']} exists, and no store of this prefix made it: it has no tag"
            f" {TAG}={params['prefix']}. The lifecycle rules of backups would delete objects in it. Choose"
            " another name; if it holds nothing but what tablekeeper put there, give it the tag, and it is"
            " adopted."
        )
    return [_resource("AWS::S3::Bucket", "BucketName", bucket)]


def retention_days(
    aws: Aws, params: dict[str, Any], stack: dict[str, Any] | None, adopted: list[str]
) -> list[int]:
    """The retention classes whose folders are in the adopted bucket: they go on being expired.

    Also if the update after an import, which makes no outputs, was never begun or failed.
    """
    bucket = params["bucket"]["name"]
    begun = stack is not None and stack["StackStatus"] not in SHELLS and not stack.get("Outputs")
    folders = s3.list_folders(aws("s3"), bucket, "retain-") if begun or bucket in adopted else []
    return sorted(int(found[1]) for folder in folders if (found := CLASS.fullmatch(folder)))


def _resource(kind: str, identifier: str, resource: dict[str, str]) -> dict[str, Any]:
    return {
        "ResourceType": kind,
        "LogicalResourceId": resource["logical_id"],
        "ResourceIdentifier": {identifier: resource["name"]},
    }


def only(template: dict[str, Any], resources: list[dict[str, Any]]) -> str:
    """The template cut down to the resources given and their names: an import may hold nothing else.

    An import changes no resource. Properties that it names count as deployed, so that the update after it
    would leave an old lifecycle or encryption as it is; and they may refer to what is not there yet, a key.
    """
    head = {"AWSTemplateFormatVersion": "2010-09-09", "Description": template.get("Description", "")}
    return json.dumps({**head, "Resources": _named(template, resources)}, sort_keys=True)


def beside(deployed: dict[str, Any], template: dict[str, Any], resources: list[dict[str, Any]]) -> str:
    """The deployed template with the resources given in it: an import may change nothing else."""
    together = {**deployed["Resources"], **_named(template, resources)}
    return json.dumps({**deployed, "Resources": together}, sort_keys=True)


def _named(template: dict[str, Any], resources: list[dict[str, Any]]) -> dict[str, Any]:
    kept = {}
    for resource in resources:
        name, identifiers = resource["LogicalResourceId"], resource["ResourceIdentifier"]
        whole = template["Resources"][name]
        kept[name] = {**whole, "Properties": {each: whole["Properties"][each] for each in identifiers}}
    return kept


def adopt(aws: Aws, params: dict[str, Any], stack: dict[str, Any] | None, *, check: bool) -> list[str]:
    """Names of what was adopted by the store's stack, which may not be there yet."""
    client = aws("cloudformation")
    template = json.loads(params["template"])
    if stack is not None and not is_ours(stack):
        states = {params["name"]: stack["StackStatus"]}
        raise ForeignStackError(sentence(states, params["prefix"], "this account and region"))
    if stack is not None and stack["StackStatus"] not in SHELLS:
        deployed = cloudformation.get_template(client, params["name"])
        bucket = params.get("log_bucket")
        missing = bucket and bucket["logical_id"] not in deployed["Resources"]
        found = _kept_bucket(aws, params, bucket) if missing else []
        body = beside(deployed, template, found)
    else:
        found = orphans(aws, params)
        body = only(template, found)
        if stack is not None and found and not check:
            cloudformation.delete_stack(client, params["name"])
            cloudformation.wait_for_delete(client, params["name"], params["wait_timeout"])
    if found and not check:
        if (
            stack is not None and stack["StackStatus"] not in SHELLS
        ):  # an earlier adoption, or a job that ended
            cloudformation.delete_change_set(client, params["name"], cloudformation.IMPORT)
        cloudformation.create_import(client, params["name"], body, found)
        cloudformation.wait_for_import_plan(client, params["name"], params["wait_timeout"])
        cloudformation.execute_import(client, params["name"])
        cloudformation.wait_for_import(client, params["name"], params["wait_timeout"])
    return [name for resource in found for name in resource["ResourceIdentifier"].values()]


def why_not(client: Any, name: str) -> str:
    """What CloudFormation says of an import that failed: of its plan or the resources; empty if nothing."""
    plan = cloudformation.describe_change_set(client, name, cloudformation.IMPORT)
    if plan["Status"] == "FAILED":
        return str(plan.get("StatusReason", ""))
    return "; ".join(events.failures(cloudformation.stack_events(client, name)))


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            **options.PREFIXED,
            "template": {"type": "str", "required": True},
            "bucket": {"type": "dict", "options": RESOURCE, "required": True},
            "log_group": {"type": "dict", "options": RESOURCE, "required": True},
            "log_bucket": {"type": "dict", "options": RESOURCE},
            "secrets": {"type": "list", "elements": "str", "default": [], "no_log": True},
            "wait_timeout": {"type": "int", "default": 600},
        },
        supports_check_mode=True,
    )
    aws = Aws.of(module)
    try:
        stack = cloudformation.describe_stack(aws("cloudformation"), module.params["name"])
        adopted = adopt(aws, module.params, stack, check=module.check_mode)
        classes = retention_days(aws, module.params, stack, adopted)
    except (ForeignBucketError, ForeignStackError) as error:
        module.fail_json(msg=str(error))
    except botocore.exceptions.WaiterError as error:
        module.fail_json(
            msg=f"What an earlier store kept cannot be adopted by {module.params['name']}:"
            f" {why_not(aws('cloudformation'), module.params['name']) or error}"
        )
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg="The resources that an earlier store kept cannot be adopted")
    module.exit_json(changed=bool(adopted), adopted=adopted, retention_days=classes)


if __name__ == "__main__":
    main()
