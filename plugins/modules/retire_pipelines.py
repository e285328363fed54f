#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: retire_pipelines
short_description: (internal) Deactivate and delete pipelines that are no longer needed
version_added: 0.1.0
description:
  - Looks whether pipelines of AWS Data Pipeline that are about to be replaced or removed with their stacks
    are at work.
  - Removes those that M(tablekeeper.dynamodb.run) made to run their tables on demand, which are in no stack.
  - If one is at work and O(stop_running) is false, it removes nothing and only tells.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  kept:
    description: Names of the scheduled pipelines that stay. The pipelines on demand beside them stay, too.
    type: list
    elements: str
    default: []
  stop_running:
    description: Remove pipelines on demand even if one is at work. What a pipeline runs is canceled with it.
    type: bool
    default: false
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - tablekeeper.dynamodb.prefix
  - tablekeeper.dynamodb.account
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Deactivate and delete every pipeline
  tablekeeper.dynamodb.retire_pipelines:
    prefix: tablekeeper
    region: eu-west-1
  register: pipelines
"""

RETURN = r"""
running:
  description: The pipelines at work among those that are to go.
  returned: always
  type: list
  elements: dict
  sample: [{"id": "df-0123456789ABCDEFGHIJ", "name": "tablekeeper-data-pipeline-1-24h-0200-7e5f76-f595d7e8"}]
removed:
  description: Names of the pipelines on demand that were removed (in check mode, would be).
  returned: always
  type: list
  elements: str
  sample: [tablekeeper-data-pipeline-1-24h-0200-7e5f76-f595d7e8-run]
"""

from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import datapipeline, sts
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import (
    Aws,
    MaskedError,
    NoClockError,
    unmasked,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import options
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.data_pipeline.retire import (
    retired,
)

ARGUMENTS = {
    **options.PREFIXED,
    "kept": {"type": "list", "elements": "str", "default": []},
    "stop_running": {"type": "bool", "default": False},
    **options.ACCOUNT,
}


def retire(aws: Aws, params: dict[str, Any], *, check: bool) -> dict[str, Any]:
    """The module's result."""
    prefix, *kept = unmasked([params["prefix"], *params["kept"]])  # by half a name none would be kept
    sts.right_caller(aws("sts"), params)  # tells AWS's time, too
    client = aws("datapipeline")
    going = retired(client, prefix, kept, aws.time())
    running = [{"id": each.id, "name": each.name} for each in going if each.at_work]
    removable = [] if running and not params["stop_running"] else [each for each in going if each.on_demand]
    for each in [] if check else removable:
        datapipeline.delete_pipeline(client, each.id)
    return {
        "changed": bool(removable),
        "running": running,
        "removed": sorted(each.name for each in removable),
    }


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    try:
        result = retire(Aws.of(module), module.params, check=module.check_mode)
    except (MaskedError, sts.WrongAccountError) as error:
        module.fail_json(msg=str(error))
    except NoClockError:
        module.fail_json(msg="AWS's answers carry no date: does a proxy remove it?")
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg="The pipelines cannot be read")
    module.exit_json(**result)


if __name__ == "__main__":
    main()
