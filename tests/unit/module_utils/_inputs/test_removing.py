# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is to be done to remove a deployment, and what is told of it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.removing import report, work

INPUTS = {"prefix": "tk", "region": "eu-west-1", "store": False}
OUTPUTS = {"tk-export-1": {"StateMachineArn": "arn:1", "HeartbeatMachineArn": "arn:1h"}, "tk-export-2": {}}
DEPLOYMENT = {
    "account_id": "123456789012",
    "machinery": [{"name": name, "outputs": outputs} for name, outputs in OUTPUTS.items()],
    "existing": {
        "retention_days": [35],
        "log_bucket": False,
        "stacks": {
            "tk-export-1": {"engine": "export", "tables": [{"name": "orders"}, {"name": "users"}], "own": {}},
            "tk-export-2": {"engine": "export", "tables": [{"name": "carts"}], "own": {}},
        },
    },
}


@pytest.mark.parametrize(
    ("store", "names"),
    [(False, ["tk-export-2", "tk-export-1"]), (True, ["tk-export-2", "tk-export-1", "tk-store"])],
)
def test_the_last_stack_goes_first_and_the_store_only_if_asked(*, store: bool, names: list[str]) -> None:
    done = work({**INPUTS, "store": store}, DEPLOYMENT)
    assert done["stack_names"] == names
    assert done["state_machine_arns"] == ["arn:1", "arn:1h"]
    assert done["preparation"] == {}


@pytest.mark.parametrize(
    ("check", "doing", "done"), [(True, "Would remove", "would-remove"), (False, "Removed", "removed")]
)
def test_what_was_removed_is_told_with_its_tables(*, check: bool, doing: str, done: str) -> None:
    expiry = {"tables": [{"table": "orders", "deleted": "2026-12-24"}]}
    told = report(INPUTS, DEPLOYMENT, expiry, ["tk-export-1", "tk-store"], check=check)
    assert told["said"] == f"{doing} tk-export-1, tk-store from account 123456789012 in eu-west-1."
    assert told["told"] == {
        "account_id": "123456789012",
        "region": "eu-west-1",
        "stacks": {"tk-export-1": done, "tk-store": done},
        "tables": 2,
        "deleted_on": {"orders": "2026-12-24"},
    }


def test_it_is_told_where_nothing_is_left_and_where_aws_was_not_asked() -> None:
    said = report(INPUTS, DEPLOYMENT, {}, [], check=False)["said"]
    assert said == "Nothing is left to remove from account 123456789012 in eu-west-1."
    unknown: dict[str, Any] = report({}, {"failed": True}, {"skipped": True}, [], check=False)["told"]
    assert unknown == {"account_id": "", "region": "", "stacks": {}, "tables": 0, "deleted_on": {}}
