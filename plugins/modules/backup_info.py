#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_info
short_description: Judge the backups of DynamoDB tables
version_added: 0.1.0
description:
  - Gathers what AWS knows of backups from stacks, runs, exports, alarms and bucket, and judges each table.
  - The module fails only if AWS cannot be asked at all. 200 tables with one schedule take 9 calls.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  prefix:
    description: The first part of every stack's name.
    type: str
    default: tablekeeper
  tables:
    description:
      - The tables to judge, also as text cut at commas and white space. Without names, all that are deployed
        or expected. A table that no stack knows is unhealthy.
    type: list
    elements: str
    default: []
  expected:
    description: Tables that should be deployed, as an inventory's; ignored if O(tables) has names.
    type: list
    elements: str
    default: []
  max_age:
    description:
      - How old the last good backup may be, such as V(30 hours). Without it, each table's C(max_age) counts.
    type: str
  now:
    description:
      - Judge as of this time, such as V(2026-11-23T12:00:00Z). Without it, the time is AWS's own, so that
        a controller whose clock is wrong cannot make an old backup look fresh.
    type: str
  verify:
    description:
      - How closely to look at the newest point of each table. V(none) trusts what the run reported.
      - V(manifest) reads both manifests and their checksums, finds every file that they name with its size
        and etag, adds up the item counts, and asks DynamoDB about the export. It downloads no data.
      - V(content) also downloads every data file, and checks its MD5, its item count and that each line is
        an item.
      - What the data_pipeline engine writes has no checksums and no item counts. V(manifest) finds every file
        that the manifest names, V(content) counts the items in them.
    type: str
    choices: [none, manifest, content]
    default: none
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status without modifying the target.
    support: full
  diff_mode:
    description: Will return details on what has changed when in diff mode.
    support: none
  idempotent:
    description: When run twice in a row, without changes in AWS between, the second run returns the same.
    support: partial
    details: Time passes. With O(now) the answer is the same.
  action_group:
    description: Takes the defaults of C(group/tablekeeper.dynamodb.aws) in C(module_defaults).
    support: full
    membership: [tablekeeper.dynamodb.aws]
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Judge every table
  tablekeeper.dynamodb.backup_info:
    region: eu-west-1
  register: backups

- name: Look at every object of two tables' newest points
  tablekeeper.dynamodb.backup_info:
    tables: [orders, sessions]
    max_age: 12 hours
    verify: manifest
    region: eu-west-1
  register: backups

- name: Stop if a table is not healthy
  ansible.builtin.assert:
    that: backups.healthy
    fail_msg: "{{ backups.tables | rejectattr('healthy') | map(attribute='reasons') | flatten }}"
"""

RETURN = r"""
healthy:
  description: Whether there is a table, and every one that is enabled is healthy.
  returned: always
  type: bool
  sample: false
reasons:
  description: Why there is no table to judge; empty if there is one.
  returned: always
  type: list
  elements: dict
  sample: []
now:
  description: The time as of which was judged.
  returned: always
  type: str
  sample: "2026-11-23T12:00:00Z"
tables:
  description: Every table, the worst first.
  returned: always
  type: list
  elements: dict
  contains:
    table:
      description: The table's name.
      returned: always
      type: str
      sample: orders
    engine:
      description: How it is backed up; null for a table that no stack knows.
      returned: always
      type: str
      sample: export
    enabled:
      description: Whether it is to be backed up; null for a table that no stack knows.
      returned: always
      type: bool
      sample: true
    healthy:
      description: The verdict.
      returned: always
      type: bool
      sample: false
    reasons:
      description:
        - Why, the worst first. The codes are stable, the messages are not.
        - The codes V(waiting_for_first_run), V(export_expired) and V(disabled) are notes on a healthy table.
      returned: always
      type: list
      elements: dict
      sample:
        - code: too_old
          message: >-
            The last good backup of orders is from 2026-11-22 02:14 UTC, older than the 30 hours allowed:
            see why no later one was made, then run the run playbook with -e tables=orders.
    run:
      description:
        - The latest run, null if none is known.
        - Its C(state) is in the words of Step Functions.
      returned: always
      type: dict
      sample:
        id: arn:aws:states:eu-west-1:123456789012:execution:tablekeeper-export-1:4f0e
        state: FAILED
        scheduled: "2026-11-23T02:00:00Z"
        started: "2026-11-23T02:00:04Z"
        finished: "2026-11-23T02:00:09Z"
        error: DynamoDb.PointInTimeRecoveryUnavailableException
        cause: Point in time recovery is not enabled for table orders
        log: ""
    starter:
      description: The pipeline that starts its backups, with AWS's words on it; null with the engine export.
      returned: always
      type: dict
      sample:
        id: df-0123456789ABCDEFGHIJ
        name: tablekeeper-data-pipeline-1-24h-0200-7e5f76-f595d7e8
        state: SCHEDULED
        health: HEALTHY
    last_success:
      description: The end of the last good backup, its age, and the age that is allowed.
      returned: always
      type: dict
      sample:
        finished: "2026-11-22T02:14:00Z"
        age_hours: 33.8
        max_age_hours: 30
    point:
      description:
        - The newest point, null if there is none. Its engine is the one that made it. C(taken) is the moment
          that its data are of, from which its age counts.
        - What the data_pipeline engine wrote is counted only by a closer look. Until then its C(items),
          C(bytes) and C(files) are null; its C(export_arn) is empty.
      returned: always
      type: dict
      sample:
        bucket: tablekeeper-123456789012-eu-west-1
        prefix: retain-35d/orders/20261122T020003Z-1a2b3c4d
        manifest: retain-35d/orders/20261122T020003Z-1a2b3c4d/AWSDynamoDB/.../manifest-summary.json
        export_arn: arn:aws:dynamodb:eu-west-1:123456789012:table/orders/export/01700000000000-abcdef01
        items: 5
        bytes: 1234
        retention_days: 35
        engine: export
        files: null
        taken: "2026-11-22T02:00:09Z"
    alarm:
      description: The missed-run alarm, null if there is none or it may not be read.
      returned: always
      type: dict
      sample:
        name: tablekeeper-missed-orders
        state: OK
        since: "2026-11-20T02:15:00Z"
        actions: ["arn:aws:sns:eu-west-1:123456789012:tablekeeper-alerts"]
        actions_enabled: true
summary:
  description: How many tables, the worst code of all, and how many requests were sent to AWS.
  returned: always
  type: dict
  sample:
    tables: 3
    healthy: 1
    unhealthy: 1
    disabled: 1
    worst: too_old
    calls: 9
alert_path:
  description:
    - The topic that the alarms publish to, what lets them, and who is subscribed.
    - Null is not known, or does not apply.
    - Of a web address only the host is shown, since whoever knows a webhook can use it.
  returned: always
  type: dict
  sample:
    topic: arn:aws:sns:eu-west-1:123456789012:tablekeeper-alerts
    exists: true
    policy_lets_cloudwatch_publish: true
    key: ""
    key_lets_cloudwatch_use_it: null
    subscribers: [{protocol: email, endpoint: ops@example.com, confirmed: true}]
"""

from typing import TYPE_CHECKING

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils import _checks, _duration, _selection
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws, NoClockError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._gather import Wish, gather
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._mistakes import NotAllowedError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report import report

if TYPE_CHECKING:
    from datetime import datetime

ARGUMENTS = {
    "prefix": {"type": "str", "default": "tablekeeper"},
    "tables": {"type": "list", "elements": "str", "default": []},
    "expected": {"type": "list", "elements": "str", "default": []},
    "max_age": {"type": "str"},
    "now": {"type": "str"},
    "verify": {"type": "str", "choices": ["none", "manifest", "content"], "default": "none"},
}


class OptionError(Exception):
    """An option has a value that is not allowed."""


def _hours(written: str | None) -> int | None:
    if not written:
        return None
    hours = _duration.hours(written)
    if not hours:
        raise OptionError(f"max_age is {written!r}: write it like 30 hours, 2 days or 1 week.")
    return hours


def _moment(written: str | None) -> datetime | None:
    try:
        return _checks.moment(written) if written else None
    except NotAllowedError as refusal:
        raise OptionError(f"now is {written!r}, but {refusal}.") from refusal


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    aws = Aws(module.client)
    try:
        max_age, told = _hours(module.params["max_age"]), _moment(module.params["now"])
        tables = _selection.split_names(module.params["tables"])
        wish = Wish(tables, tuple(module.params["expected"]), module.params["verify"], told, max_age)
        target = gather(aws, module.params["prefix"], wish)
        module.exit_json(**report(target, told or aws.time(), max_age, aws.calls))
    except (OptionError, NoClockError) as error:
        module.fail_json(msg=str(error))
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg="AWS cannot be asked about the backups")


if __name__ == "__main__":
    main()
