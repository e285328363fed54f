#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: put_back
short_description: Undo what an incident did to single items of a DynamoDB table
version_added: 0.1.0
description:
  - Without O(plan) it plans. It finds out what items were before the incident, what the incident made of
    them, and what they are now, keeps a plan in the bucket, and returns it. The table is not written to.
  - An item is put back, or deleted if the incident made it, only if it still is what the incident made of it.
    What somebody has changed since is a conflict, and is left alone.
  - With O(plan) and O(confirm) it writes exactly that plan. Each item is read again, and written if it still
    is as it was read. What it replaces goes into an undo log, from which the undo is undone with O(of).
  - The table's settings, its ARN and its stack are not touched. When it is ended, call it again with the same
    options. It goes on where it was, and repeats nothing.
  - Prints a line at the begin of each phase, and as the phase goes on.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  table:
    description: The name of the live table.
    type: str
    required: true
  bucket:
    description: The bucket of the store, for exports, plans and undo logs. If empty, the one of O(prefix).
    type: str
    default: ""
  from:
    description: When the incident began, such as V(2026-11-23T14:00:00Z). Items are set to what they were.
    type: str
    default: ""
  until:
    description: When it had ended. What was written until then counts as the incident's, later changes stay.
    type: str
    default: ""
  before:
    description: A point of before the incident, an id or a time, for when point-in-time recovery was off.
    type: str
    default: ""
  after:
    description: A point of after the incident. Without it only O(before) and now are known. See O(choose).
    type: str
    default: ""
  of:
    description: The id of an undo that is to be undone.
    type: str
    default: ""
  choose:
    description: With O(before) alone, what is written, V(missing) by default. More needs O(keys) or O(where).
    type: list
    elements: str
    choices: [missing, changed, unexpected]
    default: []
  keys:
    description: Only the items with these key attributes, with or without the sort key.
    type: list
    elements: dict
    default: []
  where:
    description: Only items for which this JMESPath expression of C(before), C(incident), C(now) is true.
    type: str
    default: ""
  ttl_attribute:
    description: The attribute that says when an item expires, if not the table's. Expired ones are left out.
    type: str
    default: ""
  version_attribute:
    description: An attribute that each write changes. Without it a condition names all, of which 150 may be.
    type: str
    default: ""
  plan:
    description: The id of a plan that was made before. It is written if O(confirm) says so, and shown if not.
    type: str
    default: ""
  confirm:
    description: The table and the account of the plan, such as V(orders@123456789012).
    type: str
    default: ""
  acknowledge:
    description: The effects of the plan that may happen. Each that it names must be among them.
    type: list
    elements: str
    choices: [stream, triggers, pipes, kinesis, replicas, insights]
    default: []
  engine:
    description: Where it is computed. V(auto) decides by size.
    type: str
    choices: [auto, local, glue]
    default: auto
  max_write_units_per_second:
    description: The most write units a second. V(0) is a quarter of the table's, or 500 if it is on demand.
    type: int
    default: 0
  max_read_units_per_second:
    description: The most read units a second. With V(0) it is chosen by what the table has.
    type: int
    default: 0
  point_max_age:
    description: Without point-in-time recovery, how old the newest point of the table may be.
    type: str
    default: 1 hour
  plan_file:
    description: A file for the plan and all its items, as JSON lines.
    type: path
    default: ""
  conflicts_file:
    description: A file for the conflicts with all their images, as JSON lines.
    type: path
    default: ""
  samples:
    description: How many items of each kind are returned.
    type: int
    default: 10
  started_by:
    description: Who or what asked for it. It is kept in the plan and in the report.
    type: str
    default: ansible
  wait_sleep:
    description: How many seconds pass between two looks at what AWS is doing.
    type: float
    default: 15
  option_prefix:
    description: What options begin with in messages, for a role whose variables are called so.
    type: str
    default: ""
  progress_file:
    description: The file that gets the lines which the module's action plugin prints. It gives this itself.
    type: path
notes:
  - Check mode plans as well, which takes exports. With O(plan) it says what writing that plan would do.
  - When the output of C(ansible-playbook) goes into a pipe or a file, Python keeps lines back until it has
    many. Set the environment variable E(PYTHONUNBUFFERED) to V(1) to see them at once.
  - Temporary credentials must live as long as the undo. When they have ended, get new ones and call it again.
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status without modifying the target.
    support: partial
    details:
      - The table is not written to. The plan, and the exports that it needs, are written into the bucket.
  action:
    description: Has a corresponding action plugin, so some parts of the options can be run on the controller.
    support: full
  async:
    description: Supports being used with the C(async) keyword.
    support: none
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - tablekeeper.dynamodb.prefix
  - tablekeeper.dynamodb.account
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: See what would undo what happened between two and twenty past
  tablekeeper.dynamodb.put_back:
    region: eu-west-1
    table: orders
    from: "2026-11-23T14:00:00Z"
    until: "2026-11-23T14:20:00Z"
  register: undo

- name: Write exactly that
  tablekeeper.dynamodb.put_back:
    region: eu-west-1
    table: orders
    plan: "{{ undo.plan.id }}"
    confirm: orders@123456789012
    acknowledge: [stream]

- name: Undo the undo
  tablekeeper.dynamodb.put_back:
    region: eu-west-1
    table: orders
    of: 20261123T143003Z-1a2b

- name: Put back the items that are missing since the newest point
  tablekeeper.dynamodb.put_back:
    region: eu-west-1
    table: orders
    before: latest
"""

RETURN = r"""
phase:
  description: V(planned), or how far the writing of the plan is.
  returned: success
  type: str
  sample: planned
plan:
  description: The plan, as it lies in the bucket, with C(id), C(counts), C(work), C(effects), C(notes).
  returned: success
  type: dict
  sample: {id: 20261123T143003Z-1a2b, counts: {put: 4750, delete: 100, conflict: 200, expired: 50}}
location:
  description: Where the plan lies, with its items and conflicts beside it.
  returned: success
  type: str
  sample: s3://tablekeeper-123456789012-eu-west-1/undo/orders/20261123T143003Z-1a2b/
samples:
  description:
    - Some of the items. C(action), C(key), C(attributes) that differ, and C(item), V(gone) or V(new) if there
      is none to compare with.
  returned: success
  type: list
  elements: dict
  sample: [{action: put, key: {id: "17"}, attributes: [status], item: ""}]
stack:
  description: The stack of the job that does the work, C(name) and C(parameters). Told alone, it is missing.
  returned: if AWS Glue does the work
  type: dict
  sample: {name: tablekeeper-undo-1a2b3c4d5e, parameters: {Table: orders}}
confirm:
  description: What O(confirm) has to be, for this plan to be written.
  returned: success
  type: str
  sample: orders@123456789012
acknowledge:
  description: What O(acknowledge) has to name, for this plan to be written.
  returned: success
  type: list
  elements: str
  sample: [stream]
refusals:
  description: Why this plan would not be written now, beside what is to be confirmed and acknowledged.
  returned: when it was planned
  type: list
  elements: str
  sample: []
done:
  description: How many items were written and how many were left alone, by what was done.
  returned: when a plan was written
  type: dict
  sample: {put: 4748, delete: 100, conflict: 202}
msg:
  description: What came of it, in a sentence or two.
  returned: always
  type: str
  sample: "Plan 20261123T143003Z-1a2b: would put back 3 items of orders and delete 0 items."
succeeded:
  description: Whether a plan was made, or written as far as nobody had changed items since.
  returned: success
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
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.apply_deployed import JobNeededError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.apply_many import Many
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.apply_undo import (
    NothingWrittenError,
    undo,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.ending import UndoError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.options import PUT_BACK


def interrupted(*_signal: Any) -> None:
    """Be ended as by Ctrl-C, so that what there is can be told."""
    raise KeyboardInterrupt


def main() -> None:
    module = AnsibleAWSModule(argument_spec=PUT_BACK, supports_check_mode=True)
    signal.signal(signal.SIGTERM, interrupted)
    try:
        work = Many(*(module.params[name] for name in ("prefix", "engine", "wait_sleep")))
        result = undo(Aws.of(module), module.region, module.params, work, check=module.check_mode)
    except JobNeededError as error:
        module.fail_json(msg=f"Nothing was written: {error}; the role undo does that.", stack=error.stack)
    except (NothingWrittenError, UndoError, sts.WrongAccountError) as error:
        module.fail_json(msg=str(error), **getattr(error, "told", {}))
    except KeyboardInterrupt:
        module.fail_json(msg="Nothing was written: it was ended from outside before it had begun.")
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg=told_of(error, "Nothing was written, since AWS cannot be asked"))
    except Exception as error:  # whatever it is, somebody waits for the table
        module.fail_json(msg=f"An error that was not expected, {error!r}", traceback=traceback.format_exc())
    module.exit_json(**result, **({"stack": work.stack} if work.stack else {}))


if __name__ == "__main__":
    main()
