#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: drill_info
short_description: Read the records of drills
version_added: 0.1.0
description:
  - Returns what M(tablekeeper.dynamodb.drill) has kept of the drills of a period, newest first.
  - A call lists a thousand records, and there is one more for each that is in the period.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  bucket:
    description: The bucket with the records. If empty, the one of the store of O(prefix).
    type: str
    default: ""
  tables:
    description: The tables whose drills are wanted. If empty, all.
    type: list
    elements: str
    default: []
  days:
    description: How many days back the period reaches.
    type: int
    default: 365
attributes:
  idempotent:
    support: full
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - tablekeeper.dynamodb.prefix
  - tablekeeper.dynamodb.account
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: tablekeeper.dynamodb.drill
"""

EXAMPLES = r"""
- name: Read the drills of a quarter
  tablekeeper.dynamodb.drill_info:
    region: eu-west-1
    days: 92
  register: quarter

- name: Require that every drill has passed
  ansible.builtin.assert:
    that: quarter.drills | rejectattr("verdict", "equalto", "passed") | list == []
"""

RETURN = r"""
drills:
  description: The records, newest first, each with where it lies (C(record)). docs/drill.md describes them.
  returned: success
  type: list
  elements: dict
  sample: [{table: orders, verdict: passed, started: "2026-11-23T07:12:00+00:00"}]
never_drilled:
  description: The tables that stacks back up, and of which there is no record at all.
  returned: success
  type: list
  elements: str
  sample: [sessions]
period:
  description: The times C(from) which and C(until) which records are told.
  returned: success
  type: dict
  sample: {from: "2025-11-23T08:00:00+00:00", until: "2026-11-23T08:00:00+00:00"}
place:
  description: The C(account), the C(region), the C(prefix) and the C(bucket).
  returned: success
  type: dict
  sample: {account: "123456789012", region: eu-west-1, prefix: tablekeeper, bucket: backups}
"""

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import sts
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws, told_of
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._drill.choose import NotDrillableError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._drill.gather_records import kept
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._drill.options import INFO


def main() -> None:
    module = AnsibleAWSModule(argument_spec=INFO, supports_check_mode=True)
    try:
        module.exit_json(**kept(Aws.of(module), module.region, module.params))
    except (NotDrillableError, sts.WrongAccountError) as error:
        module.fail_json(msg=f"{error}.")
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg=told_of(error, "The records of drills cannot be read"))


if __name__ == "__main__":
    main()
