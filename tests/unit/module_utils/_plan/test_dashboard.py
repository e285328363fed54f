# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The dashboard of a target shows all that its stacks have, in a body that CloudWatch takes."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.planners import PLANNERS
from ansible_collections.tablekeeper.dynamodb.tests.unit.support.inventories import planned
from local_aws.services.cloudwatch.dashboard_body import check
from tests.gates.cloudformation import ACCOUNT, Template
from tests.unit.support.rendering import machinery, store

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.plan import Plan

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
OF_ALL_KINDS = [
    {"name": f"{kind}-{engine}", "engine": engine, **more}
    for engine in PLANNERS
    for kind, more in {
        "daily": {},
        "weekly": {"every": "1 week"},
        "drilled": {"drill_every": "1 week"},
        "stopped": {"enabled": False},
    }.items()
]


def plan_of(*tables: Any, **settings: Any) -> Plan:
    made: Plan = planned(list(tables), now=NOON, **{"dashboard": True, **settings})
    return made


def properties(plan: Plan) -> dict[str, Any]:
    found: dict[str, Any] = Template(store(plan), plan.region).resolved()["Dashboard"]["Properties"]
    return found


def shown(plan: Plan) -> list[dict[str, Any]]:
    text = properties(plan)["DashboardBody"]
    assert check(text) == ([], [])
    widgets: list[dict[str, Any]] = json.loads(text)["widgets"]
    return widgets


def alarms(widgets: list[dict[str, Any]]) -> list[str]:
    return [arn for each in widgets if each["type"] == "alarm" for arn in each["properties"]["alarms"]]


def made(plan: Plan, kind: str, name: str) -> set[str]:
    """What the stacks call their resources of a kind."""
    templates = [Template(machinery(plan, number), plan.region) for number in range(len(plan.stacks))]
    resources = [each for template in templates for each in template.resolved().values()]
    return {each["Properties"][name] for each in resources if each["Type"] == kind}


def test_every_alarm_and_every_state_machine_of_every_engine_is_shown() -> None:
    plan = plan_of(*OF_ALL_KINDS)
    widgets = shown(plan)
    found = alarms(widgets)
    begin = f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:"
    assert {each.removeprefix(begin) for each in found} == made(plan, "AWS::CloudWatch::Alarm", "AlarmName")
    assert len(found) == len(set(found))
    assert not [each for each in found if "stopped" in each]
    graphs = [each for each in widgets if each["type"] == "metric"]
    rows = [row for each in graphs for row in each["properties"]["metrics"] if "StateMachineArn" in row]
    machines = {row[3].rpartition(":")[2] for row in rows}
    assert machines == made(plan, "AWS::StepFunctions::StateMachine", "StateMachineName")
    failed = [row for row in rows if row[1] == "ExecutionsFailed"]
    assert {row[3].rpartition(":")[2] for row in failed} == machines


def test_its_name_has_the_region_since_cloudwatch_knows_one_in_all_of_them() -> None:
    found = properties(plan_of("orders", prefix="shop", region="us-east-1"))
    assert found["DashboardName"] == "shop-us-east-1"
    assert "# DynamoDB backups of shop in us-east-1" in found["DashboardBody"]


def test_arns_are_those_of_the_partition() -> None:
    found = alarms(shown(plan_of("orders", region="us-gov-west-1")))
    assert all(arn.startswith("arn:aws-us-gov:cloudwatch:us-gov-west-1:") for arn in found)


def test_a_thousand_tables_are_several_widgets_of_at_most_a_hundred_alarms() -> None:
    plan = plan_of(*(f"shop-production-orders-{number:04}" for number in range(1000)))
    widgets = shown(plan)
    missed = [arn for arn in alarms(widgets) if "-missed-shop-" in arn]
    assert missed == sorted(missed)
    assert len(missed) == 1000
    titles = [each["properties"].get("title", "") for each in widgets]
    assert [each for each in titles if "Missed" in each][-1] == "Missed backups, 901 to 1000 of 1000"
    # It still goes into a request to CloudFormation.
    assert len(json.dumps(store(plan), separators=(",", ":"))) < 51_200


@pytest.mark.parametrize(
    "tables",
    [
        ({"name": "orders", "enabled": False},),
        ("orders",),
        tuple(f"t{number:03}" for number in range(250)),
    ],
)
def test_no_widget_lies_on_another(tables: tuple[Any, ...]) -> None:
    taken: set[tuple[int, int]] = set()
    for each in shown(plan_of(*tables)):
        cells = {
            (x, y)
            for x in range(each["x"], each["x"] + each["width"])
            for y in range(each["y"], each["y"] + each["height"])
        }
        assert not cells & taken
        assert each["x"] + each["width"] <= 24
        taken |= cells


def test_there_is_none_unless_it_is_asked_for() -> None:
    assert "Dashboard" not in store(plan_of("orders", dashboard=False))["Resources"]


def test_the_longest_names_are_shown_whole() -> None:
    names = ["x" * 255, "." * 255, "a.b-c_D"]
    plan = plan_of(*names)
    found = {arn.rpartition(":")[2] for arn in alarms(shown(plan))}
    assert {table.alarm for stack in plan.stacks for table in stack.tables} <= found
