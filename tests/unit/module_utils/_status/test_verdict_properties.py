# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What holds for a verdict whatever the evidence is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import Flaw, Subscriber
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.verdict import judge
from tests.unit.support.evidence import ALARM, NOW, PATH, TOPIC, evidence, run

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
