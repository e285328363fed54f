#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: run
short_description: Back up DynamoDB tables now
version_added: 0.1.0
description:
  - Starts backups of all enabled tables of a target, or of named ones, beside their schedules.
  - Waits until they have ended and prints a line whenever a table has, and a sign of life every five minutes.
  - The backups run in AWS. Ending the playbook, by Ctrl-C, a canceled job or O(wait_timeout),
    leaves them running.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  tables:
    description:
      - The tables to back up, as a list or as text cut at commas and white space.
      - If empty, all enabled tables. A disabled table is backed up if it is named.
    type: raw
  listed:
    description:
      - The names of the tables that the inventory lists for this target. Those that no stack backs up are
        told in RV(not_deployed), unless O(tables) names any.
    type: list
    elements: str
    default: []
  others:
    description:
      - The names of the tables that the inventory lists for each other target of the play, by target. Where
        O(tables) names one of those, it is left to that target, as RV(elsewhere) tells.
    type: dict
    default: {}
  started_by:
    description: Who or what asked for these backups, kept in the execution's input.
    type: str
    default: ansible
  wait:
    description: Wait until all backups have ended. Without it only the start can fail.
    type: bool
    default: true
  wait_timeout:
    description:
      - For how many seconds to wait. What is still running then fails the task, and goes on in AWS.
      - Temporary credentials must live as long as the wait.
    type: float
    default: 86400
  wait_sleep:
    description: How many seconds pass between two looks at the backups.
    type: float
    default: 15
  fail_on_failed_tables:
    description:
      - Fail if a table's backup failed, or is still running after O(wait_timeout).
      - Without it only RV(failed_tables), RV(unfinished_tables) and RV(msg) tell, so that a play can publish
        them before it fails.
    type: bool
    default: true
notes:
  - When the output of C(ansible-playbook) goes into a pipe or a file, Python keeps lines back until it has
    many. Set the environment variable E(PYTHONUNBUFFERED) to V(1) to see them at once. In a terminal and in
    AWX they come at once by themselves.
attributes:
  action:
    description: Has a corresponding action plugin, so some parts of the options can be run on the controller.
    support: full
  async:
    description: Supports being used with the C(async) keyword. Use O(wait=false) instead.
    support: none
  idempotent:
    description: Each call starts backups, so that no call leaves AWS as it was.
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
- name: Back up all enabled tables now
  tablekeeper.dynamodb.run:
    region: eu-west-1

- name: Back up two tables before a migration, for 2 hours at most
  tablekeeper.dynamodb.run:
    region: eu-west-1
    tables: [orders, sessions]
    started_by: migration 42
    wait_timeout: 7200

- name: Start backups and do not wait
  tablekeeper.dynamodb.run:
    region: eu-west-1
    wait: false
"""

RETURN = r"""
account_id:
  description: The account that was asked, empty if it could not be told.
  returned: always
  type: str
  sample: "123456789012"
msg:
  description: How the run ended, in a sentence or two.
  returned: always
  type: str
  sample: >-
    1 of 2 tables failed. sessions: Point in time recovery is not enabled.
    Switch point-in-time recovery on: set tablekeeper_enable_pitr: true and run the backup playbook (it costs
    money by the size of the table). Then run the run playbook again with -e tables=sessions.
succeeded:
  description: Whether every backup that was waited for succeeded, and every other was started.
  returned: always
  type: bool
  sample: false
runs:
  description:
    - The executions that were started, one for each stack that has tables to back up. With the engine
      data_pipeline, C(execution) is the id of a pipeline, one for each pipeline whose tables are backed up.
  returned: always
  type: list
  elements: dict
  sample:
    - stack: tk-export-1
      engine: export
      execution: arn:aws:states:eu-west-1:123456789012:execution:tk-export-1:by-hand-20261123T140003Z-1a2b3c4d
      state: FAILED
      cause: ""
      tables: [orders, sessions]
tables:
  description:
    - How each table's backup is getting on.
    - Its C(state) is V(planned) in check mode, and V(running), V(succeeded) or V(failed) otherwise.
    - The engine data_pipeline counts C(files) and no items, and tells where the C(log) is.
  returned: always
  type: list
  elements: dict
  sample:
    - table: orders
      state: succeeded
      prefix: retain-35d/orders/20261123T140003Z-1a2b3c4d
      export: 01700000000000-abcdef01
      items: 1234
      bytes: 5600000
      started: "2026-11-23T14:00:03Z"
      finished: "2026-11-23T14:12:41Z"
    - table: sessions
      state: failed
      error: DynamoDb.PointInTimeRecoveryUnavailableException
      cause: Point in time recovery is not enabled for table 'sessions'
      started: "2026-11-23T14:00:03Z"
      finished: "2026-11-23T14:00:04Z"
failed_tables:
  description: Names of the tables whose backup failed.
  returned: always
  type: list
  elements: str
  sample: [sessions]
unfinished_tables:
  description: Names of the tables whose backup was running when the wait was over, or if there was no wait.
  returned: always
  type: list
  elements: str
  sample: []
not_deployed:
  description: The tables in O(listed) that no stack backs up. With any of them RV(succeeded) is false.
  returned: always
  type: list
  elements: str
  sample: []
elsewhere:
  description: The tables in O(tables) that are left to another target.
  returned: always
  type: list
  elements: str
  sample: []
"""

import traceback

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import sts
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.run import MachineError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.selection import SelectionError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._run.apply import ask
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._run.options import START


def main() -> None:
    module = AnsibleAWSModule(argument_spec=START, supports_check_mode=True)
    try:
        result = ask(Aws.of(module), module.region, module.params, check=module.check_mode)
    except (SelectionError, MachineError, sts.WrongAccountError) as error:
        module.fail_json(msg=str(error))
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg="The backups cannot be read from AWS")
    except Exception as error:  # whatever it is, backups may be running that somebody waits for
        module.fail_json(msg=f"An error that was not expected, {error!r}", traceback=traceback.format_exc())
    module.exit_json(**result)


if __name__ == "__main__":
    main()
