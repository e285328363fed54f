# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to do comes in an order in which it works, and only what is still to be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import (
    Evidence,
    Flaw,
    SavedSettings,
    SourceTable,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.verdict import judge
from tests.unit.support.evidence import ALARM, NOW, deviation, evidence, point, run
from tests.unit.support.verdict_cases import CASES, YOUNG


def codes(found: Evidence) -> list[str]:
    return [reason.code for reason in judge(found, NOW).reasons]


OFF = SourceTable(exists=True, recovery="DISABLED")
AGAIN = "run the run playbook with -e tables=orders"
ON = f"switch point-in-time recovery on (tablekeeper_enable_pitr: true and the backup playbook), then {AGAIN}"


@pytest.mark.parametrize(
    "changes",
    [
        {"runs": (run(2, "FAILED"),), "points": (point(10, retention_days=2),)},
        {"runs": (run(2, "FAILED"),)},
        {"runs": ()},
        {"runs": (), "points": (point(25, retention_days=1),)},
        {"runs": (), "alarm": YOUNG},
        {"runs": (run(50),), "alarm": replace(ALARM, state="ALARM")},
        {"flaws": (Flaw("point_missing", "there is no manifest-summary.json"),)},
    ],
)
def test_what_keeps_a_table_from_being_backed_up_comes_before_another_run(changes: dict[str, Any]) -> None:
    """Whatever reason is read first, its advice works."""
    *others, _recovery = sorted(
        judge(evidence(**changes, source=OFF), NOW).reasons, key=lambda each: each.code == "recovery_off"
    )
    assert others
    assert all(ON in each.message for each in others)
    healthy = judge(evidence(**changes), NOW).reasons
    assert all(AGAIN in each.message and ON not in each.message for each in healthy)


def test_a_table_that_is_gone_comes_back_under_its_name_before_another_run() -> None:
    """A restore that is given no name makes another table beside, which helps no backup."""
    back = "run the restore playbook with -e restore_table=orders -e restore_to=orders"
    found = judge(evidence(runs=(run(50),), source=SourceTable(exists=False)), NOW).reasons
    assert [each.code for each in found] == ["too_old", "table_missing"]
    assert f": {back}, then {AGAIN}." in found[0].message
    assert f": {back}, which brings its last backup back under its name, or write" in found[1].message


@pytest.mark.parametrize(
    ("kind", "logical_id", "first"),
    [
        ("StepFunctions::StateMachine", "Machine", "run the backup playbook"),
        ("IAM::Role", "MachineRole", "run the backup playbook"),
        ("KMS::Key", "", "see to its key, as is told of it"),
    ],
)
def test_what_is_gone_is_made_again_before_another_run(kind: str, logical_id: str, first: str) -> None:
    gone = (deviation(kind, logical_id, "missing"), deviation("SNS::Topic", "TordersHeartbeat", "missing"))
    (reason, *_others) = judge(evidence(runs=(run(50),), deviations=gone[:1]), NOW).reasons
    assert reason.code == "too_old"
    assert f": {first}, then {AGAIN}." in reason.message
    both = judge(evidence(runs=(run(50),), deviations=gone), NOW).reasons[0].message
    assert both.count("run the backup playbook") == 1


@pytest.mark.parametrize("changes", [case[1] for case in CASES if "runs" not in case[1]])
def test_whatever_will_fail_the_next_backup_comes_first(changes: dict[str, Any]) -> None:
    reasons = {
        each.code: each.message for each in judge(evidence(**{"runs": (run(50),), **changes}), NOW).reasons
    }
    if any("next backup will fail" in message for message in reasons.values()) and "too_old" in reasons:
        assert "see why no later one was made" not in reasons["too_old"]
        assert f", then {AGAIN}." in reasons["too_old"]


def test_until_the_last_backup_is_deleted_the_cause_is_to_be_mended_first() -> None:
    found = evidence(runs=(run(2, "FAILED"),), points=(point(10, retention_days=2),))
    assert (
        f"before that, mend the cause, unless it is gone, then {AGAIN}; or keep"
        in judge(found, NOW).reasons[0].message
    )


EMPTY = (
    "The export holds no item. If the table may be empty, set allow_empty for it and run the backup playbook."
)
NO_RECOVERY = "DynamoDb.PointInTimeRecoveryUnavailableException"


@pytest.mark.parametrize(
    ("failed", "recovery", "end"),
    [
        ({"cause": "denied"}, "ENABLED", f": mend the cause, unless it is gone, then {AGAIN}."),
        (
            {"cause": EMPTY},
            "ENABLED",
            f"run the backup playbook): do that, unless it is done, then {AGAIN}.",
        ),
        ({"cause": EMPTY}, "DISABLED", f"): {ON}."),
        ({"error": NO_RECOVERY}, "ENABLED", f"({NO_RECOVERY}): {AGAIN}."),
        ({"error": NO_RECOVERY}, "DISABLED", f"({NO_RECOVERY}): {ON}."),
        ({"error": NO_RECOVERY}, "", f"): mend the cause, unless it is gone, then {AGAIN}."),
        ({"error": "DynamoDb.TableNotFoundException"}, "ENABLED", f"Exception): {AGAIN}."),
        ({"cause": "Requested resource not found: Table: x not found"}, "ENABLED", f"found): {AGAIN}."),
    ],
)
def test_the_advice_about_a_failure_holds_also_when_its_cause_is_gone(
    failed: dict[str, str], recovery: str, end: str
) -> None:
    source = SourceTable(exists=True, recovery=recovery)
    runs = (run(10), run(2, "FAILED", **failed))
    (reason, *_others) = judge(evidence(runs=runs, source=source), NOW).reasons
    assert reason.code == "last_run_failed"
    assert reason.message.endswith(end)


def test_of_backups_that_are_gone_none_is_to_be_kept() -> None:
    soon: dict[str, Any] = {"runs": (), "points": (point(29 * 24),)}
    assert codes(evidence(**soon)) == ["point_expires_soon", "too_old"]
    missing = (Flaw("point_missing", "there is no manifest-summary.json"),)
    without = evidence(**soon, flaws=missing, saved=SavedSettings(exists=False))
    assert codes(without) == ["point_missing", "too_old"]
    gone = (deviation("S3::Bucket", "Bucket", "missing"),)
    assert codes(evidence(**soon, deviations=gone)) == ["bucket_missing", "too_old"]


@pytest.mark.parametrize(("days", "told"), [((2,), "version of it any"), ((2, 3), "version of them any")])
def test_of_what_is_lost_one_or_more_are_told(days: tuple[int, ...], told: str) -> None:
    (reason,) = judge(evidence(lost=tuple(NOW - timedelta(days=each) for each in days)), NOW).reasons
    assert told in reason.message
    assert f"brings {told.split()[2]} back" in reason.message
