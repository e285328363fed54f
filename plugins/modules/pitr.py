#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: pitr
short_description: (internal) Check or switch on point-in-time recovery of DynamoDB tables
version_added: 0.1.0
description:
  - A table can be exported only while its point-in-time recovery (PITR) is on.
  - Reads the state of every table given and, if asked, switches PITR on where it is off.
    It never switches it off.
  - Takes one C(DescribeContinuousBackups) call for each table (AWS allows 10 a second), and one
    C(UpdateContinuousBackups) call for each table that is changed.
  - PITR costs money by the size of the table, see U(https://aws.amazon.com/dynamodb/pricing/).
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  tables:
    description: Names of the tables.
    type: list
    elements: str
    required: true
  enable:
    description: Switch PITR on where it is off.
    type: bool
    default: false
  wait_timeout:
    description:
      - How many seconds to go on trying where AWS puts it off, as it does for a table that was made a
        moment ago.
    type: int
    default: 300
attributes:
  diff_mode:
    support: full
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: See which tables cannot be exported
  tablekeeper.dynamodb.pitr:
    tables: [orders, sessions]
    region: eu-west-1
  register: recovery

- name: Switch it on
  tablekeeper.dynamodb.pitr:
    tables: [orders, sessions]
    enable: true
    region: eu-west-1
"""

RETURN = r"""
disabled:
  description: Tables whose PITR is off and was left so.
  returned: always
  type: list
  elements: str
  sample: [sessions]
enabled:
  description: Tables whose PITR was switched on (in check mode, would be).
  returned: always
  type: list
  elements: str
  sample: []
missing:
  description: Names that are no table of this account and region.
  returned: always
  type: list
  elements: str
  sample: []
failed_tables:
  description:
    - Tables whose PITR could not be switched on, with what AWS said. The others are switched on all the
      same.
  returned: always
  type: dict
  sample: {"orders": "ContinuousBackupsUnavailableException: Backups are being enabled for the table: orders"}
"""

import time
from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import dynamodb
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import DENIED
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.retry import retrying

# A table that was just made has no backups yet; AWS tells no more than to try again later.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html
POLL_SECONDS = 10
LATER = (
    "ContinuousBackupsUnavailableException",
    "LimitExceededException",
    "ResourceInUseException",
    "TableInUseException",
)


def recovery(client: Any, tables: list[str], *, enable: bool, check: bool, wait: float) -> dict[str, Any]:
    """The module's result: which tables miss PITR or do not exist, and which ones got it."""
    missing, off = dynamodb.unexportable(client, tables)
    if not enable:
        return {"changed": False, "missing": missing, "disabled": off, "enabled": [], "failed_tables": {}}
    failed = {} if check else _enable(client, off, wait)
    enabled = [table for table in off if table not in failed]
    return {
        "changed": bool(enabled),
        "missing": missing,
        "disabled": [],
        "enabled": enabled,
        "failed_tables": failed,
        "diff": {
            "before": "".join(f"{table}: DISABLED\n" for table in enabled),
            "after": "".join(f"{table}: ENABLED\n" for table in enabled),
        },
    }


def _enable(client: Any, tables: list[str], wait: float) -> dict[str, str]:
    """Switch it on, again and again where AWS puts it off; why not, for each table that has it still off."""
    end = time.monotonic() + wait
    failed = dict.fromkeys(tables, "")
    while True:
        failed = {table: why for table in failed if (why := _enable_one(client, table))}
        if not any(why.startswith(LATER) for why in failed.values()) or time.monotonic() >= end:
            return failed
        time.sleep(POLL_SECONDS)


def _enable_one(client: Any, table: str) -> str:
    """Why it cannot be switched on; empty if it is."""
    try:
        dynamodb.enable_point_in_time_recovery(client, table)
    except botocore.exceptions.ClientError as error:
        problem = error.response["Error"]
        if problem["Code"] in DENIED:
            raise  # all other tables are refused as well
        return f"{problem['Code']}: {problem.get('Message', '')}"
    return ""


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "tables": {"type": "list", "elements": "str", "required": True},
            "enable": {"type": "bool", "default": False},
            "wait_timeout": {"type": "int", "default": 300},
        },
        supports_check_mode=True,
    )
    params = module.params
    try:
        client = retrying(module.client("dynamodb"))
        result = recovery(
            client,
            params["tables"],
            enable=params["enable"],
            check=module.check_mode,
            wait=params["wait_timeout"],
        )
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg="Point-in-time recovery cannot be read or switched on")
    module.exit_json(**result)


if __name__ == "__main__":
    main()
