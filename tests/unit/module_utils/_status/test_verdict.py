# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import (
    AlertPath,
    Evidence,
    SourceTable,
    StackState,
    Subscriber,
    Target,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.reasons import CODES, NOTES, Rules
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.verdict import judge, judge_target
from tests.unit.support.evidence import (
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
from tests.unit.support.verdict_cases import BUSY, CASES, GONE, PENDING, YOUNG


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


# Of what all tables of a target have in common: no single one is named.
OF_THE_TARGET = {
    "dashboard_missing", "dashboard_altered", "subscriber_missing", "subscriber_pending",
    "subscriber_unreachable",
}  # fmt: skip


@pytest.mark.parametrize(("expected", "changes"), [case for case in CASES if case[0]])
def test_a_message_is_a_sentence_that_names_the_table(expected: list[str], changes: dict[str, Any]) -> None:
    for reason in judge(evidence(**changes), NOW).reasons:
        assert reason.code in expected
        assert "orders" in reason.message or reason.code in OF_THE_TARGET
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


def test_a_denied_call_is_named() -> None:
    (reason,) = judge(evidence(alarm=DENIED), NOW).reasons
    assert "sns:GetTopicAttributes" in reason.message


@pytest.mark.parametrize(("max_age", "expected"), [(9, ["too_old"]), (10, []), (None, [])])
def test_the_allowed_age_can_be_replaced(max_age: int | None, expected: list[str]) -> None:
    assert codes(evidence(), max_age=max_age) == expected


def test_the_replaced_age_decides_also_what_is_stuck() -> None:
    assert codes(evidence(runs=(run(10), run(11, "RUNNING"))), max_age=10) == ["run_stuck"]


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
