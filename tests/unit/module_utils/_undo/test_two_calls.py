# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two calls that execute one plan at the same time: one of them does, and the log has all of it."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import at_work
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import apply
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.apply_log import TakenOverError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.asked import NotUndoableError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.state import State
from tests.unit.support.undo_runs import Incident, running
from tests.unit.support.undoing import content, item, planned

from .test_apply import begun_by, execute, ruined, stored

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

pytestmark = pytest.mark.aws


def test_a_call_that_was_begun_in_the_same_moment_has_the_plan(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has read the state before this call kept it, and keeps its own right after."""
    scene, plan = ruined(account)
    before = content(scene.client)
    made: list[Any] = []

    def other(_seconds: float) -> None:
        (running,) = made
        mark = {**running.state.at_work, "host": "another"}
        running.keeper.write_state(replace(running.state, at_work=mark))

    def run(*given: Any) -> Any:
        made.append(apply.Running(*given))
        return made[0]

    monkeypatch.setattr(apply, "sleep", other)
    monkeypatch.setitem(apply.execute.__kwdefaults__, "running", run)
    with pytest.raises(apply.AtWorkError, match=r"another call is at work on the plan .* on another"):
        execute(scene, plan)
    assert content(scene.client) == before
    assert stored(scene, plan, "state.json")["at_work"]["host"] == "another"


def test_a_call_that_slept_while_another_went_on_leaves_its_log_alone(account: Account) -> None:
    """As on a machine that was asleep for some minutes in the midst of a batch."""
    changes = [planned(item(number, v={"N": "1"}), item(number, v={"N": "2"})) for number in range(20)]
    incident = Incident(account, changes)
    slept, other = (running(Aws(account.client), incident.bucket, incident.made) for _call in range(2))
    intend = slept.keeper.intend

    def sleeping(*given: Any) -> None:
        intend(*given)
        other.run()

    slept.keeper.intend = sleeping  # type: ignore[method-assign]
    with pytest.raises(TakenOverError, match=r"Another call has gone on .*log/done/00000\.json"):
        slept.run()
    (batch,) = other.keeper.read_done()
    assert (batch.counts, sum(each.items for each in batch.data)) == ({"put": 20}, 20)
    assert incident.now() == incident.before()
    assert isinstance(other.keeper.read_state(), State)


@pytest.mark.newest
def test_a_plan_that_another_process_executes_is_left_to_it(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, plan = ruined(account)
    with subprocess.Popen(["sleep", "60"]) as other:
        begun_by(scene, plan, monkeypatch, at_work={**at_work.mark(account.aws.now()), "pid": other.pid})
        with pytest.raises(NotUndoableError, match=f"another call is at work on the plan {plan.id}: process"):
            execute(scene, plan)
        other.kill()
        other.wait()
    assert execute(scene, plan)["succeeded"]
