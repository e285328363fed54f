# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said of a target's stacks."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import StackState, Target
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.verdict import judge_target
from tests.unit.support.evidence import PATH, RECORD, evidence


def test_a_stack_that_is_gone_and_one_of_somebody_else_are_the_target_s() -> None:
    foreign = (StackState("tablekeeper-export-3", "CREATE_COMPLETE"),)
    target = Target("tablekeeper", PATH, (evidence(),), missing=("tablekeeper-export-1",), foreign=foreign)
    missing, other = judge_target(target)
    assert (missing.code, other.code) == ("stack_missing", "stack_foreign")
    assert [each.is_note for each in (missing, other)] == [False, False]
    assert "The stack tablekeeper-export-1 is gone" in missing.message
    assert "tablekeeper-export-3 (CREATE_COMPLETE)" in other.message
    assert "another tablekeeper_prefix" in other.message


def test_a_stack_changed_by_hand_is_told_even_if_it_watches_no_table() -> None:
    stack = StackState("tablekeeper-export-1", "UPDATE_COMPLETE", ("orders",), by_hand=True)
    watched, disabled = evidence(stacks=(stack,)), evidence(record=replace(RECORD, enabled=False))
    assert judge_target(Target("tablekeeper", PATH, (watched,), stacks=(stack,))) == ()
    (reason,) = judge_target(Target("tablekeeper", PATH, (disabled,), stacks=(stack,)))
    assert reason.code == "stack_changed_by_hand"
