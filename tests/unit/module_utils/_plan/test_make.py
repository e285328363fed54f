# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of a target."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.mistakes import PlanError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.describe import describe
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import as_data
from ansible_collections.tablekeeper.dynamodb.tests.unit.support.inventories import deployed, planned
from tests.unit.support.records import table

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.plan import TablePlan


def only(table: object, **more: Any) -> TablePlan:
    return planned([table], **more).stacks[0].tables[0]


@pytest.mark.parametrize(
    ("every", "max_age", "window", "echo"),
    [
        ("1 hour", 3, 3, 0),
        ("6 hours", 8, 8, 0),
        ("7 hours", 9, 9, 0),
        ("9 hours", 12, 12, 0),
        ("19 hours", 24, 24, 0),
        ("1 day", 30, 24, 6),
        ("1 week", 192, 24, 168),
        ("31 days", 768, 24, 744),
    ],
)
def test_alarm_windows(every: str, max_age: int, window: int, echo: int) -> None:
    table = only({"name": "orders", "every": every})
    assert (table.max_age, table.window, table.echo) == (max_age, window, echo)


def test_a_longest_age_of_ones_own() -> None:
    table = only({"name": "orders", "every": "1 week", "max_age": "169 hours"})
    assert (table.max_age, table.window, table.echo) == (169, 24, 145)
    table = only({"name": "orders", "every": "6 hours", "max_age": "1 day"})
    assert (table.window, table.echo) == (24, 0)


def test_one_table() -> None:
    (stack,) = planned([{"name": "shop.orders", "retention_days": 7}], prefix="acme").stacks
    (table,) = stack.tables
    (schedule,) = stack.own.schedules
    assert stack.name == "acme-export-1"
    assert stack.policies == (("shop.orders",),)
    assert table.topic.startswith("acme-heartbeat-shop_orders-")
    assert table.alarm == "acme-missed-shop.orders"
    assert table.prefix == "retain-7d/shop.orders"
    assert table.schedule == schedule.id
    assert schedule.id.startswith("24h-0200-")
    assert schedule.name == f"acme-1-{schedule.id}"
    assert schedule.key.isalnum()
    assert (schedule.expression, schedule.timezone) == ("cron(0 2 * * ? *)", "UTC")
    assert stack.own.tables == (
        {
            "name": "shop.orders",
            "prefix": "retain-7d/shop.orders",
            "schedule": schedule.id,
            "enabled": True,
            "topic": table.topic,
            "allow_empty": False,
            "echo": 6,
        },
    )


def test_the_listing_is_the_record_of_the_contract() -> None:
    (stack,) = planned([{"name": "orders", "every": "1 week", "timezone": "Asia/Tokyo"}]).stacks
    assert json.loads(stack.listing[0]) == [
        {
            "name": "orders",
            "every": 168,
            "max_age": 192,
            "window": 24,
            "echo": 168,
            "days": 35,
            "at": "02:00",
            "tz": "Asia/Tokyo",
            "schedule": stack.own.schedules[0].id,
            "enabled": True,
            "armed": False,
        }
    ]


def test_tables_that_start_together_share_a_schedule() -> None:
    tables = ["orders", {"name": "sessions", "every": "24 hours"}, {"name": "ledger", "at": "03:00"}]
    (stack,) = planned(tables).stacks
    schedules = {table.name: table.schedule for table in stack.tables}
    assert schedules["orders"] == schedules["sessions"] != schedules["ledger"]
    assert {schedule.id for schedule in stack.own.schedules} == set(schedules.values())


def test_nothing_starts_a_table_that_is_not_enabled() -> None:
    (stack,) = planned(["orders", {"name": "ledger", "enabled": False, "at": "03:00"}]).stacks
    ledger, orders = stack.tables
    assert (ledger.enabled, ledger.schedule, ledger.armed) == (False, "", False)
    assert [schedule.id for schedule in stack.own.schedules] == [orders.schedule]


def test_retention_classes_outlive_their_last_table() -> None:
    existing = {"retention_days": [90, "7"], "stacks": {}}
    assert planned(["orders"], existing=existing).retention_days == (7, 35, 90)
    assert planned(["orders"]).retention_days == (35,)


def test_only_an_alarm_that_watched_before_is_armed() -> None:
    off = [{"name": "orders", "enabled": False}]
    first = planned(["orders"])
    assert not first.stacks[0].tables[0].armed
    again = planned(["orders"], existing=deployed(first))
    assert not again.stacks[0].tables[0].armed, "it was deployed, but never armed"
    armed = planned(["orders"], existing=deployed(first), armed=True)
    assert armed.stacks[0].tables[0].armed
    assert only("orders", existing=deployed(armed)).armed
    assert not only("sessions", existing=deployed(armed)).armed
    disabled = planned(off, existing=deployed(armed))
    assert not disabled.stacks[0].tables[0].armed
    assert not only("orders", existing=deployed(disabled)).armed, "the clock starts anew"
    assert not planned(off, armed=True).stacks[0].tables[0].armed


@pytest.mark.parametrize(
    "changed",
    [
        {"every": "6 hours"},
        {"every": "1 week"},
        {"at": "23:00"},
        {"timezone": "Asia/Tokyo"},
        {"max_age": "2 days"},
    ],
    ids=str,
)
def test_another_schedule_or_age_starts_the_clock_anew(changed: dict[str, str]) -> None:
    armed = deployed(planned(["orders", "sessions"], armed=True))
    plan = planned([{"name": "orders", **changed}, {"name": "sessions", "retention_days": 7}], existing=armed)
    assert {table.name: table.armed for table in plan.stacks[0].tables} == {"orders": False, "sessions": True}


def test_a_record_that_is_armed_but_was_not_enabled_does_not_arm() -> None:
    existing = {
        "stacks": {"tablekeeper-export-1": {"tables": [table("orders", armed=True, enabled=False).to_json()]}}
    }
    assert not only("orders", existing=existing).armed


def test_the_plan_as_data_is_json_and_nothing_else() -> None:
    plan = planned(
        ["orders", {"name": "sessions", "every": "6 hours"}],
        alerts=[{"protocol": "email", "endpoint": "ops@example.com"}],
        object_lock={"mode": "GOVERNANCE", "days": 7},
    )
    data = as_data(plan)
    assert json.loads(json.dumps(data)) == data
    assert data["settings"]["object_lock"] == {"mode": "GOVERNANCE", "days": 7}
    assert data["store"] == "tablekeeper-store"
    assert data["stacks"][0]["tables"][0] == asdict(plan.stacks[0].tables[0])
    assert isinstance(data["stacks"][0]["policies"][0], list)


def test_a_plan_in_words() -> None:
    tables = [
        {"name": "sessions", "every": "6 hours", "timezone": "Asia/Tokyo", "retention_days": 1},
        {"name": "ledger", "enabled": False},
        "orders",
    ]
    rows = describe(as_data(planned(tables)))
    assert [list(row.values()) for row in rows] == [
        ["ledger", "export", "not enabled", "UTC", "35 days", "none", "tablekeeper-export-1"],
        [
            "orders",
            "export",
            "every day at 02:00",
            "UTC",
            "35 days",
            "after 30 hours without a backup",
            "tablekeeper-export-1",
        ],
        [
            "sessions",
            "export",
            "every day at 02:00, 08:00, 14:00 and 20:00",
            "Asia/Tokyo",
            "1 day",
            "after 8 hours without a backup",
            "tablekeeper-export-1",
        ],
    ]
    assert list(rows[0]) == ["table", "engine", "schedule", "timezone", "retention", "alarm", "stack"]


@pytest.mark.parametrize(
    "keys",
    [
        {"max_age": "25 hours"},
        {"retention_days": 2, "max_age": "2 days"},
        {"every": "31 days", "retention_days": 32, "max_age": "32 days"},
        {"retention_days": 30, "at": "03:00", "timezone": "Europe/Berlin"},
        {"every": "1 hour", "at": "02:30", "timezone": "Europe/Berlin"},
        {"tags": {f"{number}": "x" for number in range(40)}},
    ],
)
def test_what_is_just_possible(keys: dict[str, Any]) -> None:
    assert only({"name": "orders", **keys}, object_lock={"mode": "COMPLIANCE", "days": 2})
    assert only({"name": "orders", **keys}, tags=keys.get("tags"))


def test_a_lock_as_long_as_the_retention() -> None:
    assert planned(["orders"], object_lock={"mode": "COMPLIANCE", "days": 35}).settings.object_lock


def test_an_object_lock_is_not_taken_off() -> None:
    existing = {"object_lock": "GOVERNANCE 7", "stacks": {}}
    lock = {"mode": "GOVERNANCE", "days": 1}
    assert planned(["orders"], existing=existing, object_lock=lock).settings.object_lock
    with pytest.raises(
        PlanError, match=r"tablekeeper_object_lock is not set, but the bucket has an object lock"
    ):
        planned(["orders"], existing=existing)


def test_a_zone_whose_clocks_change_by_more_has_time_enough_by_default() -> None:
    troll = {"name": "orders", "every": "1 hour", "timezone": "Antarctica/Troll"}
    assert only(troll).max_age == 4
