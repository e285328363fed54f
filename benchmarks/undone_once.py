# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans an undo, or executes a plan, and prints what it took: ``python -m benchmarks.undone_once OPTIONS``,
as the account of the environment. The options are those of the module, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import boto3
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.lines import Lines
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import (
    apply,
    apply_plan,
    asked,
    gather_planned,
    gather_table,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.options import PUT_BACK


def done(options: dict[str, Any]) -> dict[str, Any]:
    """The id of the plan and its counts, and of one that was executed what became of it."""
    validated = ArgumentSpecValidator(PUT_BACK).validate(options)
    if validated.error_messages:
        raise SystemExit(f"the options are none: {validated.error_messages}")
    wanted = asked.read(validated.validated_parameters)
    aws, region = Aws(boto3.client), str(boto3.Session().region_name)
    lines = Lines(wanted.table, lambda line: print(line, file=sys.stderr), time.monotonic)
    place = gather_table.place(aws, region, validated.validated_parameters, wanted)
    if not wanted.plan:
        plan = apply_plan.planned(aws, place, wanted, lines)
        return {"id": plan.id, "counts": plan.counts, "units": plan.work.write_units}
    plan = gather_planned.read_plan(aws, place.bucket, wanted.table, wanted.plan)
    found = apply.execute(aws, place, plan, wanted, lines, check=False)
    told = ("done", "verified", "write_units", "phases", "succeeded", "changed")
    return {"id": plan.id, **{name: found[name] for name in told}}


def main() -> None:
    start, cpu = time.monotonic(), time.process_time()
    found = done(json.loads(sys.argv[1]))
    found |= {"seconds": time.monotonic() - start, "cpu": time.process_time() - cpu}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
