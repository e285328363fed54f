# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The status with its past days, beside the status without, of tables that were backed up every day.

On an embedded AWS of its own, whose clock moves. Only the last run is a real one: those before are executions
of a stand-in that reports what its input says, so that five weeks of 200 tables do not take hours.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.measuring import GATHERING, PAST, PAST_GATHERING, STATUS
from benchmarks.target import make_target, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from benchmarks.figures import Figures
    from benchmarks.target import Target
    from local_aws.client.process import LocalAws


STAND_IN = {
    "StartAt": "Report",
    "States": {
        "Report": {"Type": "Pass", "OutputPath": "$.report", "Next": "Done"},
        "Done": {"Type": "Succeed"},
    },
}


def measure(
    aws: LocalAws, folder: Path, tables: int, days: int, rounds: int
) -> dict[str, dict[int, Figures]]:
    """The playbook and its gathering alone, without and with past days; of each the shortest round counts."""
    target = make_target(aws, folder / "past", 900, tables)
    target.play("tablekeeper.dynamodb.backup")
    target.confirm()
    live_through(target, days - 1)
    target.run_all()
    gathering = (sys.executable, "-m", "benchmarks.gathering")
    asked = {"status_fail": False}  # the clock has leapt over heartbeats
    ways = {
        STATUS: lambda: target.play("tablekeeper.dynamodb.status", **asked),
        PAST: lambda: target.play("tablekeeper.dynamodb.status", **asked, __status_days=days),
        GATHERING: lambda: target.measure(*gathering, "0"),
        PAST_GATHERING: lambda: target.measure(*gathering, str(days)),
    }
    looks = [{way: look() for way, look in ways.items()} for _round in range(rounds)]
    return {way: {tables: shortest([each[way] for each in looks])} for way in ways}


def shortest(took: list[Figures]) -> Figures:
    """The shortest times of several measurements of the same."""
    return replace(took[0], seconds=min(each.seconds for each in took), cpu=min(each.cpu for each in took))


def live_through(target: Target, days: int) -> None:
    """So many days, each with a run of all tables."""
    client = target.client("stepfunctions")
    machines = [
        client.describe_state_machine(stateMachineArn=each["stateMachineArn"])
        for each in client.list_state_machines()["stateMachines"]
        if not each["name"].endswith("-heartbeat")
    ]
    switch_schedules(target, "DISABLED")
    for each in machines:
        client.update_state_machine(stateMachineArn=each["stateMachineArn"], definition=json.dumps(STAND_IN))
    for _day in range(days):
        for each in machines:
            names, now = target.tables_of(each["name"]), target.aws.now()
            report = {"version": 1, "scheduled": None, "tables": list(entries(names, now))}
            run(client, each["stateMachineArn"], names, report=report)
        target.aws.advance(leap=True, days=1)
    for each in machines:
        client.update_state_machine(stateMachineArn=each["stateMachineArn"], definition=each["definition"])
    switch_schedules(target, "ENABLED")


def entries(tables: list[str], now: datetime) -> Iterator[dict[str, Any]]:
    """What a run reports of tables."""
    for number, table in enumerate(tables):
        yield {
            "table": table,
            "ok": True,
            "prefix": f"retain-35d/{table}/{now:%Y%m%dT%H%M%SZ}-1a2b3c4d",
            "export": f"0{int(now.timestamp())}{number:03}-1a2b3c4d",
            "items": 5,
            "bytes": 500,
            "started": now.isoformat(),
            "finished": (now + timedelta(seconds=1)).isoformat(),
        }


def switch_schedules(target: Target, state: str) -> None:
    """Nothing is to be started while the clock leaps."""
    client = target.client("scheduler")
    kept = (
        "Name",
        "GroupName",
        "ScheduleExpression",
        "ScheduleExpressionTimezone",
        "FlexibleTimeWindow",
        "Target",
    )
    for page in client.get_paginator("list_schedules").paginate():
        for each in page["Schedules"]:
            found = client.get_schedule(GroupName=each["GroupName"], Name=each["Name"])
            client.update_schedule(**{key: found[key] for key in kept}, State=state)
