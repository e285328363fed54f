#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: data_pipeline_info
short_description: Tell whether AWS Data Pipeline can be used, and what tables it would read
version_added: 0.1.0
description:
  - AWS Data Pipeline takes no new customers since 25 July 2024. Whether an account is one is told by asking.
  - Reads how large each table is and how fast it may be read, which says how long a backup takes.
  - Takes one C(ListPipelines) call for each page of pipelines and one C(DescribeTable) call for each table.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  tables:
    description: Names of the tables.
    type: list
    elements: str
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
    description: When run twice in a row, without changes in AWS between, the second run returns the same.
    support: full
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: See whether AWS Data Pipeline can be used
  tablekeeper.dynamodb.data_pipeline_info:
    tables: [ledger]
    region: eu-west-1
  register: service
"""

RETURN = r"""
refusal:
  description: What AWS said when it was asked for the pipelines; empty if it listed them.
  returned: always
  type: str
  sample: ""
denied:
  description: Whether it was the caller who is not allowed to ask.
  returned: always
  type: bool
  sample: false
pipelines:
  description: Names of the pipelines of the account in this region.
  returned: always
  type: list
  elements: str
  sample: [tablekeeper-data-pipeline-1-24h-0200-7e5f76-f595d7e8]
tables:
  description:
    - How large each table is, as DynamoDB counts it every six hours, and what read capacity it has.
    - C(read_capacity) is 0 for a table that is billed on demand.
  returned: always
  type: list
  elements: dict
  sample: [{"name": "ledger", "bytes": 1073741824, "read_capacity": 100}]
missing:
  description: Names that are no table of this account and region.
  returned: always
  type: list
  elements: str
  sample: []
"""

from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import datapipeline, dynamodb
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws, ask
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.refusal import Refusal


def look(aws: Aws, names: list[str]) -> dict[str, Any]:
    """The module's result."""
    answer = ask("datapipeline", lambda: datapipeline.list_pipelines(aws("datapipeline")))
    refusal = answer if isinstance(answer, Refusal) else None
    found = {name: dynamodb.describe_table(aws("dynamodb"), name) for name in names}
    return {
        "refusal": f"{refusal.call}: {refusal.code}: {refusal.message}" if refusal else "",
        "denied": refusal is not None and refusal.denied,
        "pipelines": [] if isinstance(answer, Refusal) else sorted(each["name"] for each in answer),
        "tables": [_size(name, table) for name, table in found.items() if table is not None],
        "missing": [name for name, table in found.items() if table is None],
    }


def _size(name: str, table: dict[str, Any]) -> dict[str, Any]:
    on_demand = table.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST"
    units = 0 if on_demand else table["ProvisionedThroughput"]["ReadCapacityUnits"]
    return {"name": name, "bytes": int(table.get("TableSizeBytes", 0)), "read_capacity": int(units)}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={"tables": {"type": "list", "elements": "str", "required": True}},
        supports_check_mode=True,
    )
    try:
        result = look(Aws.of(module), module.params["tables"])
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg="The tables for AWS Data Pipeline cannot be read")
    module.exit_json(**result)


if __name__ == "__main__":
    main()
