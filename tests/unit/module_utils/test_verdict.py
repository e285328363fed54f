# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._evidence import (
    AlertPath,
    Evidence,
    Flaw,
    Refusal,
    Starter,
    Subscriber,
    Target,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._reasons import CODES, NOTES
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._verdict import judge, judge_target
from tests.unit.module_utils.evidence import (
    ALARM,
    DENIED,
    NOW,
    PATH,
    RECORD,
    SUBSCRIBER,
    TOPIC,
    evidence,
    point,
    run,
)

PENDING = Subscriber("email", "new@example.com", confirmed=False)
BUSY = Refusal("cloudwatch:DescribeAlarms", "InternalFailure", "try later", denied=False)
YOUNG = replace(ALARM, configured=NOW - timedelta(hours=29))


def codes(found: Evidence, **options: Any) -> list[str]:
    return [reason.code for reason in judge(found, NOW, **options).reasons]


def starter(state: str, *, runs: bool | None) -> Starter:
    return Starter("df-1", "tablekeeper-data-pipeline-1-24h", state, runs)


# Each case differs from a healthy table in what its keywords say, and has exactly these codes.
CASES: list[tuple[list[str], dict[str, Any]]] = [
    ([], {}),
    (["not_listed"], {"record": None}),
    (["not_deployed"], {"record": None, "deployed": False}),
    (["access_denied"], {"record": None, "path": AlertPath(None, exists=DENIED)}),
    (["disabled"], {"record": replace(RECORD, enabled=False), "runs": (), "alarm": None}),
    # runs
    (["last_run_failed"], {"runs": (run(10), run(2, "FAILED"))}),
    (["last_run_failed"], {"runs": (run(10), run(2, "PENDING_REDRIVE"))}),
    (["last_run_timed_out"], {"runs": (run(10), run(2, "TIMED_OUT"))}),
    (["last_run_aborted"], {"runs": (run(10), run(2, "ABORTED"))}),
    (["run_state_unknown"], {"runs": (run(10), run(2, "HALTED"))}),
    ([], {"runs": (run(2), run(10, "FAILED"))}),
    ([], {"runs": (run(10), run(1, "RUNNING"))}),
    (["last_run_failed"], {"runs": (run(10), run(2, "FAILED"), run(1, "RUNNING"))}),
    (["run_stuck"], {"runs": (run(10), run(31, "RUNNING"))}),
    ([], {"runs": (run(10), run(29, "RUNNING"))}),
    (["last_run_aborted"], {"runs": (run(10), run(2, "PAUSED"))}),
    # what starts them
    ([], {"starter": starter("SCHEDULED", runs=True)}),
    (["schedule_missing"], {"starter": starter("", runs=False)}),
    (["schedule_stopped"], {"starter": starter("INACTIVE", runs=False)}),
    (["schedule_state_unknown"], {"starter": starter("DREAMING", runs=None)}),
    # points
    (["no_good_point", "last_run_failed"], {"runs": (run(2, "FAILED"),)}),
    (["never_ran"], {"runs": ()}),
    (["never_ran", "alarm_missing"], {"runs": (), "alarm": None}),
    (["waiting_for_first_run"], {"runs": (), "alarm": YOUNG}),
    (["waiting_for_first_run"], {"runs": (run(1, "RUNNING"),), "alarm": YOUNG}),
    (["no_good_point", "last_run_failed"], {"runs": (run(2, "FAILED"),), "alarm": YOUNG}),
    ([], {"runs": (), "points": (point(10),)}),
    ([], {"runs": (run(10, "FAILED"),), "points": (point(2),)}),
    (["last_run_failed"], {"runs": (run(2, "FAILED"),), "points": (point(10),)}),
    (["too_old"], {"runs": (run(30.5),)}),
    ([], {"runs": (run(30.25),)}),
    # of the moment of its data, however long it took to write them
    (["too_old"], {"runs": (), "points": (point(1, taken=NOW - timedelta(hours=31)),)}),
    ([], {"runs": (), "points": (point(1, taken=NOW - timedelta(hours=29)),)}),
    (["point_expired"], {"runs": (), "points": (point(35 * 24 + 1),)}),
    (["point_expired"], {"runs": (), "points": (point(25, retention_days=1),)}),
    (["point_missing"], {"flaws": (Flaw("point_missing", "there is no manifest-summary.json"),)}),
    (["point_incomplete"], {"flaws": (Flaw("point_incomplete", "a file is gone"),)}),
    (["point_corrupt"], {"flaws": (Flaw("point_corrupt", "the counts differ"),)}),
    (["point_filtered"], {"flaws": (Flaw("point_filtered", "it was exported with a filter"),)}),
    (["export_state_unknown"], {"flaws": (Flaw("export_state_unknown", "it is HALTED"),)}),
    (["export_expired"], {"flaws": (Flaw("export_expired", "90 days"),)}),
    # what AWS would not tell
    (["access_denied"], {"runs": (), "refusals": (DENIED,)}),
    (["not_answered"], {"runs": (), "refusals": (BUSY,)}),
    (["access_denied"], {"alarm": DENIED}),
    (["not_answered"], {"alarm": BUSY}),
    # the alarm
    (["alarm_missing"], {"alarm": None}),
    (["alarm_altered"], {"alarm": replace(ALARM, deviations=("TreatMissingData",))}),
    (["alarm_actions_disabled"], {"alarm": replace(ALARM, actions_enabled=False)}),
    (["alarm_actions_missing"], {"alarm": replace(ALARM, actions=())}),
    (["alarm_points_elsewhere"], {"alarm": replace(ALARM, actions=(f"{TOPIC}-2",))}),
    ([], {"alarm": replace(ALARM, actions=(f"{TOPIC}-2", TOPIC))}),
    (["alarm_firing"], {"alarm": replace(ALARM, state="ALARM")}),
    (["alarm_state_unknown"], {"alarm": replace(ALARM, state="INSUFFICIENT_DATA")}),
    (["alarm_state_unknown"], {"alarm": replace(ALARM, state="SNOOZED")}),
    # the way to people
    (["alert_topic_missing"], {"path": AlertPath(TOPIC, exists=False)}),
    (["alert_topic_missing"], {"path": AlertPath(None, exists=False)}),
    (["access_denied"], {"path": replace(PATH, exists=DENIED)}),
    (["no_confirmed_subscriber"], {"path": replace(PATH, subscribers=())}),
    (["no_confirmed_subscriber", "subscriber_pending"], {"path": replace(PATH, subscribers=(PENDING,))}),
    ([], {"path": replace(PATH, subscribers=(PENDING, SUBSCRIBER))}),
    (["access_denied"], {"path": replace(PATH, subscribers=DENIED)}),
    (["alert_policy_blocks_cloudwatch"], {"path": replace(PATH, policy_open=False)}),
    (["alert_key_blocks_cloudwatch"], {"path": replace(PATH, key="alias/aws/sns", key_open=False)}),
    ([], {"path": replace(PATH, key="alias/ours", key_open=True)}),
    (["access_denied"], {"path": replace(PATH, key="alias/ours", key_open=DENIED)}),
]


@pytest.mark.parametrize(("expected", "changes"), CASES)
def test_verdict(expected: list[str], changes: dict[str, Any]) -> None:
    verdict = judge(evidence(**changes), NOW)
    assert [reason.code for reason in verdict.reasons] == expected
    assert verdict.healthy == (set(expected) <= NOTES)


def test_every_code_has_a_case() -> None:
    assert {code for expected, _changes in CASES for code in expected} == set(CODES)


@pytest.mark.parametrize(("expected", "changes"), [case for case in CASES if case[0]])
def test_a_message_is_a_sentence_that_names_the_table(expected: list[str], changes: dict[str, Any]) -> None:
    for reason in judge(evidence(**changes), NOW).reasons:
        assert reason.code in expected
        assert "orders" in reason.message
        assert reason.message.endswith(".")


def test_who_was_asked_already_need_not_be_added() -> None:
    nobody, pending = (
        judge(evidence(path=replace(PATH, subscribers=found)), NOW).reasons[0].message
        for found in ((), (PENDING,))
    )
    assert "add somebody to tablekeeper_alerts" in nobody
    assert pending.endswith("it waits for new@example.com to follow the link in AWS's message.")


@pytest.mark.parametrize("expected", [True, False])
def test_a_table_of_the_inventory_is_listed_already(expected: bool) -> None:
    (reason,) = judge(evidence(record=None, expected=expected), NOW).reasons
    assert ("add it to tablekeeper_tables" in reason.message) is not expected
    assert "run the backup playbook" in reason.message


def test_a_failure_is_told_with_its_error_and_cause() -> None:
    failed = run(2, "FAILED", error="PointInTimeRecoveryUnavailable", cause="PITR is off")
    (reason,) = judge(evidence(runs=(run(10), failed)), NOW).reasons
    assert "(PointInTimeRecoveryUnavailable: PITR is off)" in reason.message


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


KNOWN_STATES = {"SUCCEEDED", "RUNNING"}
words = st.text(min_size=1, max_size=20)


@given(words.filter(lambda state: state not in KNOWN_STATES))
def test_a_run_in_any_other_state_is_never_healthy(state: str) -> None:
    assert not judge(evidence(runs=(run(10), run(2, state))), NOW).healthy


@given(words.filter(lambda state: state != "OK"))
def test_an_alarm_in_any_other_state_is_never_healthy(state: str) -> None:
    assert not judge(evidence(alarm=replace(ALARM, state=state)), NOW).healthy


states = st.sampled_from(["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "RUNNING", "HALTED"])
times = st.integers(1, 60).map(lambda quarters: quarters / 4 + 1)
runs = st.lists(st.builds(run, times, states), unique_by=lambda each: each.id, max_size=6)
flaws = st.lists(st.builds(Flaw, st.sampled_from(["point_missing", "point_corrupt"]), words), max_size=3)


@given(runs, flaws, st.lists(st.booleans(), max_size=4), st.randoms())
def test_the_order_of_evidence_means_nothing(
    made: list[Any], found: list[Flaw], confirmed: list[bool], random: Any
) -> None:
    subscribers = [Subscriber("sqs", f"queue-{number}", each) for number, each in enumerate(confirmed)]
    actions = [f"{TOPIC}-2", f"{TOPIC}-3"]
    verdicts = set()
    for _shuffle in range(3):
        for parts in (made, found, subscribers, actions):
            random.shuffle(parts)
        alarm = replace(ALARM, actions=tuple(actions))
        path = replace(PATH, subscribers=tuple(subscribers))
        verdicts.add(judge(evidence(runs=tuple(made), flaws=tuple(found), alarm=alarm, path=path), NOW))
    assert len(verdicts) == 1
