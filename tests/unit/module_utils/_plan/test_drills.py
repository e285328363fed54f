# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What watches the drills of a stack: when there is one, when it counts, when its clock is started anew."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import naming
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.planners import PLANNERS
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model import drill
from tests.unit.support import rendering
from tests.unit.support.inventories import deployed, planned
from tests.unit.support.records import table

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.plan import DrillWatch
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.plan import Plan

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MONTHLY = {"name": "orders", "drill_every": "30 days"}
WEEKLY = {"name": "carts", "drill_every": "1 week"}


def watch(plan: Plan) -> DrillWatch:
    found = plan.stacks[0].drills
    assert found is not None
    return found


@pytest.mark.parametrize("engine", PLANNERS)
def test_there_is_one_only_if_a_table_asks(engine: str) -> None:
    quiet = [{"name": "orders", "engine": engine}, {**WEEKLY, "engine": engine, "enabled": False}]
    plan = planned(quiet, now=NOW)
    assert plan.stacks[0].drills is None
    assert not {"DrillsHeartbeat", "DrillsMissed"} & rendering.machinery(plan)["Resources"].keys()
    assert "drill_every" not in json.dumps(deployed(planned(["orders"])))
    asked = planned([quiet[0], {**WEEKLY, "engine": engine}], now=NOW)
    resources = rendering.machinery(asked)["Resources"]
    name = f"tablekeeper-{engine.replace('_', '-')}-1"
    assert resources["DrillsMissed"]["Properties"]["AlarmName"] == f"{name}-missed-drills"
    assert resources["DrillsHeartbeat"]["Properties"]["TopicName"].startswith("tablekeeper-heartbeat-")


def test_the_first_heartbeat_reaches_as_far_as_the_table_that_is_due_first() -> None:
    found = watch(planned([MONTHLY, WEEKLY]))
    assert (found.window, found.echo, found.armed) == (24, 168 + 42 - 24, False)


@pytest.mark.parametrize(
    ("every", "hours"), [(24, 30), (168, 210), (30 * 24, 37 * 24), (366 * 24, 373 * 24)], ids=str
)
def test_a_quarter_more_is_allowed_and_a_week_at_most(every: int, hours: int) -> None:
    assert drill.allowed(every) == hours


def again(before: list[Any], after: list[Any]) -> bool:
    """Whether the alarm counts that was armed before."""
    stands = deployed(planned(before, armed=True))
    return watch(planned(after, existing=stands)).armed


def test_it_goes_on_counting_while_the_same_is_asked_of_the_same_tables() -> None:
    assert not again(["orders"], [MONTHLY])
    assert again([MONTHLY, WEEKLY], [WEEKLY, MONTHLY, "another"])
    assert again([MONTHLY], [{**MONTHLY, "every": "6 hours"}])
    assert not again([MONTHLY], [{**MONTHLY, "drill_every": "60 days"}])
    assert not again([MONTHLY], [MONTHLY, WEEKLY])
    assert not again([MONTHLY, WEEKLY], [MONTHLY])
    unarmed = deployed(planned([MONTHLY]))
    assert not watch(planned([MONTHLY], existing=unarmed)).armed


def test_backups_go_on_being_watched_while_drills_begin_anew() -> None:
    plan = planned([MONTHLY], existing=deployed(planned(["orders"], armed=True)))
    assert (plan.stacks[0].tables[0].armed, plan.stacks[0].tables[0].drill_armed) == (True, False)


def test_its_names_are_no_tables() -> None:
    """The last part of the topic is by what executions that keep a heartbeat alive are found."""
    topic = naming.drills_topic("tablekeeper", "tablekeeper-export-1")
    assert topic == "tablekeeper-heartbeat-export-1-drills-" + topic.rpartition("-")[2]
    tables = ["drills", "export-1-drills", "export-1-missed-drills"]
    assert topic not in {naming.topic("tablekeeper", each) for each in tables}
    digests = {naming.topic("tablekeeper", each).rpartition("-")[2] for each in tables}
    assert topic.rpartition("-")[2] not in digests
    alarms = {naming.alarm("tablekeeper", each) for each in tables}
    assert naming.drills_alarm("tablekeeper-export-1") not in alarms


def test_tables_that_never_passed_count_from_when_they_were_asked_for() -> None:
    tables = [table("orders", drill_every=720), table("carts", drill_every=168), table("logs")]
    asked = NOW - timedelta(days=3)
    carts = drill.Drilled("carts", NOW, drill.PASSED, "")
    assert drill.first_due(tables, {}, asked) == asked + timedelta(hours=210)
    assert drill.first_due(tables, {"carts": carts}, asked) == NOW + timedelta(hours=210)
    assert drill.first_due(tables[2:], {}, asked) is None
