#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: item_compare_info
short_description: Compare a DynamoDB table with a backup, item by item
version_added: 0.1.0
description:
  - Compares a table as it is now with a point of it, two points, a restored table with the point that it was
    made of, or two tables. Tells how many items are the same, changed, missing, unexpected or expired, and
    which attributes of some of them differ.
  - Numbers are compared by value and sets as sets, at any depth. The order of a list counts.
  - The table is read by Scan, at a limited rate. What differs is read again, with strong consistency, before
    it is told. What is the same by then is counted as C(meantime) of RV(compared).
  - Memory does not grow with the number of items. On the disk, comparing takes about 200 bytes for each item
    of both sides together, in the folder that E(TMPDIR) names, and O(file) three times its size.
  - In check mode it tells which calls it would make, how long that takes and what it costs, and compares
    nothing. Before it compares, it shows the same.
  - Items that differ are no failure.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  table:
    description:
      - The table whose points are looked for, and which is compared as it is now. With O(with_point) or
        O(with_table) it need not exist any more.
    type: str
    required: true
  point:
    description:
      - The point that holds what is expected, V(latest), a time, or an id, which
        M(tablekeeper.dynamodb.point_info) tells. With a time, the newest point that is not later.
      - If empty, the point that O(with_table) was restored from, if it was, and otherwise V(latest).
      - With V(live), items are expected as they are now in O(table), and O(with_table) is compared with that.
      - Only points in the bucket can be compared. What DynamoDB and AWS Backup keep has no files. Restore it,
        and name the new table with O(with_table).
    type: str
    default: ""
  with_point:
    description: A second point of O(table), in place of the table as it is now. It is given as O(point) is.
    type: str
    default: ""
  with_table:
    description: Another table, in place of O(table) as it is now, such as one that was restored.
    type: str
    default: ""
  live_by:
    description:
      - How the table is read. V(scan) takes seconds to hours, and reads some items before and some after what
        is written meanwhile.
      - V(export) has DynamoDB export the table as it is at one moment, into the bucket. That takes minutes at
        least, no read units, and point-in-time recovery.
    type: str
    choices: [scan, export]
    default: scan
  engine:
    description: Where it is done. V(glue) is for hundreds of millions of items, of exports; V(auto) decides.
    type: str
    choices: [auto, local, glue]
    default: auto
  bucket:
    description: The bucket with the points. If empty, the one of the store of O(prefix).
    type: str
    default: ""
  keys:
    description:
      - The attributes of the key with their types (V(S), V(N) or V(B)), the partition key first.
      - For points beside which no settings are, of a table that is gone.
    type: dict
    default: {}
  ttl_attribute:
    description:
      - The attribute by which items expire. If empty, the one that the table has, or had when the point was
        made.
      - What is missing and had expired is C(expired) of RV(compared), and no difference.
    type: str
    default: ""
  max_read_units_per_second:
    description:
      - The most read units a second that it may take of each table. V(0) is no limit.
      - If not given, a quarter of the table's read capacity, or of what it may take on demand, at most 3,000.
    type: int
  samples:
    description: How many items of each kind of difference are told, at most. O(file) gets all.
    type: int
    default: 10
  file:
    description:
      - A file that gets all items that differ, as JSON lines, with what both sides have of them. Only its
        owner may read it.
      - The first line has the counts, and what was compared. Each other line has C(kind), C(key), and as far
        as they are there C(attributes) that differ, C(expected), C(found), and the C(file) and C(line) of the
        point.
    type: path
  wait_sleep:
    description: How many seconds pass between two looks at an export.
    type: float
    default: 15
  option_prefix:
    description: What options begin with in messages, for a role whose variables are called so.
    type: str
    default: ""
  progress_file:
    description: The file that gets the lines which the module's action plugin prints. It gives this itself.
    type: path
attributes:
  action:
    description: Has a corresponding action plugin, so some parts of the options can be run on the controller.
    support: full
  async:
    description: Supports being used with the C(async) keyword.
    support: none
  check_mode:
    support: full
    details: It only tells what a comparison would take.
  idempotent:
    support: partial
    details: Somebody may write to the table.
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
- name: See what has changed since the newest backup
  tablekeeper.dynamodb.item_compare_info:
    region: eu-west-1
    table: orders
  register: since

- name: Write all that differs between two backups into a file
  tablekeeper.dynamodb.item_compare_info:
    region: eu-west-1
    table: orders
    point: "2026-11-22T14:00:00Z"
    with_point: "2026-11-23T14:00:00Z"
    file: /var/lib/backups/orders-of-a-day.jsonl

- name: Prove that a restored table is what its backup says
  tablekeeper.dynamodb.item_compare_info:
    region: eu-west-1
    table: orders
    with_table: orders-restored-20261123T140003Z
  register: restored
  failed_when: restored is failed or restored.equal is false
"""

RETURN = r"""
equal:
  description: Whether nothing differs but what has expired. Null in check mode.
  returned: success
  type: bool
  sample: false
stack:
  description: The stack of the job that does the work, C(name) and C(parameters). Told alone, it is missing.
  returned: if AWS Glue does the work
  type: dict
  sample: {name: tablekeeper-undo-1a2b3c4d5e}
msg:
  description: What came of it, in a sentence or two, or in check mode what it would take.
  returned: always
  type: str
  sample: >-
    The table orders as it is now against the point 20261123T140003Z-1a2b3c4d of orders, taken
    2026-11-23T14:00:03Z: Not equal: 20 changed, 3 missing; 1,207 of 1,234 items are the same. 4 of the
    missing had expired, which is no damage.
compared:
  description:
    - How many items are C(expected) and were C(found), and of them C(same), C(changed), C(missing),
      C(unexpected), which were added, and C(expired), missing since their time to live had passed.
    - C(meantime) is how many differed at first, and no longer when they were read again.
    - C(samples) has some that differ, with C(kind), C(key), the key as C(text), the names of the
      C(attributes) that differ, and the C(file) and C(line) of the point. It holds no values but keys.
    - Empty in check mode.
  returned: success
  type: dict
  sample:
    {equal: false, expected: 1234, found: 1227, same: 1207, changed: 20, missing: 3, unexpected: 0,
     expired: 4, meantime: 0, samples: [{kind: changed, key: {id: {S: A-1}}, text: id=A-1,
     file: data/abc.json.gz, line: 7, attributes: [price]}]}
expected:
  description: What is expected. C(kind) is V(point) or V(table), and C(text) what people are told.
  returned: success
  type: dict
  sample:
    kind: point
    text: the point 20261123T140003Z-1a2b3c4d of orders, taken 2026-11-23T14:00:03Z
    id: 20261123T140003Z-1a2b3c4d
    taken: "2026-11-23T14:00:03Z"
    location: s3://tablekeeper-123456789012-eu-west-1/retain-35d/orders/20261123T140003Z-1a2b3c4d/
    items: 1234
found:
  description: What was compared with that, in the same way. C(kind) may be V(export), too.
  returned: success
  type: dict
  sample:
    kind: table
    text: the table orders as it is now
    table: orders
    arn: arn:aws:dynamodb:eu-west-1:123456789012:table/orders
file:
  description: The file that was written, if any.
  returned: success
  type: str
  sample: ""
plan:
  description:
    - What it takes. C(calls) by operation, C(units) of reading and C(units_again) that are taken at most to
      read again what differs, the C(seconds) at the rate and the C(dollars), and as text C(time), C(price).
    - C(rights) are the actions that it needs.
  returned: success
  type: dict
  sample:
    calls: {GetObject: 4, Scan: 430, BatchGetItem: 40000}
    units: 54932
    units_again: 1000000
    seconds: 18.3
    dollars: 0.007
    dollars_again: 0.125
    time: "about 18 seconds, at 3,000 read units a second: it takes about 54,932"
    price: less than $0.01, or up to $0.13 if everything differs and is read again
    rights: [dynamodb:Scan]
table_keys:
  description: The attributes of the key with their types.
  returned: success
  type: dict
  sample: {id: S}
ttl_attribute:
  description: The attribute by which items expire, empty if none does.
  returned: success
  type: str
  sample: expires
notes:
  description: What one should know of the points, such as newer ones that were passed over.
  returned: success
  type: list
  elements: str
  sample: []
"""

import signal
from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import sts
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import (
    Aws,
    NoClockError,
    told_of,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.apply import compare
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.asked import ARGUMENTS
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.compared import UncomparableError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.apply_compare import Comparing
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.apply_deployed import JobNeededError


def interrupted(*_signal: Any) -> None:
    """Be ended as by Ctrl-C, so that nothing stays on the disk."""
    raise KeyboardInterrupt


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    signal.signal(signal.SIGTERM, interrupted)
    try:
        work = Comparing(*(module.params[name] for name in ("prefix", "engine", "wait_sleep")))
        found = compare(Aws.of(module), module.region, module.params, check=module.check_mode, work=work)
        module.exit_json(**found, **({"stack": work.stack} if work.stack else {}))
    except JobNeededError as error:
        module.fail_json(msg=f"Nothing was compared: {error}; the role compare does that.", stack=error.stack)
    except (UncomparableError, sts.WrongAccountError, NoClockError) as error:
        module.fail_json(msg=str(error))
    except KeyboardInterrupt:
        module.fail_json(msg="Nothing was compared: it was ended from outside.")
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg=told_of(error, "Nothing was compared, since AWS cannot be asked"))


if __name__ == "__main__":
    main()
