#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: item_info
short_description: Find single items in the backups of a DynamoDB table
version_added: 0.1.0
description:
  - Finds items in points of a table, by their keys or by a condition, without restoring the table. The table
    need not exist any more, nor its stacks. O(bucket) is enough.
  - Or finds them as they were at any moment that point-in-time recovery of the table has, with O(at).
  - Several points in one call show the history of an item.
  - Returns a few items of each point, and writes all that were found into O(file), however many.
  - A point is read as a stream, and little of it is in memory at a time. Its files are held to their
    manifests.
  - It is no failure of the module if nothing is found. RV(nothing) then says so.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  table:
    description: The table whose items are looked for. It need not exist any more.
    type: str
    required: true
  keys:
    description:
      - The keys of the items, each a mapping of the partition key and the sort key, if there is one. Without
        the sort key, all items with that partition key.
      - 'Values are plain, such as V(C-17), or DynamoDB JSON, such as V({"B": "AAE="}). They are held to the
        types of the keys that the table has.'
      - With O(where), too, items that have one of the keys and meet the condition.
    type: list
    elements: dict
    default: []
  where:
    description:
      - A condition in JMESPath, such as V(status == 'open' && total > `10`). It is asked of the plain item.
        Numbers are exact, sets are lists, and binary values are base64.
      - An item of which it cannot be asked, such as C(starts_with(name, 'A')) where there is no name, does
        not meet it. RV(notes) counts those.
    type: str
    default: ""
  points:
    description:
      - The points that are looked at, each as V(latest), as a time (the newest point until then), or as the
        id that M(tablekeeper.dynamodb.point_info) tells. One number is so many of the newest.
      - Points that have no files, those of DynamoDB's own and of AWS Backup, cannot be read.
    type: list
    elements: str
    default: [latest]
  at:
    description:
      - A moment, in place of O(points), that point-in-time recovery still has, such as
        V(2026-11-23T14:00:00Z). DynamoDB exports the table as it was then, which takes minutes.
      - With O(keys), or with a O(where) that asks for a partition key, it exports those items only. With one
        partition key it reads no others. That needs botocore 1.43.106 or newer.
      - The export lies below C(exports/) in the bucket for a week. Who asks the same again gets it.
      - In check mode nothing is exported, and RV(plan) tells what would be.
    type: str
    default: ""
  wait_sleep:
    description: How many seconds pass between two looks at an export.
    type: float
    default: 15
  bucket:
    description:
      - The bucket with the points. If empty, the one of the store of O(prefix).
      - Needed if the stacks are gone, or are of another region or account than O(region) and the credentials.
    type: str
    default: ""
  file:
    description:
      - A file that gets all items that are found. The end of its name says what it is. With C(.csv), a table
        with a column for each attribute. With C(.jsonl), a line of DynamoDB JSON for each item, as exports
        have it.
      - It is replaced when all is written, and nobody but its owner may read it. In check mode nothing is
        written.
    type: path
  columns:
    description: The attributes that a C(.csv) file has columns for. If empty, all, the keys first.
    type: list
    elements: str
    default: []
  samples:
    description: How many items of each point are returned at most. RV(not_shown) counts the others.
    type: int
    default: 20
  option_prefix:
    description: What options begin with in messages, for a role whose variables are called so.
    type: str
    default: ""
  progress_file:
    description: The file that gets the lines which the module's action plugin prints. It gives this itself.
    type: path
notes:
  - RV(samples) has values of items, and so has the output of a task that is shown with C(-v). Where nobody
    may see them, set O(samples) to V(0), or C(no_log) on the task.
attributes:
  action:
    description: Has a corresponding action plugin, so some parts of the options can be run on the controller.
    support: full
  async:
    description: Supports being used with the C(async) keyword.
    support: none
  idempotent:
    support: partial
    details: RV(seconds) is another each time, and V(latest) may be another point.
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - tablekeeper.dynamodb.prefix
  - tablekeeper.dynamodb.account
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: tablekeeper.dynamodb.point_info
  - module: tablekeeper.dynamodb.restore
"""

EXAMPLES = r"""
- name: See an item as it was in the last three backups
  tablekeeper.dynamodb.item_info:
    region: eu-west-1
    table: orders
    keys:
      - {customer: C-17, line: 1}
    points: [3]
  register: history

- name: Write all orders that were open on Monday into a file
  tablekeeper.dynamodb.item_info:
    region: eu-west-1
    table: orders
    where: status == 'open' && total > `10`
    points: ["2026-11-23T14:00:00Z"]
    file: open.csv
    samples: 0

- name: See what a customer had at a moment, whatever backups there are
  tablekeeper.dynamodb.item_info:
    region: eu-west-1
    table: orders
    keys:
      - {customer: C-17}
    at: "2026-11-23T14:03:20Z"
"""

RETURN = r"""
place:
  description: Where was looked.
  returned: success
  type: dict
  sample: {account: "123456789012", region: eu-west-1, prefix: tablekeeper}
bucket:
  description: The bucket with the points.
  returned: success
  type: str
  sample: tablekeeper-123456789012-eu-west-1
table:
  description: The table.
  returned: success
  type: str
  sample: orders
table_keys:
  description: The keys of the table with their types, the partition key first. Empty if nobody knows them.
  returned: success
  type: dict
  sample: {customer: S, line: N}
found:
  description: How many items were found, of all points.
  returned: success
  type: int
  sample: 3
points:
  description:
    - Each point that was looked at, the newest first. How many C(items) it has, null if nobody has counted
      them, how many were C(read), how many C(found), and of how many C(keys) there is no item (C(missing)).
    - Where all keys were found, the files that are left are not read.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 20261123T140003Z-1a2b3c4d
      kind: export
      taken: "2026-11-23T14:00:03Z"
      location: s3://tablekeeper-123456789012-eu-west-1/retain-35d/orders/20261123T140003Z-1a2b3c4d/
      items: 1234
      read: 1234
      found: 3
      missing: 0
samples:
  description:
    - Items, those of one key beside each other, the newest first. C(item) and C(key) are DynamoDB JSON.
    - With O(keys) that have all of the key, also what is not there, with a C(item) that is null. C(change)
      tells what has become of it since the point before, V(same), V(new), V(gone), V(not there), or
      V(changed) with the C(attributes) that differ.
  returned: success
  type: list
  elements: dict
  sample:
    - point: 20261123T140003Z-1a2b3c4d
      taken: "2026-11-23T14:00:03Z"
      key: {customer: {S: C-17}, line: {N: "1"}}
      item: {customer: {S: C-17}, line: {N: "1"}, total: {N: "9.5"}}
      change: changed
      attributes: [total]
not_shown:
  description: How many more were found than RV(samples) has.
  returned: success
  type: int
  sample: 0
file:
  description: The file that was written. Empty if none was.
  returned: success
  type: str
  sample: /home/me/open.csv
missing:
  description: The O(keys) of which no point has an item, in DynamoDB JSON, if others were found.
  returned: success
  type: list
  elements: dict
  sample: []
looked_at:
  description: The attributes that the condition looks at.
  returned: success
  type: list
  elements: str
  sample: [status, total]
plan:
  description:
    - What would be exported (C(text)), what that costs about (C(price)), and which C(rights) it needs.
    - Nothing was looked at, and RV(found) says nothing.
  returned: in check mode with O(at)
  type: dict
  sample:
    text: Would export orders as it was at 2026-11-23T14:03:20Z with a filter to backups, which takes minutes.
    price: $0.01, or as much less as its filter leaves out, at $0.10 per GB in us-east-1
    rights: ["dynamodb:ExportTableToPointInTime"]
nothing:
  description: If nothing was found, where was looked, and what may be wrong, in sentences. Else empty.
  returned: success
  type: str
  sample: ""
notes:
  description: Sentences on what one should know of the points, and of the condition.
  returned: success
  type: list
  elements: str
  sample: ["No item has the attribute statsu: is status meant?"]
seconds:
  description: How long it took.
  returned: success
  type: float
  sample: 4.2
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
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.apply import FindError, find
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.options import FIND


def interrupted(*_signal: Any) -> None:
    """Be ended as by Ctrl-C, so that no part of a file stays."""
    raise KeyboardInterrupt


def main() -> None:
    module = AnsibleAWSModule(argument_spec=FIND, supports_check_mode=True)
    signal.signal(signal.SIGTERM, interrupted)
    try:
        module.exit_json(**find(Aws.of(module), module.region, module.params, check=module.check_mode))
    except (FindError, sts.WrongAccountError) as error:
        module.fail_json(msg=str(error))
    except KeyboardInterrupt:
        module.fail_json(msg="It was ended from outside: nothing was written.")
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg=told_of(error, "AWS cannot be asked for items"))
    except Exception as error:  # a message is wanted, whatever it is
        module.fail_json(msg=f"An error that was not expected, {error!r}", traceback=traceback.format_exc())


if __name__ == "__main__":
    main()
