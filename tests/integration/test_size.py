# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Many tables, and every name that DynamoDB allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from . import changes, points, state
from .playbooks import host
from .standing import first_backup

if TYPE_CHECKING:
    from .playbooks import Target


@pytest.mark.newest
@pytest.mark.slow
def test_two_hundred_tables_are_one_stack_and_the_second_backup_changes_nothing(target: Target) -> None:
    account = target.account
    names = [f"table-{number:03}" for number in range(200)]
    state.tables(account, *names)
    inventory = host(*names)
    first_backup(account, inventory)

    assert set(state.stacks(account)) == {"tablekeeper-store", "tablekeeper-export-1"}
    missed = {f"tablekeeper-missed-{name}" for name in names}
    alarms = {name: alarm for name, alarm in state.alarms(account).items() if name in missed}
    assert alarms.keys() == missed
    assert all(alarm["ActionsEnabled"] for alarm in alarms.values())
    assert len(state.schedules(account)) == 1

    account.forget_calls()
    again = target.play("backup", inventory)
    assert (again.changed, state.mutations(account)) == (0, [])

    # Check mode may not upload the template for CloudFormation to see, and tells all the same.
    before = state.snapshot(account)
    account.forget_calls()
    changed = host(*names[1:], {"name": names[0], "every": "6 hours"})
    looked = target.play("backup", changed, "--diff", "-v", check=True)
    assert looked.changed == 2  # the stack, and a first heartbeat, since the clock begins anew
    described = changes.said(looked)
    assert described == [
        f"tablekeeper-export-1 would be updated in account {account.id}, eu-west-1.",
        (
            "table-000: every day at 02:00 UTC becomes every day at 02:00, 08:00, 14:00 and 20:00 UTC, "
            "alarm after 8 hours instead of 30 hours without a backup"
        ),
        "199 tables unchanged",
        "Nobody is told when a backup fails or is missed: tablekeeper_alerts lists nobody.",
    ]
    assert "(account ${AWS::AccountId}) succeeded for 8 hours." in looked.said
    assert "CloudFormation cannot be asked before a template of more than 51,200 bytes is upl" in looked.said
    assert state.mutations(account) == []
    assert state.snapshot(account) == before


UNUSUAL = (
    "a.b", "a-b", "a_b", "A.b", "A-B", "a_B", "...", "---", "___", "123", "1.0", "yes", "nul", "Orders",
    "orders", "x" * 255, "x" * 254 + "y", "x" * 254 + "Y", "." * 255, "-" * 255,
)  # fmt: skip


@pytest.mark.newest
@pytest.mark.slow
def test_every_legal_name_can_be_deployed_and_backed_up(target: Target) -> None:
    account = target.account
    long = [f"{number:03}" + ".-_aZ9"[number % 6] * 252 for number in range(205 - len(UNUSUAL))]
    names = [*UNUSUAL, *long]
    state.tables(account, *names)
    inventory = host(*names, dashboard=True)
    target.play("backup", inventory)
    # Too large for a request: it was made once the bucket stood, and then nothing is left to do.
    widgets = state.dashboard(account)["widgets"]
    shown = {arn for each in widgets for arn in each["properties"].get("alarms", ())}
    assert shown == {each["AlarmArn"] for each in state.alarms(account).values()}
    assert points.list_keys(account, "templates/tablekeeper-store-")
    assert target.play("backup", inventory, check=True).changed == 0

    assert points.list_keys(account, "templates/tablekeeper-export-1-")
    alarms = [
        alarm
        for alarm in state.alarms(account).values()
        if alarm["AlarmName"].startswith("tablekeeper-missed-")
    ]
    assert {alarm["AlarmDescription"].split(" ")[6] for alarm in alarms} == set(names)
    assert all(alarm["ActionsEnabled"] for alarm in alarms)
    heartbeats = [name for name in state.topics(account) if "-heartbeat-" in name]
    assert len(heartbeats) == len(names)
    target.play("run", inventory, tables=list(UNUSUAL))
    for name in UNUSUAL:
        points.check(account, name)
