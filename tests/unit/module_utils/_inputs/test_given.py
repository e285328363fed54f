# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is given by hand and misspelt is told, and what is somebody else's is not."""

from __future__ import annotations

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.given import misspelt
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.roles import ROLES, variable


@pytest.mark.parametrize(
    ("role", "name", "words"),
    [
        ("run", "table", "there is no such variable: the nearest is tables"),
        ("run", "Tables", "the nearest is tables"),
        ("run", "run_tabels", "the nearest is run_tables"),
        ("run", "wait", "this playbook calls it run_wait"),
        ("run", "account_id", "this playbook calls it tablekeeper_account_id"),
        ("run", "tablekeeper_regoin", "the nearest is tablekeeper_region"),
        ("run", "tablekeeper_every", "it is a key of tables"),
        ("status", "verify", "this playbook calls it status_verify"),
        ("status", "status_verfy", "the nearest is status_verify"),
        ("status", "tabels", "the nearest is tables"),
        ("teardown", "tables", "takes no selection of tables"),
        ("teardown", "table", "takes no selection of tables"),
        ("teardown", "confirm", "this playbook calls it teardown_confirm"),
        ("backup", "tables", "takes no selection of tables"),
        ("render", "tables", "takes no selection of tables"),
        ("render", "render_too", "the nearest is render_to"),
        ("restore", "tables", "this playbook takes one table: restore_table"),
        ("restore", "table", "this playbook calls it restore_table"),
    ],
)
def test_a_misspelt_name_is_told_with_the_right_one(role: str, name: str, words: str) -> None:
    (told,) = misspelt([name], role)
    assert told.startswith(f"{name} is set, but ")
    assert words in told


@pytest.mark.parametrize("role", [*ROLES, "backup"])
def test_what_is_right_or_somebody_else_s_is_not_told(role: str) -> None:
    own = [variable(role, key) for key in ROLES.get(role, ())]
    published = [f"tablekeeper_{each}" for each in ("backup", "render", "run", "status", "teardown")]
    others = [
        "region",
        "prefix",
        "ansible_user",
        "nobody_s_poll_seconds",
        "awx_job_id",
        "tower_job_id",
        "stage",
        "tablekeeper_awx_name",
    ]
    ours = ["tablekeeper_alerts", "tablekeeper_account_id", "tablekeeper_role_arn", "tablekeeper_profile"]
    assert list(misspelt([*own, *published, *others, *ours], role)) == []
