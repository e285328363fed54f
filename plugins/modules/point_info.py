#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: point_info
short_description: List what DynamoDB tables can be brought back to
version_added: 0.1.0
description:
  - Lists the points of each table, newest first. Those are the backups in the bucket, of any engine and
    retention class, the window of point-in-time recovery, and the backups that DynamoDB and AWS Backup have.
  - Neither the tables nor the stacks need exist any more. O(bucket) is enough.
  - What only looks like a point is told beside them, such as what a failed run left, or an export of a part
    of a table.
  - The module fails only if AWS cannot be asked at all, if nobody knows which bucket it is, or if the account
    is not the one that was asked for.
  - A call lists a thousand objects of the bucket. There is one more for each backup that is read, one for
    each table, and a few for all.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  tables:
    description:
      - The tables whose points are listed, also as text cut at commas and white space.
      - If empty, all that the bucket has anything of, also those that no longer exist, and without O(bucket)
        those that stacks list.
    type: list
    elements: str
    default: []
  bucket:
    description:
      - The bucket with the backups. If empty, the one of the stacks of O(prefix).
      - Needed if the stacks are gone, or are of another region or account than O(region) and the credentials.
    type: str
    default: ""
  native:
    description:
      - Also ask for point-in-time recovery and for the backups of DynamoDB and AWS Backup, in O(region) and
        in the account of the credentials.
    type: bool
    default: true
  newest:
    description:
      - How many of the newest backups of each table in the bucket are read. RV(tables[].unread) tells how
        many older ones there are. With V(0), all are read.
      - If not given, V(35) of O(tables) that are named, and V(3) of each where none is.
    type: int
attributes:
  idempotent:
    support: partial
    details: The window of point-in-time recovery moves on, and so does the time of a look at a manifest.
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - tablekeeper.dynamodb.prefix
  - tablekeeper.dynamodb.account
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: tablekeeper.dynamodb.restore
"""

EXAMPLES = r"""
- name: See what a table can be brought back to
  tablekeeper.dynamodb.point_info:
    region: eu-west-1
    tables: [orders]
  register: kept

- name: List all backups of all tables, of which the stacks are gone
  tablekeeper.dynamodb.point_info:
    region: eu-west-1
    bucket: tablekeeper-123456789012-eu-west-1
    newest: 0

- name: Stop if the newest backup of a table cannot be restored
  ansible.builtin.assert:
    that: kept.tables[0].latest != ""
    fail_msg: "{{ kept.tables[0].nothing or kept.tables[0].points | map(attribute='why_not') | list }}"
"""

RETURN = r"""
place:
  description: Where was asked. The account is empty if STS does not tell it.
  returned: success
  type: dict
  sample: {account: "123456789012", region: eu-west-1, prefix: tablekeeper}
bucket:
  description: The C(name) of the bucket, and whether it C(exists), which is null if AWS would not tell.
  returned: success
  type: dict
  sample: {name: tablekeeper-123456789012-eu-west-1, exists: true}
native:
  description: Whether DynamoDB and AWS Backup were asked.
  returned: success
  type: bool
  sample: true
tables:
  description: Each table, in the order of the names.
  returned: success
  type: list
  elements: dict
  contains:
    table:
      description: The table's name.
      returned: success
      type: str
      sample: orders
    points:
      description:
        - What it can be brought back to, newest first. C(id) is what the option C(point) of
          M(tablekeeper.dynamodb.restore) takes.
        - C(kind) is the engine that made it, V(pitr), V(on_demand), V(system) or V(aws_backup).
        - C(taken) is the moment of its data. With V(pitr) it is every second from C(taken) to C(until).
        - C(items), C(bytes) and C(expires) are null if nobody has counted them, or no rule deletes it. Where
          the rules of the bucket may not be read, C(expires) is by its retention class.
        - C(verified) tells C(when) somebody saw that it is whole, C(how) (C(manifest), or by a restore that
          compared by C(count) or C(content)), and C(by) which report.
        - C(ways) are the ways by which it can be restored, the first of which is preferred. If there is none,
          C(why_not) tells why.
      returned: success
      type: list
      elements: dict
      sample:
        - id: 20261123T020003Z-1a2b3c4d
          kind: export
          taken: "2026-11-23T02:00:09Z"
          until: null
          location: s3://tablekeeper-123456789012-eu-west-1/retain-35d/orders/20261123T020003Z-1a2b3c4d/
          items: 1234
          bytes: 5600000
          expires: "2026-12-29T00:00:00Z"
          verified: {when: "2026-11-29T08:00:00Z", how: manifest, by: ""}
          ways: [import, load]
          why_not: ""
          format: dynamodb_json
    latest:
      description:
        - The C(id) of the point that M(tablekeeper.dynamodb.restore) takes for V(latest), or V(pitr) if there
          is no backup. Empty if nothing can be restored.
      returned: success
      type: str
      sample: 20261123T020003Z-1a2b3c4d
    left_out:
      description: What looks like a point and is none, with C(location) and C(why).
      returned: success
      type: list
      elements: dict
      sample: []
    unread:
      description: How many older backups there are in the bucket that were not read, see O(newest).
      returned: success
      type: int
      sample: 0
    nothing:
      description:
        - Of a table that O(tables) names, and of which nothing is kept, a sentence that tells so, and which
          tables there are. Else empty.
      returned: success
      type: str
      sample: ""
refusals:
  description:
    - What AWS would not tell, so that there may be more points. C(call) as IAM writes it, C(code),
      C(message), and whether it was C(denied) by a policy.
  returned: success
  type: list
  elements: dict
  sample: [{call: "backup:ListProtectedResources", code: AccessDenied, message: No, denied: true}]
summary:
  description:
    - How many C(tables), C(points), points that are C(restorable), tables C(without_points), C(left_out) and
      C(unread) folders, and API C(calls).
  returned: success
  type: dict
  sample: {tables: 4, points: 40, restorable: 40, without_points: 0, left_out: 0, unread: 0, calls: 52}
"""

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
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.gather_answer import (
    ARGUMENTS,
    CannotAskError,
    kept,
)


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    try:
        module.exit_json(**kept(Aws.of(module), module.params))
    except (CannotAskError, sts.WrongAccountError, NoClockError) as error:
        module.fail_json(msg=str(error))
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg=told_of(error, "AWS cannot be asked what is kept"))


if __name__ == "__main__":
    main()
