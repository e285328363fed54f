#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: drill
short_description: Prove that tables can be restored, by restoring them
version_added: 0.1.0
description:
  - Restores a backup of each chosen table under a name of its own, compares every item and the settings with
    the backup, removes that table again, sees that it is gone, and keeps a record of all that in the bucket.
  - A drill fails if an item or a setting differs, if it could not be compared or removed, if it took longer
    than is allowed, or if the newest backup is older than the table's C(max_age). Then the subscribers of
    the alerts are told.
  - What an earlier drill has left behind is removed first. Only tables are ever removed that have both the
    name of a drill's table, C(<prefix>-drill-<table>-<time>), and the tag C(tablekeeper:drill) with the value
    C(<prefix>/<name of that table>), or of which the state of their restore proves that a drill made them and
    did not come to set the tag.
  - The new tables have the indexes of the old ones, and neither stream, TTL, policy, point-in-time recovery
    nor deletion protection. They are billed on demand.
  - The tables that are backed up are never written to.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  tables:
    description: The tables to drill. If empty, O(count) of those that were not drilled for longest.
    type: list
    elements: str
    default: []
  others:
    description:
      - The tables that other targets of the play list, by target. If O(tables) names one of those, it is left
        to that target.
    type: dict
    default: {}
  count:
    description: How many tables are drilled, if none is named. With V(0) none is.
    type: int
    default: 1
  points:
    description: Which of a table's backups is restored, the V(newest) or a V(random) one of those kept.
    type: str
    choices: [newest, random]
    default: newest
  budget_dollars:
    description:
      - What the restores of all drills together may cost, as far as that is known before. A drill that would
        exceed it is passed over, and RV(succeeded) is false. V(0) is no limit.
    type: float
    default: 0
  budget_minutes:
    description: After how many minutes no other drill is begun. V(0) is no limit.
    type: int
    default: 0
  rto_minutes:
    description: How many minutes a table may take to be back and compared. V(0) is no limit.
    type: int
    default: 0
  compare_live:
    description:
      - Also compare the table as it is now with the point, and tell how many items have changed since. That
        is no failure. It reads the whole table, with the capacity that its applications use.
    type: bool
    default: false
  started_by:
    description: Who or what asked for the drill. It is kept in the record.
    type: str
    default: ansible
  wait_sleep:
    description: How many seconds pass between two looks at what AWS is doing.
    type: float
    default: 15
  fail_on_failed_drills:
    description:
      - Fail if a drill failed, or none was done. Without it only RV(succeeded) and RV(msg) tell, so that a
        play can publish them before it fails.
    type: bool
    default: true
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
  idempotent:
    support: none
    details: Each call is another drill.
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
- name: Drill the table that was not drilled for longest, for at most a dollar
  tablekeeper.dynamodb.drill:
    region: eu-west-1
    budget_dollars: 1

- name: Prove that an old backup can be restored as well, within two hours
  tablekeeper.dynamodb.drill:
    region: eu-west-1
    tables: [orders]
    points: random
    rto_minutes: 120

- name: See what a drill would do, and what it costs
  tablekeeper.dynamodb.drill:
    region: eu-west-1
    count: 3
  check_mode: true
"""

RETURN = r"""
drills:
  description:
    - The record of each drill that was done, with C(msg), where it lies (C(record)), and why the subscribers
      could not be told of a failure (C(alert)). docs/drill.md describes its fields.
  returned: success
  type: list
  elements: dict
  sample: [{table: orders, verdict: passed, rto: {seconds: 252.1, allowed_seconds: 7200}}]
not_drilled:
  description: The tables that were passed over, each with C(why).
  returned: success, not in check mode
  type: list
  elements: dict
  sample: []
failed_tables:
  description: The tables whose drills failed.
  returned: success, not in check mode
  type: list
  elements: str
  sample: []
planned:
  description:
    - In check mode each drill that would be done, with C(table), C(point), C(target_table), C(way), C(steps),
      C(time), C(price), C(dollars), and C(not_drilled) with the reason if it would not be.
  returned: in check mode
  type: list
  elements: dict
  sample: []
rights:
  description: In check mode the rights that are needed.
  returned: in check mode
  type: list
  elements: str
  sample: [dynamodb:DeleteTable]
swept:
  description: The tables that earlier drills had left behind, and that were removed.
  returned: success
  type: list
  elements: str
  sample: []
left_alone:
  description: Tables with the name of a drill's, of which nobody knows that they are.
  returned: success
  type: list
  elements: str
  sample: []
dollars:
  description: What the restores cost, by AWS's prices in us-east-1, as far as that is known.
  returned: success
  type: float
  sample: 0.02
msg:
  description: What came of it, in a sentence or two.
  returned: always
  type: str
  sample: "1 drill passed: orders."
succeeded:
  description:
    - Whether all that was asked for was drilled, and passed. In check mode, whether all of it would be
      drilled. With O(count=0) nothing was asked for.
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
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._drill.apply import drills
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._drill.choose import NotDrillableError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._drill.options import DRILL


def interrupted(*_signal: Any) -> None:
    """Be ended as by Ctrl-C, so that the table is removed."""
    raise KeyboardInterrupt


def main() -> None:
    module = AnsibleAWSModule(argument_spec=DRILL, supports_check_mode=True)
    signal.signal(signal.SIGTERM, interrupted)
    try:
        result = drills(Aws.of(module), module.region, module.params, check=module.check_mode)
    except (NotDrillableError, sts.WrongAccountError) as error:
        module.fail_json(msg=f"Nothing was drilled: {error}.")
    except KeyboardInterrupt:
        module.fail_json(msg="The drill was ended from outside. The next one removes what it has left.")
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg=told_of(error, "Nothing was drilled, since AWS cannot be asked"))
    except Exception as error:  # whatever it is, there may be a table of which somebody has to know
        module.fail_json(msg=f"An error that was not expected, {error!r}", traceback=traceback.format_exc())
    if not result["succeeded"] and module.params["fail_on_failed_drills"] and not module.check_mode:
        module.fail_json(**result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
