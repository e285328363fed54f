# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import (
    SourceTable,
    Subscriber,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.page_commands import commands
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.page_troubles import (
    since,
    troubles,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.answer import report
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.reasons import NOTES, Rules
from tests.unit.support.evidence import NOW, PATH, SUBSCRIBER, deviation, evidence, run
from tests.unit.support.status_pages import Target, named
from tests.unit.support.verdict_cases import CASES

_NAMED = re.compile(r"the (\w+) playbook")
# Where somebody has to decide, to look or to write something before a playbook that is named helps, or is
# told what comes after it: at least in some of their cases.
_OTHERWISE = {
    "key_missing",
    "last_run_aborted",
    "last_run_failed",
    "last_run_timed_out",
    "no_confirmed_subscriber",
    "not_listed",
    "point_expires_soon",
    "role_altered",
    "run_stuck",
    "stack_stuck",
    "start_missed",
    "subscriber_pending",
    "subscriber_unreachable",
    "table_missing",
}


def reason(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "message": message, "note": False}


@pytest.mark.parametrize("changes", [changes for codes, changes in CASES if not set(codes) <= NOTES])
def test_the_command_is_what_the_message_says(changes: dict[str, Any]) -> None:
    (table,) = report(Target("tablekeeper", PATH, (evidence(**changes),)), NOW, Rules(), 0)["tables"]
    for reason in table["reasons"]:
        lines = commands([reason], "eu", ["orders"])
        found = {line.split()[1].rpartition(".")[2] for line in lines}
        meant = set(_NAMED.findall(reason["message"]))
        assert found == meant or (reason["code"] in _OTHERWISE and found < meant)
        told = since(reason["code"], table)
        assert told is None or told <= "2026-11-23T12:00:00Z"


def test_most_reasons_have_a_command() -> None:
    tables = [
        report(Target("tablekeeper", PATH, (evidence(**changes),)), NOW, Rules(), 0)["tables"][0]
        for codes, changes in CASES
    ]
    reasons = [each for table in tables for each in table["reasons"] if not each["note"]]
    helped = {each["code"] for each in reasons if commands([each], "eu")}
    without = {each["code"] for each in reasons} - helped
    assert without == {
        "access_denied", "not_answered", "alarm_muted", "export_state_unknown", "points_deleted",
        "run_state_unknown", "run_stuck", "schedule_state_unknown", "stack_stuck", "start_missed",
        "subscriber_pending", "subscriber_unreachable", "table_key_unusable", "table_missing",
    }  # fmt: skip


@pytest.mark.parametrize(
    "cause", ["(aws s3 rb --force s3://b)", "run the rm playbook", "run the run playbook; id"]
)
def test_a_cause_cannot_put_a_command_on_the_page(cause: str) -> None:
    for line in commands([reason("last_run_failed", f"The last backup failed ({cause}).")], "eu", ["orders"]):
        assert line == "ansible-playbook tablekeeper.dynamodb.run -i INVENTORY --limit eu -e tables=orders"


def helped(*names: str, **changes: Any) -> list[str]:
    """What the page offers for tables that are so, without what all commands have alike."""
    answer = report(
        Target("tablekeeper", PATH, tuple(named(name, **changes) for name in names)), NOW, Rules(), 0
    )
    (told,) = troubles("eu", {"reasons": [], **answer})
    begin = "ansible-playbook tablekeeper.dynamodb."
    assert all(line.startswith(begin) and " -i INVENTORY --limit eu" in line for line in told.commands)
    return [line.removeprefix(begin).replace(" -i INVENTORY --limit eu", "") for line in told.commands]


def test_a_table_that_is_gone_is_restored_under_its_name_before_it_is_backed_up() -> None:
    gone = {"source": SourceTable(exists=False)}
    assert helped("a", "b", **gone) == [
        "restore -e restore_table=a -e restore_to=a",
        "restore -e restore_table=b -e restore_to=b",
        "run -e tables=a,b",
    ]
    late = helped("a", runs=(run(34),), **gone)
    assert late == ["restore -e restore_table=a -e restore_to=a", "run -e tables=a"]


@pytest.mark.parametrize(
    "changes",
    [
        {"runs": (run(2, "FAILED"),)},  # there is nothing to restore it from
        {"deviations": (deviation("S3::Bucket", "Bucket", "missing"),)},
    ],
)
def test_a_table_that_cannot_come_back_is_not_to_be_restored(changes: dict[str, Any]) -> None:
    lines = helped("a", source=SourceTable(exists=False), **changes)
    assert not [line for line in lines if line.startswith(("restore", "run"))]


def test_recovery_is_switched_on_before_the_next_backup() -> None:
    off = {"source": SourceTable(exists=True, recovery="DISABLED")}
    switch = "backup -e tablekeeper_enable_pitr=true"
    assert helped("a", **off) == [switch]
    assert helped("a", runs=(run(34),), **off) == [switch, "run -e tables=a"]


@pytest.mark.parametrize(
    "changes",
    [
        {"source": SourceTable(exists=True, key="k", key_state="Disabled")},
        {"runs": (run(50, "RUNNING"),)},
        {"deviations": (deviation("KMS::Key", "", "missing"),)},
        {"deviations": (deviation("KMS::Key", "", "inactive"),)},
    ],
)
def test_nothing_is_backed_up_while_somebody_has_to_see_to_it(changes: dict[str, Any]) -> None:
    assert not [line for line in helped("a", **changes) if line.startswith("run")]


def test_a_subscriber_that_does_not_exist_is_for_people() -> None:
    queue = Subscriber(
        "sqs", "arn:aws:sqs:eu-west-1:1:alerts", confirmed=True, listed=True, endpoint_exists=False
    )
    assert helped("a", path=replace(PATH, subscribers=(SUBSCRIBER, queue))) == []
    assert helped("a", path=replace(PATH, subscribers=())) == []


def test_a_table_that_is_not_listed_needs_an_entry_first() -> None:
    assert helped("a", record=None, listed=False) == []
    assert helped("a", record=None, listed=True) == ["backup"]
