#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: prepare_deployment
short_description: (internal) Do what engines want done before stacks are deployed or removed
version_added: 0.1.0
description:
  - Asks each engine what is to be done. If that would cancel what is at work, changes nothing and fails
    with the reason, unless O(stop_running) is true.
  - The engine export switches on point-in-time recovery (PITR), without which DynamoDB exports no table.
    Takes one C(DescribeContinuousBackups) call for each table given, and one C(UpdateContinuousBackups)
    call for each whose PITR is off.
  - The engine data_pipeline looks whether pipelines that go with their stacks are at work. It deletes those
    that M(tablekeeper.dynamodb.run) made to run their tables on demand, which are in no stack.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  engines:
    description:
      - What each engine wants, as P(tablekeeper.dynamodb.deployment#filter) and
        P(tablekeeper.dynamodb.teardown_work#filter) tell it.
    type: dict
    required: true
  stop_running:
    description: Do it even if something is at work, which is canceled.
    type: bool
    default: false
  wait_timeout:
    description:
      - How many seconds to go on trying where AWS puts it off, as it does for a table that was made a
        moment ago.
    type: int
    default: 300
attributes:
  diff_mode:
    support: full
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Have every table exported
  tablekeeper.dynamodb.prepare_deployment:
    engines: {export: {recovery: [orders, sessions]}}
    region: eu-west-1
"""

RETURN = r"""
changes:
  description:
    - What was changed for each engine (in check mode, would be), by name. These are tables whose PITR was
      switched on, and pipelines that were deleted.
  returned: when it was not refused
  type: dict
  sample: {"export": [sessions]}
failed_tables:
  description: Tables that could not be prepared, with what AWS said. The others are all the same.
  returned: when it was not refused
  type: dict
  sample: {"orders": "ContinuousBackupsUnavailableException: Backups are being enabled for the table: orders"}
"""

from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import (
    Aws,
    MaskedError,
    NoClockError,
    told_of,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.registry import ENGINES


class AtWorkError(Exception):
    """Something is at work that would be canceled."""


def prepare(aws: Aws, params: dict[str, Any], *, check: bool) -> dict[str, Any]:
    """The module's result. Every engine is asked before the first one changes something."""
    found = {name: ENGINES[name].prepare(aws, wanted) for name, wanted in params["engines"].items()}
    refusals = [each.refusal for each in found.values() if each.at_work]
    if refusals and not params["stop_running"]:
        raise AtWorkError(" ".join(refusals))
    failed: dict[str, str] = {}
    for each in [] if check else found.values():
        failed |= each.do(params["wait_timeout"])
    changes = {
        engine: [name for name in each.changes if name not in failed] for engine, each in found.items()
    }
    before, after = (
        "".join(
            f"{name}: {found[engine].states[at]}\n" for engine, names in changes.items() for name in names
        )
        for at in (0, 1)
    )
    return {
        "changed": any(changes.values()),
        "changes": changes,
        "failed_tables": failed,
        "diff": {"before": before, "after": after},
    }


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "engines": {"type": "dict", "required": True},
            "stop_running": {"type": "bool", "default": False},
            "wait_timeout": {"type": "int", "default": 300},
        },
        supports_check_mode=True,
    )
    try:
        result = prepare(Aws.of(module), module.params, check=module.check_mode)
    except (AtWorkError, MaskedError) as error:
        module.fail_json(msg=str(error))
    except NoClockError:
        module.fail_json(msg="AWS's answers carry no date: does a proxy remove it?")
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg=told_of(error, "The engines cannot be prepared"))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
