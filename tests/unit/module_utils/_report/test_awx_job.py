# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.awx_job import awx_job, in_words


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, ""),
        ({"awx_user_name": "alice"}, ""),
        ({"awx_job_id": 42, "awx_user_name": "alice"}, "AWX job 42 (alice)"),
        ({"tower_job_id": 42, "tower_user_name": 7}, "AWX job 42 (7)"),
        ({"awx_job_id": 42, "awx_schedule_name": "nightly"}, "AWX job 42 (schedule nightly)"),
        (
            {"awx_job_id": 42, "awx_workflow_job_id": 41, "awx_parent_job_schedule_name": "nightly"},
            "AWX job 42 of workflow job 41 (schedule nightly)",
        ),
        ({"awx_job_id": 42, "awx_user_name": "", "awx_job_launch_type": "webhook"}, "AWX job 42 (webhook)"),
        ({"awx_job_id": 42}, "AWX job 42"),
    ],
)
def test_a_job_in_a_few_words(variables: dict[str, object], words: str) -> None:
    assert in_words(awx_job(variables)) == words


def test_what_is_known_of_a_job_is_text() -> None:
    found = awx_job(
        {"awx_job_id": 42, "tower_job_id": 42, "awx_project_revision": "abc", "awx_user_name": None}
    )
    assert found == {"id": "42", "revision": "abc"}
