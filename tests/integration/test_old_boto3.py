# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The oldest boto3 that is supported, in a Python of its own, where the modules run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.forking import program

from . import listeners, points, state
from .playbooks import ROOT, host

if TYPE_CHECKING:
    from .playbooks import Played, Target

PYTHON = str(ROOT / ".venv-oldest-boto3" / "bin" / "python")
TOO_OLD = "It is not known whether a rule mutes the alarms: the boto3 in use is too old"


@pytest.mark.newest  # it is about boto3, not about Ansible
@pytest.mark.slow
def test_tables_are_backed_up_judged_and_left(target: Target) -> None:
    account = target.account
    orders = host("orders", alerts=[listeners.Subscriber(account).alert])
    state.tables(account, "orders")

    def play(playbook: str, **more: Any) -> Played:
        return target.play(playbook, orders, **more, ansible_python_interpreter=program("python", PYTHON))

    play("backup", check=True)
    play("backup")
    assert play("backup").changed == 0
    play("run")
    points.check(account, "orders")
    found = play("status")
    assert found.stats["tablekeeper_status"]["targets"]["target"]["healthy"] is True
    assert TOO_OLD in found.said

    # What needs no change set is put right; what needs one says which boto3 can make it.
    cloudwatch, alarm = account.client("cloudwatch"), "tablekeeper-missed-orders"
    cloudwatch.disable_alarm_actions(AlarmNames=[alarm])
    play("backup")
    assert state.alarms(account)[alarm]["ActionsEnabled"] is True
    for name, schedule in state.schedules(account).items():
        account.client("scheduler").delete_schedule(Name=name, GroupName=schedule["GroupName"])
    told = play("backup", fails=True).failures["target"]
    assert "boto3 1.41" in told

    play("teardown", teardown_confirm=f"tablekeeper@{account.id}")
    assert set(state.stacks(account)) == {"tablekeeper-store"}
