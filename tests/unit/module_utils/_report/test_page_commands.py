# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.page_troubles import (
    commands,
    since,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.answer import report
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.reasons import NOTES, Rules
from tests.unit.support.evidence import NOW, PATH, evidence
from tests.unit.support.status_pages import Target
from tests.unit.support.verdict_cases import CASES

_NAMED = re.compile(r"the (\w+) playbook")
# Who is told of another way there, or of what it leaves.
_OTHERWISE = {
    "no_confirmed_subscriber",
    "role_altered",
    "subscriber_pending",
    "table_missing",
    "point_expires_soon",
}


@pytest.mark.parametrize("changes", [changes for codes, changes in CASES if not set(codes) <= NOTES])
def test_the_command_is_what_the_message_says(changes: dict[str, Any]) -> None:
    (table,) = report(Target("tablekeeper", PATH, (evidence(**changes),)), NOW, Rules(), 0)["tables"]
    for reason in table["reasons"]:
        lines = commands([reason["message"]], "eu", ["orders"])
        found = {line.split()[1].rpartition(".")[2] for line in lines}
        named = set(_NAMED.findall(reason["message"]))
        assert found == named or (reason["code"] in _OTHERWISE and found < named)
        told = since(reason["code"], table)
        assert told is None or told <= "2026-11-23T12:00:00Z"


def test_most_reasons_have_a_command() -> None:
    tables = [
        report(Target("tablekeeper", PATH, (evidence(**changes),)), NOW, Rules(), 0)["tables"][0]
        for codes, changes in CASES
    ]
    reasons = [each for table in tables for each in table["reasons"] if not each["note"]]
    helped = {each["code"] for each in reasons if commands([each["message"]], "eu")}
    without = {each["code"] for each in reasons} - helped
    assert without == {
        "access_denied", "not_answered", "alarm_muted", "export_state_unknown", "points_deleted",
        "run_state_unknown", "schedule_state_unknown", "subscriber_pending", "table_key_unusable",
    }  # fmt: skip


@pytest.mark.parametrize(
    "cause", ["(aws s3 rb --force s3://b)", "run the rm playbook", "run the run playbook; id"]
)
def test_a_cause_cannot_put_a_command_on_the_page(cause: str) -> None:
    for line in commands([f"The last backup failed ({cause})."], "eu", ["orders"]):
        assert line == "ansible-playbook tablekeeper.dynamodb.run -i inventory --limit eu -e tables=orders"
