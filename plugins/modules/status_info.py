#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: status_info
short_description: Judge the backups of DynamoDB tables
version_added: 0.1.0
description:
  - Gathers what AWS knows of backups from stacks, what they made, runs, exports, alarms and bucket, and
    judges each table. It changes nothing.
  - The module fails only if AWS cannot be asked at all, or if the account is not the one that was asked for.
  - 200 tables with one schedule take about 70 calls, one for each table, and 10 for each with a closer look.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  tables:
    description:
      - The tables to judge, also as text cut at commas and white space. Without names, all that are deployed
        or expected. A table that no stack knows is unhealthy.
    type: list
    elements: str
    default: []
  now:
    description:
      - Judge as of this time, such as V(2026-11-23T12:00:00Z). Without it, the time is AWS's own, so that
        a controller whose clock is wrong cannot make an old backup look fresh.
    type: str
  days:
    description:
      - For how many days the past is told, today the last of them, up to 90; with 0 it is not asked for.
      - With the engine export that takes about a call for each day and stack, whatever the number of tables,
        and one for each drill that has passed. With data_pipeline a call tells of 100 runs.
    type: int
    default: 0
attributes:
  idempotent:
    support: partial
    details: Time passes. With O(now) the answer is the same.
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - tablekeeper.dynamodb.prefix
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - tablekeeper.dynamodb.account
  - tablekeeper.dynamodb.judging
"""

EXAMPLES = r"""
- name: Judge every table
  tablekeeper.dynamodb.status_info:
    region: eu-west-1
  register: backups

- name: Read every object of two tables' newest points
  tablekeeper.dynamodb.status_info:
    tables: [orders, sessions]
    verify: content
    region: eu-west-1

- name: Stop if a table is not healthy
  ansible.builtin.assert:
    that: backups.healthy
    fail_msg: "{{ backups.tables | rejectattr('healthy') | map(attribute='reasons') | flatten }}"
"""

RETURN = r"""
healthy:
  description: Whether there is a table here or in O(others), none is unhealthy, and all else is well.
  returned: always
  type: bool
  sample: false
place:
  description: Where was asked. The account is empty if STS does not tell it.
  returned: always
  type: dict
  sample: {account: "123456789012", region: eu-west-1, prefix: tablekeeper}
reasons:
  description: What is wrong with the target as a whole, such as that there is no table to judge.
  returned: always
  type: list
  elements: dict
  sample: []
notes:
  description: What there is to note about the target as a whole.
  returned: always
  type: list
  elements: dict
  sample: []
stacks:
  description: The stacks of the target and their states, in AWS's words.
  returned: always
  type: list
  elements: dict
  sample: [{name: tablekeeper-store, status: UPDATE_COMPLETE}]
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
      description: Whether nothing is wrong. So it is, too, with a table that waits or is not to be backed up.
      returned: always
      type: bool
      sample: false
    verdict:
      description:
        - C(healthy), C(unhealthy), C(waiting) for a first backup, C(disabled), or C(retired), if only its
          backups are left.
      returned: always
      type: str
      sample: unhealthy
    reasons:
      description:
        - Why, the worst first. Codes are stable, messages are not. A C(note) makes no table unhealthy.
      returned: always
      type: list
      elements: dict
      sample:
        - code: too_old
          note: false
          message: >-
            The last good backup of orders is from 2026-11-22 02:14 UTC, older than the 30 hours allowed:
            see why no later one was made, then run the run playbook with -e tables=orders.
    run:
      description: The latest run, its state in the words of Step Functions; null if none is known.
      returned: always
      type: dict
      sample:
        {id: "arn:aws:states:eu-west-1:123456789012:execution:tablekeeper-export-1:4f0e", state: FAILED,
         scheduled: "2026-11-23T02:00:00Z", started: "2026-11-23T02:00:04Z", finished: null,
         error: DynamoDb.PointInTimeRecoveryUnavailableException, cause: It is not enabled, log: ""}
    starter:
      description: The pipeline that starts its backups, with AWS's words on it; null with the engine export.
      returned: always
      type: dict
      sample:
        {id: df-0123456789ABCDEFGHIJ, name: tablekeeper-data-pipeline-1-24h-0200-7e5f76-f595d7e8,
         state: SCHEDULED, health: HEALTHY}
    last_success:
      description:
        - When the run ended that made the last good backup, its age, and the age that is allowed. The age
          counts from the moment that the backup is of, C(taken) of C(point), which is before that end.
      returned: always
      type: dict
      sample: {finished: "2026-11-22T02:14:00Z", age_hours: 33.8, max_age_hours: 30}
    point:
      description:
        - The newest point, null if there is none. Its age counts from C(taken), the moment of its data. The
          data_pipeline engine's C(items), C(bytes) and C(files) are null until a closer look counts them.
      returned: always
      type: dict
      sample:
        bucket: tablekeeper-123456789012-eu-west-1
        prefix: retain-35d/orders/20261122T020003Z-1a2b3c4d
        manifest: retain-35d/orders/20261122T020003Z-1a2b3c4d/AWSDynamoDB/.../manifest-summary.json
        export_arn: arn:aws:dynamodb:eu-west-1:123456789012:table/orders/export/01700000000000-abcdef01
        items: 5
        bytes: 1234
        files: null
        engine: export
        retention_days: 35
        taken: "2026-11-22T02:00:09Z"
        expires: "2026-12-27T02:14:00Z"
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
    drill:
      description:
        - The drills of the table, null if nobody could look. C(last_failed) and C(why) are of a drill after
          the last that passed; recovery time (C(rto_seconds)) and age of the point (C(rpo_seconds)) are as
          the last that passed has measured them, and null if none has.
      returned: always
      type: dict
      sample:
        {every_hours: 720, allowed_hours: 888, last_passed: "2026-11-02T03:04:05Z", last_failed: null,
         why: [], record: "s3://tablekeeper-123456789012-eu-west-1/drills/orders/20261102T030000Z-passed.json",
         rto_seconds: 244.7, rpo_seconds: 3600}
    days:
      description:
        - The days of UTC that O(days) asks for, oldest first; null if none are, or if it is in no stack.
        - C(states) are sorted, of C(backed_up), C(failed), C(missed), C(verified), C(drilled) and
          C(drill_failed); without one nothing is known, or nothing was due. A day is C(missed) if a backup
          was due, the day is over and no run succeeded or failed; none is before the missed-run alarm was
          last changed. It is C(verified) if this look or a drill that passed found its newest point as it
          should be. C(bytes) is the size of that point, null if nobody knows it.
      returned: always
      type: list
      elements: dict
      sample: [{day: "2026-11-23", states: [backed_up, verified], bytes: 1234}]
    recovery_window:
      description: The times that point-in-time recovery can bring back, null if it is off or not known.
      returned: always
      type: dict
      sample: {earliest: "2026-10-19T12:00:00Z", latest: "2026-11-23T11:55:00Z"}
    oldest_point:
      description:
        - The time of the oldest point that is kept, as far as the asked days tell; null if none is, or if
          none are asked for.
      returned: always
      type: str
      sample: "2026-10-19T02:00:09Z"
summary:
  description: How many tables, by verdict (C(retired) ones are extra), the worst code, and how many requests.
  returned: always
  type: dict
  sample: {tables: 4, healthy: 1, unhealthy: 1, waiting: 1, disabled: 1, retired: 0, worst: too_old, calls: 9}
costs:
  description:
    - US dollars for a month of the tables that are backed up, by engine, and for all if they were this
      engine's. Prices are those of us-east-1 that docs/costs.md lists, settings as if nothing was set, reads
      on demand. C(unpriced) tables of an engine are in no sum, since nobody knows their size.
  returned: always
  type: list
  elements: dict
  sample:
    - {engine: export, tables: 3, unpriced: 0, dollars_per_month: 10.53, all_tables_dollars_per_month: 10.53}
alert_path:
  description:
    - The topic that the alarms publish to, what lets them, and who is subscribed or should be. Null is not
      known, or does not apply.
    - Of a web address only the host is shown, since whoever knows a webhook can use it.
  returned: always
  type: dict
  sample:
    topic: arn:aws:sns:eu-west-1:123456789012:tablekeeper-alerts
    exists: true
    policy_lets_cloudwatch_publish: true
    key: ""
    key_lets_cloudwatch_use_it: null
    subscribers:
      - {protocol: email, endpoint: ops@example.com, confirmed: true, state: confirmed, listed: true}
"""

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import sts
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws, NoClockError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status import gather_answer


def main() -> None:
    module = AnsibleAWSModule(argument_spec=gather_answer.ARGUMENTS, supports_check_mode=True)
    try:
        module.exit_json(**gather_answer.judged(Aws.of(module), module.params))
    except (gather_answer.OptionError, sts.WrongAccountError, NoClockError) as error:
        module.fail_json(msg=str(error))
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg="AWS cannot be asked about the backups")


if __name__ == "__main__":
    main()
