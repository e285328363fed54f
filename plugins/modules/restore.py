#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: restore
short_description: Bring a DynamoDB table back, whole, beside what is there
version_added: 0.1.0
description:
  - Makes a new table of a point of a backed up table, of a backup of AWS's own, or of a backup that others
    made, with all its items and all settings that it had.
  - Counts and compares the items while nothing can change them, brings the settings back one by one, and
    tells what differs and why.
  - The table need not exist any more, nor its stacks. O(bucket) is enough.
  - A table that exists is never touched. If the new table's name is taken, the module fails, unless a call
    with the same options has made that table. Then it goes on where that call ended.
  - After a failure, or when it is ended, what exists stays. RV(msg) tells what that is, how to go on, and how
    to remove it. In AWS go on what it is doing by itself.
  - Prints a line at the begin of each phase, and as the phase goes on.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  table:
    description: The name of the table that is brought back. It is not changed, if it exists.
    type: str
    required: true
  to:
    description:
      - The name of the new table.
      - If empty, that of the table with C(-restored-) and the time of the point, such as
        V(orders-restored-20261123T140003Z).
    type: str
    default: ""
  point:
    description:
      - V(latest), a time, or an id, which M(tablekeeper.dynamodb.point_info) tells.
      - With a time, point-in-time recovery if it has that moment, or else the newest point that is not later.
      - With V(pitr), the last moment that point-in-time recovery has.
    type: str
    default: latest
  load_up_to_mb:
    description: Up to how many MB V(auto) writes the items itself, since an import takes minutes at least.
    type: int
    default: 100
  warm_throughput:
    description: Whether to ask for the warm throughput that the table had, which AWS bills.
    type: bool
    default: false
  verify:
    description:
      - V(content) compares each item of the new table with the point.
      - V(count) only counts them.
    type: str
    choices: [content, count]
    default: content
  max_write_units_per_second:
    description: The most write units a second that O(way=load) may use. V(0) is no limit.
    type: int
    default: 0
  parameter:
    description:
      - The name of a parameter of Systems Manager that applications read the table's name from. When all is
        right with the new table, its name is written there.
    type: str
    default: ""
  started_by:
    description: Who or what asked for the restore. It is kept in the report.
    type: str
    default: ansible
  state_prefix:
    description: Where in the bucket the state of restores and their reports lie.
    type: str
    default: restores/
  wait_sleep:
    description: How many seconds pass between two looks at what AWS is doing.
    type: float
    default: 15
  fail_on_differences:
    description:
      - Fail if items or settings of the new table differ and nobody knows why.
      - Without it only RV(succeeded), RV(msg) and the differences tell, so that a play can publish them
        before it fails.
    type: bool
    default: true
  option_prefix:
    description: What options begin with in messages, for a role whose variables are called so.
    type: str
    default: ""
  progress_file:
    description: The file that gets the lines which the module's action plugin prints. It gives this itself.
    type: path
notes:
  - When the output of C(ansible-playbook) goes into a pipe or a file, Python keeps lines back until it has
    many. Set the environment variable E(PYTHONUNBUFFERED) to V(1) to see them at once.
  - Temporary credentials must live as long as the restore. When they have ended, get new ones and call it
    again.
attributes:
  action:
    description: Has a corresponding action plugin, so some parts of the options can be run on the controller.
    support: full
  async:
    description: Supports being used with the C(async) keyword.
    support: none
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - tablekeeper.dynamodb.restoring
  - tablekeeper.dynamodb.prefix
  - tablekeeper.dynamodb.account
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Bring a table back that somebody deleted
  tablekeeper.dynamodb.restore:
    region: eu-west-1
    table: orders

- name: See what would be done, how long it takes and what it costs
  tablekeeper.dynamodb.restore:
    region: eu-west-1
    table: orders
    point: "2026-11-23T14:00:00Z"
    to: orders-before-the-migration
  check_mode: true

- name: Restore into another region, where the table gets another key
  tablekeeper.dynamodb.restore:
    region: eu-central-1
    bucket: tablekeeper-123456789012-eu-west-1
    table: orders
    overrides:
      kms_key: arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab

- name: Restore what somebody dumped with another tool
  tablekeeper.dynamodb.restore:
    region: eu-west-1
    table: orders
    to: orders-of-2023
    from:
      bucket: old-dumps
      prefix: orders/2023-05-01-00-00-00
    keys:
      id: S
      line: N
"""

RETURN = r"""
way:
  description: How it is brought back.
  returned: success
  type: str
  sample: import
reasons:
  description: Why in this way, which would have been the next, and why the others cannot be.
  returned: success
  type: list
  elements: str
  sample: ["pitr: the table no longer exists, and its point-in-time recovery is gone with it."]
point:
  description: Of which point the table is made. C(id), C(kind), C(taken), C(location), C(items), C(bytes).
  returned: success
  type: dict
  sample: {id: 20261123T140003Z-1a2b3c4d, kind: export, items: 1234, bytes: 5600000}
target_table:
  description: The name of the new table.
  returned: always
  type: str
  sample: orders-restored-20261123T140003Z
target_arn:
  description: The ARN of the new table.
  returned: success
  type: str
  sample: arn:aws:dynamodb:eu-west-1:123456789012:table/orders-restored-20261123T140003Z
phases:
  description: Each phase with its C(seconds). In check mode what would be done, and an estimate of the time.
  returned: success
  type: list
  elements: dict
  sample: [{phase: make, seconds: 251.4}]
plan:
  description:
    - What would be done, in check mode, as C(steps), with the C(seconds) and C(dollars) that it takes, as far
      as that is known, and the C(rights) that are needed.
  returned: in check mode
  type: dict
  sample: {}
item_count:
  description: How many items the new table has.
  returned: success
  type: int
  sample: 1234
bytes:
  description: How many bytes they have, where that is known.
  returned: success
  type: int
  sample: 5600000
compared:
  description:
    - What comparing found. C(verify), C(expected), C(found), C(same), C(missing), C(unexpected), C(changed),
      and C(samples) of items that differ.
  returned: success
  type: dict
  sample: {verify: content, expected: 1234, found: 1234, same: 1234, missing: 0, unexpected: 0, changed: 0}
settings:
  description: Each setting of the new table that differs from what it should be, and C(why), if it is known.
  returned: success
  type: list
  elements: dict
  sample: [{path: ttl, expected: expires, actual: null, why: it was to be skipped}]
left:
  description: What was not brought back by intent, each with C(path) and C(why).
  returned: success
  type: list
  elements: dict
  sample: []
cut_over:
  description:
    - What to use the new table with. C(text), C(parameter) if one was written, C(cloudformation) with a
      template and the resources to import, C(terraform).
  returned: success
  type: dict
  sample: {}
report:
  description: Where the report lies.
  returned: success
  type: list
  elements: str
  sample: ["s3://backups/restores/orders-restored-20261123T140003Z/report.json"]
resume:
  description: How to go on after a failure. Empty if there is nothing to go on with.
  returned: always
  type: str
  sample: ""
remove:
  description: The commands that remove what this restore made. Empty if nothing was made.
  returned: always
  type: list
  elements: str
  sample: [aws dynamodb delete-table --region eu-west-1 --table-name orders-restored-20261123T140003Z]
msg:
  description: What came of it, in a sentence or two.
  returned: always
  type: str
  sample: >-
    orders is back as orders-restored-20261123T140003Z with 1,234 items, each as it was. 1 setting differs
    for a known reason.
succeeded:
  description: Whether all items are there as they were, and nothing differs without a known reason.
  returned: always
  type: bool
  sample: true
"""

import signal
import traceback
from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import sts
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws, told_of
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore.apply import restore
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore.ending import RestoreError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore.options import RESTORE


def interrupted(*_signal: Any) -> None:
    """Be ended as by Ctrl-C, so that what there is can be told."""
    raise KeyboardInterrupt


def main() -> None:
    module = AnsibleAWSModule(argument_spec=RESTORE, supports_check_mode=True)
    signal.signal(signal.SIGTERM, interrupted)
    try:
        result = restore(Aws.of(module), module.region, module.params, check=module.check_mode)
    except (RestoreError, sts.WrongAccountError) as error:
        module.fail_json(msg=str(error), **getattr(error, "told", {}))
    except KeyboardInterrupt:
        module.fail_json(msg="Nothing was made: it was ended from outside before it had begun.")
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg=told_of(error, "Nothing was made, since AWS cannot be asked"))
    except Exception as error:  # whatever it is, somebody waits for a table
        module.fail_json(msg=f"An error that was not expected, {error!r}", traceback=traceback.format_exc())
    if not result["succeeded"] and module.params["fail_on_differences"] and not module.check_mode:
        module.fail_json(**result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
