# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a first `backup` and a `run` leave, for tests of what comes after: a second of work in place of 17.

`assert_same` holds the one to what the playbook leaves: for exports in test_deploying.py, for pipelines in
test_data_pipeline_runs.py.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import as_data
from ansible_collections.tablekeeper.dynamodb.plugins.modules import first_heartbeat
from benchmarks import target
from tests.unit.support.deployed import deployed

from . import state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.client.fixtures import Account
    from tests.unit.support.deployed import Target

# What differs between any two accounts: moments, ids that AWS makes, and digests of them.
NEW = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)?|\b\d{13}\b"
    r"|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b([0-9a-f]{8}|[0-9a-f]{16}|[0-9a-f]{32})\b"
    r"|\bdf-[0-9A-F]{20}\b|\bSubscription[0-9a-f]{12}\b|\bA[A-Z]{3}[0-9A-F]{17}\b"
)


def first_backup(account: Account, inventory: Mapping[str, Any]) -> Target:
    """Deploy the stacks of a target's variables, let each alarm see its first heartbeat, then arm it."""
    made = deployed(account, dict(inventory), armed=False)
    aws, watched = Aws(account.client), []
    for stack in as_data(made.plan)["stacks"]:
        tables = [each for each in stack["tables"] if each["enabled"]]
        tables += [stack["drills"]] if stack["drills"] else []
        watched += [each["alarm"] for each in tables]
        if tables:
            first_heartbeat.begin(aws, made.outputs[stack["name"]]["HeartbeatMachineArn"], tables)
    state.until(lambda: _ok(account, watched), "The first heartbeat of every table")
    made.deploy()
    return made


def _ok(account: Account, names: list[str]) -> bool:
    alarms = state.alarms(account)
    return {alarms[name]["StateValue"] for name in names} <= {"OK"}


def run(account: Account, *tables: str) -> None:
    """Back tables up, and see that it succeeds."""
    machine = state.outputs(account, "tablekeeper-export-1")["StateMachineArn"]
    target.run(account.client("stepfunctions"), machine, list(tables))


def assert_same(account: Account, other: Account) -> None:
    """What stands in two accounts is the same, but for what is new in every account."""
    ours, theirs = _left(account), _left(other)
    assert len(ours) > 1000
    assert ours == theirs


def _left(account: Account) -> list[str]:
    """All that a backup deploys, line by line; a stack's policies are in its template."""
    found = {key: value for key, value in state.snapshot(account).items() if key != "policies"}
    text = json.dumps(found, sort_keys=True, default=str, indent=1).replace(account.id, "(account)")
    return NEW.sub("(new)", text).splitlines()
