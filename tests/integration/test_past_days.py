# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Days of real backups of both engines, good and failed and missed ones, and a drill: then they are told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from . import state
from .playbooks import host
from .rights import Person
from .standing import first_backup
from .test_data_pipeline_deploy import keys, piped
from .test_schedule import advance_to, finished, next_start

if TYPE_CHECKING:
    from datetime import datetime

    from .playbooks import Target

pytestmark = [pytest.mark.newest, pytest.mark.slow]

TABLES = ("orders", "sessions")
NOON = timedelta(hours=10)  # after the start of backups


def switch_recovery(target: Target, table: str, *, on: bool) -> None:
    target.account.client("dynamodb").update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": on}
    )


def live_through(target: Target, day: datetime, executions: int, pipelined: int) -> None:
    """Until noon, when so many runs of the machine and so many backups of clusters have ended."""
    advance_to(target, day + NOON)
    state.until(lambda: len(finished(target)) == executions, f"{executions} runs")
    whole = "/data/_SUCCESS"
    state.until(
        lambda: sum(each.endswith(whole) for each in keys(target.account, "retain-35d/ledger/")) == pipelined,
        f"{pipelined} backups of a cluster",
    )


def test_five_days_of_both_engines(target: Target) -> None:
    account = target.account
    state.tables(account, *TABLES)
    state.tables(account, "ledger", pitr=False)
    inventory = host(*TABLES, piped("ledger"))
    first_backup(account, inventory)
    first = next_start(account.aws.now(), "UTC")
    second, third, fourth = (first + timedelta(days=number) for number in (1, 2, 3))

    live_through(target, first, executions=1, pipelined=1)
    switch_recovery(target, "sessions", on=False)
    account.client("dynamodb").delete_table(TableName="ledger")
    live_through(target, second, executions=2, pipelined=1)
    switch_recovery(target, "sessions", on=True)
    state.tables(account, "ledger", pitr=False)
    state.switch_schedules(account, "DISABLED")
    live_through(target, third, executions=2, pipelined=2)
    state.switch_schedules(account, "ENABLED")
    live_through(target, fourth, executions=3, pipelined=3)
    target.play("drill", inventory, tables="orders", drill_poll_seconds=0.1)

    # Whoever may ask for the status may ask for its past.
    person = Person(target.folder, account, "status", "status_data_pipeline")
    file = target.folder / "status.json"
    person.play("status", inventory, status_json_file=str(file), status_fail=False, __status_days=5)
    answer = json.loads(file.read_text(encoding="utf-8"))
    tables: dict[str, dict[str, Any]] = {each["table"]: each for each in answer["tables"]}
    assert {name: [each["states"] for each in table["days"]] for name, table in tables.items()} == {
        "orders": [[], ["backed_up"], ["backed_up"], ["missed"], ["backed_up", "drilled", "verified"]],
        "sessions": [[], ["backed_up"], ["failed"], ["missed"], ["backed_up", "verified"]],
        "ledger": [[], ["backed_up"], ["failed"], ["backed_up"], ["backed_up", "verified"]],
    }
    assert [each["day"] for each in tables["orders"]["days"]][-1] == f"{fourth:%Y-%m-%d}"
    known = {name: [each["bytes"] is not None for each in table["days"]] for name, table in tables.items()}
    assert known == {
        "orders": [False, True, True, False, True],
        "sessions": [False, True, False, False, True],
        "ledger": [False, False, False, False, True],  # clusters tell no size: the closer look has
    }
    assert {name: table["oldest_point"][:10] for name, table in tables.items()} == dict.fromkeys(
        tables, f"{first:%Y-%m-%d}"
    )
    assert tables["orders"]["recovery_window"]["earliest"] < tables["orders"]["recovery_window"]["latest"]
    assert tables["ledger"]["recovery_window"] is None
    export, pipeline = answer["costs"]
    assert (export["engine"], export["tables"], export["unpriced"]) == ("export", 2, 0)
    assert (pipeline["engine"], pipeline["tables"], pipeline["unpriced"]) == ("data_pipeline", 1, 0)
    assert 0 < export["dollars_per_month"] < export["all_tables_dollars_per_month"]
    assert 0 < pipeline["dollars_per_month"] < pipeline["all_tables_dollars_per_month"]
    # A user who may not read histories of runs is told so, as without days.
    without = Person(
        target.folder, account, "status", "status_data_pipeline", without="states:GetExecutionHistory"
    )
    played = without.play("status", inventory, fails=True, __status_days=5)
    assert "states:GetExecutionHistory" in played.said
