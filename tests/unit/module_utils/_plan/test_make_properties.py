# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What holds for every inventory."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan import placement
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import as_data
from ansible_collections.tablekeeper.dynamodb.tests.unit.support import cron_oracle
from ansible_collections.tablekeeper.dynamodb.tests.unit.support.inventories import (
    deployed,
    entries,
    homes,
    inventories,
    planned,
)

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.plan import Plan

pytestmark = pytest.mark.newest


def tight(tables: list[dict[str, Any]], resources: int, existing: dict[str, Any] | None = None) -> Plan:
    """A plan with so little room in a stack that a few tables need several."""
    before = placement.MOST_RESOURCES
    placement.MOST_RESOURCES = resources
    try:
        return planned(tables, existing=existing)
    finally:
        placement.MOST_RESOURCES = before


# Room for one table and its schedule, up to room for six.
rooms = st.integers(29, 44)


@given(tables=inventories, room=rooms, gone=st.sets(st.integers(0, 11)), more=st.lists(entries, max_size=6))
def test_adding_and_removing_tables_moves_no_other(
    tables: list[dict[str, Any]], room: int, gone: set[int], more: list[dict[str, Any]]
) -> None:
    before = tight(tables, room)
    left = [table for number, table in enumerate(tables) if number not in gone]
    names = {table["name"] for table in tables}
    new = {table["name"]: table for table in more if table["name"] not in names}
    after_tables = [*left, *new.values()]
    if not after_tables:
        return
    after = tight(after_tables, room, deployed(before))
    old_homes, new_homes = homes(before), homes(after)
    assert new_homes.keys() == {table["name"] for table in after_tables}
    assert all(new_homes[table["name"]] == old_homes[table["name"]] for table in left)
    assert [stack.number for stack in after.stacks] == list(range(1, len(after.stacks) + 1))
    assert after.stacks[-1].tables


@given(tables=inventories, room=rooms, seed=st.integers())
def test_the_order_of_the_list_does_not_matter(tables: list[dict[str, Any]], room: int, seed: int) -> None:
    shuffled = random.Random(seed).sample(tables, len(tables))
    assert tight(shuffled, room) == tight(tables, room)


@given(tables=inventories, room=rooms)
def test_planning_again_changes_nothing(tables: list[dict[str, Any]], room: int) -> None:
    plan = tight(tables, room)
    assert tight(tables, room, deployed(plan)) == plan


@given(tables=inventories)
def test_names_are_unique_and_every_table_is_planned_once(tables: list[dict[str, Any]]) -> None:
    plan = planned(tables)
    found = [table for stack in plan.stacks for table in stack.tables]
    assert sorted(table.name for table in found) == sorted(table["name"] for table in tables)
    for attribute in ("key", "topic", "alarm", "prefix"):
        assert len({getattr(table, attribute) for table in found}) == len(found)
    for stack in plan.stacks:
        keys = [each.key for each in (*stack.tables, *stack.own.schedules)]
        assert len(set(keys)) == len(keys)
        assert all(key.isascii() and key.isalnum() for key in keys)
        assert all(len(schedule.name) <= 64 for schedule in stack.own.schedules)


@given(tables=inventories)
def test_every_enabled_table_is_started_often_enough(tables: list[dict[str, Any]]) -> None:
    for stack in planned(tables).stacks:
        schedules = {schedule.id: schedule for schedule in stack.own.schedules}
        assert schedules.keys() == {table.schedule for table in stack.tables if table.enabled}
        for table in (each for each in stack.tables if each.enabled):
            schedule = schedules[table.schedule]
            starts = list(cron_oracle.starts(schedule.expression, dt.date(2027, 12, 1), 100))
            longest = max(later - earlier for earlier, later in itertools.pairwise(starts))
            assert longest <= dt.timedelta(hours=table.every)
            assert schedule.timezone == table.timezone


@given(tables=inventories)
def test_alarm_windows_are_possible(tables: list[dict[str, Any]]) -> None:
    for table in (each for stack in planned(tables).stacks for each in stack.tables):
        # Beyond a day, CloudWatch evaluates once an hour only.
        assert 1 <= table.window <= 24
        assert table.window + table.echo == table.max_age > table.every
        # Of the echoes, one in six hours, two may be lost.
        assert table.echo == 0 or table.window == 24
        assert table.retention_days * 24 >= table.max_age


@given(tables=inventories)
def test_the_outputs_tell_all_that_the_next_plan_needs(tables: list[dict[str, Any]]) -> None:
    plan = planned(tables, armed=True)
    again = planned(tables, existing=deployed(plan))
    assert as_data(again) == as_data(plan)
