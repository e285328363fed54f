# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._evidence import (
    AlertPath,
    Evidence,
    Flaw,
    SavedSettings,
    SourceTable,
    StackState,
    Subscriber,
    Target,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._reasons import CODES, NOTES, Rules
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._verdict import judge, judge_target
from tests.unit.module_utils.evidence import (
    ALARM,
    DENIED,
    NOW,
    PATH,
    RECORD,
    SUBSCRIBER,
    deviation,
    evidence,
    point,
    run,
)
from tests.unit.module_utils.verdict_cases import BUSY, CASES, GONE, PENDING, YOUNG


def codes(found: Evidence, **rules: Any) -> list[str]:
    return [reason.code for reason in judge(found, NOW, Rules(**rules)).reasons]


@pytest.mark.parametrize(("expected", "changes"), CASES)
def test_verdict(expected: list[str], changes: dict[str, Any]) -> None:
    verdict = judge(evidence(**changes), NOW)
    assert [reason.code for reason in verdict.reasons] == expected
    assert verdict.healthy == (set(expected) <= NOTES)


def test_every_code_has_a_case() -> None:
    of_targets = {"listing_wrong", "not_looked_at", "told_elsewhere", "stack_foreign", "stack_missing"}
    assert {code for expected, _changes in CASES for code in expected} == set(CODES) - of_targets


@pytest.mark.parametrize(("expected", "changes"), [case for case in CASES if case[0]])
def test_a_message_is_a_sentence_that_names_the_table(expected: list[str], changes: dict[str, Any]) -> None:
    for reason in judge(evidence(**changes), NOW).reasons:
        assert reason.code in expected
        assert "orders" in reason.message
        assert reason.message.endswith(".")


def test_a_key_of_the_store_that_is_gone_is_not_restored() -> None:
    """Its alias goes with it."""
    gone = (deviation("KMS::Key", "Key", "missing"), deviation("KMS::Alias", "KeyAlias", "missing"))
    (reason,) = judge(evidence(deviations=gone), NOW).reasons
    assert "every backup that was made with it is lost" in reason.message
    assert "run the backup playbook, which makes another, then the run playbook" in reason.message.lower()
    (alias,) = judge(evidence(deviations=gone[1:]), NOW).reasons
    assert alias.message.endswith("run the backup playbook to restore it.")


def test_who_was_asked_already_need_not_be_added() -> None:
    nobody, pending = (
        judge(evidence(path=replace(PATH, subscribers=found)), NOW).reasons[0].message
        for found in ((), (PENDING,))
    )
    assert "add somebody to tablekeeper_alerts" in nobody
    assert "asked, or to be asked, is new@example.com. Whoever reads it has to follow the link" in pending


def test_that_nobody_has_confirmed_is_one_reason_with_what_each_has_to_do() -> None:
    hook = replace(PENDING, protocol="https", endpoint="https://example.com/secret")
    others = (replace(PENDING, endpoint="b@example.com"), replace(GONE, endpoint="c@example.com"), hook)
    (reason,) = judge(evidence(path=replace(PATH, subscribers=(PENDING, *others))), NOW).reasons
    assert reason.code == "no_confirmed_subscriber"
    asked = "b@example.com, c@example.com, https://example.com/***, new@example.com."
    assert f"is {asked} Run the backup playbook to ask c@example.com (again). " in reason.message
    assert reason.message.count("follow the link in AWS's mail") == 1
    assert reason.message.count("has to fetch the SubscribeURL") == 1


def test_it_can_be_enough_that_one_has_confirmed() -> None:
    path = replace(PATH, subscribers=(SUBSCRIBER, PENDING, replace(GONE, endpoint="gone@example.com")))
    verdict = judge(evidence(path=path), NOW, Rules(subscribers="any"))
    assert verdict.healthy
    assert [reason.code for reason in verdict.reasons] == ["subscriber_missing", "subscriber_pending"]
    assert not judge(
        evidence(path=replace(PATH, subscribers=(PENDING,))), NOW, Rules(subscribers="any")
    ).healthy


@pytest.mark.parametrize(
    ("protocol", "needs"),
    [
        ("email", "follow the link in AWS's mail, which is good for 2 days"),
        ("https", "The endpoint itself has to fetch the SubscribeURL"),
        ("http", "webhooks of chat services (Slack, Teams) cannot"),
        ("sqs", "its policy must let sns.amazonaws.com in"),
        ("lambda", "The function must exist"),
        ("sms", "the backup playbook asks again"),
    ],
)
def test_each_subscriber_is_told_what_it_needs(protocol: str, needs: str) -> None:
    waiting = Subscriber(protocol, "https://example.com/secret", confirmed=False, listed=True)
    (reason,) = judge(evidence(path=replace(PATH, subscribers=(SUBSCRIBER, waiting))), NOW).reasons
    assert needs in reason.message
    assert "secret" not in reason.message


@pytest.mark.parametrize(
    ("found", "word"),
    [
        ({}, "healthy"),
        ({"runs": (), "alarm": YOUNG}, "waiting"),
        ({"runs": (), "alarm": replace(YOUNG, actions_enabled=False)}, "unhealthy"),
        ({"record": replace(RECORD, enabled=False)}, "disabled"),
        ({"record": None, "retired": True}, "retired"),
    ],
)
def test_what_is_healthy_in_another_way_has_another_word(found: dict[str, Any], word: str) -> None:
    assert judge(evidence(**found), NOW).word == word


def test_when_the_last_backup_is_deleted_is_told_of_what_nobody_backs_up_any_more() -> None:
    for changes in ({"record": replace(RECORD, enabled=False)}, {"record": None, "retired": True}):
        (reason,) = judge(evidence(**changes), NOW).reasons
        assert reason.message.endswith("Its last backup, of 2026-11-23 02:15 UTC, is deleted on 2026-12-28.")
        kept = evidence(**changes, points=(replace(point(10), expires=None),))
        assert judge(kept, NOW).reasons[0].message.endswith("is kept until somebody deletes it.")


def test_a_mistake_in_the_inventory_and_what_could_not_be_asked_are_the_target_s() -> None:
    target = Target("tablekeeper", PATH, (evidence(),), mistakes=("orders: every is wrong.",), blind=("it",))
    assert [reason.code for reason in judge_target(target)] == ["listing_wrong", "not_looked_at"]


def test_a_stack_that_failed_before_it_listed_its_tables_is_the_target_s() -> None:
    stacks = (StackState("tablekeeper-store", "UPDATE_COMPLETE"), StackState("x-export-1", "CREATE_FAILED"))
    codes = [
        reason.code for reason in judge_target(Target("tablekeeper", PATH, (evidence(),), stacks=stacks))
    ]
    assert codes == ["stack_stuck"]


@pytest.mark.parametrize("expected", [True, False])
def test_a_table_of_the_inventory_is_listed_already(expected: bool) -> None:
    (reason,) = judge(evidence(record=None, listed=expected), NOW).reasons
    assert ("add it to tablekeeper_tables" in reason.message) is not expected
    assert "run the backup playbook" in reason.message


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"listed": True}, "table here: correct the name, or take it out of tablekeeper_tables."),
        ({"listed": False}, "table here: correct the name."),
        (
            {"listed": True, "deployed": False},
            "if they are right, correct the name, or take it out of tablekeeper_tables.",
        ),
    ],
)
def test_nobody_is_sent_to_the_backup_playbook_with_a_table_that_there_is_not(
    changes: dict[str, Any], advice: str
) -> None:
    (reason,) = judge(evidence(record=None, source=SourceTable(exists=False), **changes), NOW).reasons
    assert reason.message.endswith(advice)
    assert "backup playbook" not in reason.message


def test_a_failure_is_told_with_its_error_and_cause() -> None:
    failed = run(2, "FAILED", error="PointInTimeRecoveryUnavailable", cause="PITR is off")
    (reason,) = judge(evidence(runs=(run(10), failed)), NOW).reasons
    assert "(PointInTimeRecoveryUnavailable: PITR is off)" in reason.message


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


def test_a_denied_call_is_named() -> None:
    (reason,) = judge(evidence(alarm=DENIED), NOW).reasons
    assert "sns:GetTopicAttributes" in reason.message


@pytest.mark.parametrize(("max_age", "expected"), [(9, ["too_old"]), (10, []), (None, [])])
def test_the_allowed_age_can_be_replaced(max_age: int | None, expected: list[str]) -> None:
    assert codes(evidence(), max_age_hours=max_age) == expected


def test_the_replaced_age_decides_also_what_is_stuck() -> None:
    assert codes(evidence(runs=(run(10), run(11, "RUNNING"))), max_age_hours=10) == ["run_stuck"]


def test_reasons_come_worst_first() -> None:
    found = evidence(runs=(run(50), run(2, "FAILED")), alarm=replace(ALARM, state="ALARM"))
    assert codes(found) == ["too_old", "last_run_failed", "alarm_firing"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (PATH, ["not_deployed"]),
        (AlertPath(None, exists=DENIED), ["access_denied"]),
        (AlertPath(None, exists=BUSY), ["not_answered"]),
    ],
)
def test_a_target_without_tables_has_a_reason(path: AlertPath, expected: list[str]) -> None:
    reasons = judge_target(Target("tablekeeper", path, ()))
    assert [reason.code for reason in reasons] == expected
    assert all("tablekeeper" in reason.message for reason in reasons)


def test_a_target_with_tables_has_none() -> None:
    assert judge_target(Target("tablekeeper", PATH, (evidence(),))) == ()
