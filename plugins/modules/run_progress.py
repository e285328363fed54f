#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: run_progress
short_description: (internal) Tell how backups get on that were started
version_added: 0.1.0
description:
  - Looks at executions that M(tablekeeper.dynamodb.run) has started. The action plugin of that module calls
    this one, each time with what it answered before, so that it asks for the rest only.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  watches:
    description: The executions to look at.
    type: list
    elements: dict
    required: true
    suboptions:
      execution:
        description: ARN of the execution, or id of the pipeline.
        type: str
        required: true
      tables:
        description: The tables it was started for.
        type: list
        elements: str
        required: true
      engine:
        description: The engine that does the work.
        type: str
        required: true
      map_run:
        description: ARN of its map run, if known.
        type: str
        default: ""
      seen:
        description: Names of the map run's children, or of the tables, whose results are known.
        type: list
        elements: str
        default: []
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Look at an execution
  tablekeeper.dynamodb.run_progress:
    region: eu-west-1
    watches:
      - execution: arn:aws:states:eu-west-1:123456789012:execution:tk-export-1:by-hand-1a2b3c4d
        tables: [orders]
        engine: export
"""

RETURN = r"""
looks:
  description:
    - For each, its C(state), whether it C(ended), new C(results), and the C(watch) for the next look.
  returned: always
  type: list
  elements: dict
  sample: []
"""

import traceback
from dataclasses import asdict
from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.run import MachineError, Watch
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._run import apply_runs
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._run.options import LOOK


def look(aws: Aws, watches: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What became of executions that were started earlier."""
    known = (
        Watch(**{**each, "tables": tuple(each["tables"]), "seen": tuple(each["seen"])}) for each in watches
    )
    return [asdict(apply_runs.look(aws, watch)) for watch in known]


def main() -> None:
    module = AnsibleAWSModule(argument_spec=LOOK, supports_check_mode=True)
    try:
        looks = look(Aws.of(module), module.params["watches"])
    except MachineError as error:
        module.fail_json(msg=str(error))
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg="The backups cannot be read from AWS")
    except Exception as error:  # whatever it is, the backups go on, and somebody waits for them
        module.fail_json(msg=f"An error that was not expected, {error!r}", traceback=traceback.format_exc())
    module.exit_json(changed=False, looks=looks)


if __name__ == "__main__":
    main()
