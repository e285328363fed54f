# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which pipeline backs up a table, what it is called, and when it starts."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.data_pipeline import (
    pipelines as planning,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.describe import describe
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import PlanError, as_data
from ansible_collections.tablekeeper.dynamodb.tests.unit.support.inventories import (
    clocks,
    deployed,
    entries,
    homes,
    intervals,
    planned,
)

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.plan import Plan

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
PIPED = {"engine": "data_pipeline"}
NAMES = [f"{number:03}" for number in range(1, 201)]


def piped(tables: list[Any], existing: Any = None, now: dt.datetime = NOON, **more: Any) -> Plan:
    return planned(tables, defaults=PIPED, existing=existing, now=now, **more)


def pipelines(plan: Plan) -> dict[str, planning.PipelinePlan]:
    return {each.name: each for stack in plan.stacks for each in stack.own.pipelines}


def pipeline_of(plan: Plan) -> dict[str, str]:
    return {table: name for name, each in pipelines(plan).items() for table in each.tables}


in_utc = st.lists(
    entries.map(lambda entry: {key: value for key, value in entry.items() if key != "timezone"}),
    min_size=1,
    max_size=10,
    unique_by=lambda entry: entry["name"],
)


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, [1]), (45, [45]), (94, [45, 45, 4]), (200, [45] * 4 + [20])]
)
def test_pipelines_hold_46_tables(count: int, sizes: list[int]) -> None:
    plan = piped(NAMES[:count])
    held = [len(each.tables) for stack in plan.stacks for each in stack.own.pipelines]
    assert held == sizes
    assert sorted(pipeline_of(plan)) == NAMES[:count]


def test_what_a_pipeline_is_called() -> None:
    plan = piped(NAMES[:47], prefix="acme")
    first, second = pipelines(plan).values()
    stem = f"acme-data-pipeline-1-{plan.stacks[0].tables[0].schedule}"
    assert first.name.rpartition("-")[0] == stem
    assert second.name.rpartition("-")[0] == f"{stem}-2"
    assert len(first.name.rpartition("-")[2]) == 8
    assert (first.key.isalnum(), second.key) == (True, f"{first.key}N2")


def test_a_table_keeps_its_pipeline_when_others_come_and_go() -> None:
    before = piped(NAMES[:94])
    gone = {"001", "050"}
    after = piped([*(name for name in NAMES[:94] if name not in gone), "000", "0000"], deployed(before))
    numbers = {
        table.name: (table.schedule, table.own.pipeline) for stack in after.stacks for table in stack.tables
    }
    for stack in before.stacks:
        for table in stack.tables:
            assert table.name in gone or numbers[table.name] == (table.schedule, table.own.pipeline)
    # Two new ones fill the gaps, and only the pipelines that changed are others.
    assert (numbers["000"][1], numbers["0000"][1]) == (1, 2)
    assert len(pipelines(before).keys() & pipelines(after).keys()) == 1


@given(tables=in_utc, gone=st.sets(st.integers(0, 9)), hours=st.integers(1, 100_000))
def test_an_unchanged_inventory_changes_nothing_however_late(
    tables: list[dict[str, Any]], gone: set[int], hours: int
) -> None:
    before = piped(tables)
    later = NOON + dt.timedelta(hours=hours)
    assert piped(tables, deployed(before), later) == before
    left = [table for number, table in enumerate(tables) if number not in gone]
    if not left:
        return
    after = piped(left, deployed(before), later)
    assert all(homes(before)[name] == home for name, home in homes(after).items())
    for name, pipeline in pipelines(after).items():
        same = pipelines(before).get(name)
        assert same is None or (same.start, same.tables) == (pipeline.start, pipeline.tables)


@given(tables=in_utc)
def test_every_enabled_table_is_in_one_pipeline_of_its_schedule(tables: list[dict[str, Any]]) -> None:
    plan = piped(tables)
    told = Counter(table for each in pipelines(plan).values() for table in each.tables)
    assert set(told.values()) <= {1}
    assert told.keys() == {table["name"] for table in tables if table.get("enabled", True)}
    for stack in plan.stacks:
        keys = [each.key for each in stack.own.pipelines]
        assert len(set(keys)) == len(keys)
        for table in stack.tables:
            assert (table.own.pipeline > 0) == table.enabled


CHANGES = {
    "period": {"every": "12 hours"},
    "start": {"at": "03:00"},
    "memory settings": {"data_pipeline": {"core_instance_type": "x9.huge"}},
}
KEPT = {
    "retention": {"retention_days": 90},
    "share": {"read_ratio": 0.5},
    "age": {"max_age": "3 days"},
    "instance": {"data_pipeline": {"core_instance_type": "m5.2xlarge", "core_count": 4}},
}


def changed(change: dict[str, Any], existing: Any = None) -> Plan:
    settings = {key: value for key, value in change.items() if key == "data_pipeline"}
    own = {key: value for key, value in change.items() if key != "data_pipeline"}
    later = NOON + dt.timedelta(days=30)
    return piped([{"name": "ledger", **own}, "other"], existing, later, **settings)


@pytest.mark.parametrize("change", CHANGES)
def test_what_aws_refuses_to_change_makes_another_pipeline(change: str) -> None:
    before = piped(["ledger", "other"])
    after = changed(CHANGES[change], deployed(before))
    name = pipeline_of(after)["ledger"]
    assert name not in pipelines(before)
    assert pipelines(after)[name].start > "2026-12-24"


@pytest.mark.parametrize("change", KEPT)
def test_what_aws_takes_leaves_the_pipeline_and_its_start(change: str) -> None:
    before = piped(["ledger", "other"])
    after = changed(KEPT[change], deployed(before))
    assert {name: each.start for name, each in pipelines(after).items()} == {
        name: each.start for name, each in pipelines(before).items()
    }


@pytest.mark.parametrize(
    ("every", "at", "start", "period"),
    [
        (24, "02:00", "2026-11-25T02:00:00", "1 days"),
        (24, "12:00", "2026-11-25T12:00:00", "1 days"),
        (24, "12:01", "2026-11-24T12:01:00", "1 days"),
        (6, "02:00", "2026-11-24T14:00:00", "6 hours"),
        (5, "02:00", "2026-11-24T17:00:00", "5 hours"),
        (1, "02:30", "2026-11-24T12:30:00", "1 hours"),
        (36, "02:00", "2026-11-25T02:00:00", "36 hours"),
        (168, "02:00", "2026-11-29T02:00:00", "7 days"),
        (744, "02:00", "2026-11-25T02:00:00", "31 days"),
    ],
)
def test_first_starts(every: int, at: str, start: str, period: str) -> None:
    assert planning.next_start(every, at, NOON) == start
    assert planning.next_start(every, at, NOON.astimezone(dt.timezone(dt.timedelta(hours=9)))) == start
    assert planning.period(every) == period


@given(every=intervals, at=clocks, minutes=st.integers(0, 2_000_000))
def test_a_first_start_is_ahead_and_soon(every: str, at: str, minutes: int) -> None:
    now = NOON + dt.timedelta(minutes=minutes)
    hours = next(iter(piped([{"name": "one", "every": every}]).stacks[0].tables)).every
    start = dt.datetime.fromisoformat(planning.next_start(hours, at, now) + "+00:00")
    assert dt.timedelta() < start - now <= dt.timedelta(hours=min(hours, 24) if hours != 168 else 168)


def test_a_cluster_does_not_outlive_the_next_start() -> None:
    plan = piped([{"name": "hourly", "every": "1 hour"}, "daily"])
    assert {each.every: each.limit for each in pipelines(plan).values()} == {1: 1, 24: 6}


def test_the_outputs_tell_the_pipelines() -> None:
    (stack,) = piped(["ledger"]).stacks
    (pipeline,) = stack.own.pipelines
    assert json.loads(stack.own.listing[0]) == [
        {
            "id": f"${{{pipeline.key}}}",
            "name": pipeline.name,
            "schedule": "24h-0200-7e5f76",
            "number": 1,
            "start": "2026-11-25T02:00:00",
            "every": 24,
            "limit": 6,
        }
    ]
    (record,) = json.loads(stack.listing[0])
    assert (record["pipeline"], record["ratio"], record["tz"]) == (1, 0.25, "UTC")


def test_an_account_has_room_for_100_pipelines() -> None:
    tables = [{"name": f"{n:03}", "at": f"{n % 24:02}:{n // 24:02}"} for n in range(101)]
    assert len(pipelines(piped(tables[:100]))) == 100
    with pytest.raises(
        PlanError, match=r'is "a plan of 101 pipelines", but an account may have 100: let more'
    ):
        piped(tables)


def test_both_engines_have_stacks_and_only_one_needs_to_know_the_time() -> None:
    tables = ["orders", {"name": "ledger", **PIPED}]
    plan = planned(tables, now=NOON)
    assert [stack.name for stack in plan.stacks] == ["tablekeeper-export-1", "tablekeeper-data-pipeline-1"]
    assert plan.log_bucket
    assert not planned(["orders"]).log_bucket
    assert planned(["orders"], existing={"log_bucket": True}).log_bucket
    with pytest.raises(ValueError, match="without knowing the time"):
        planned(tables)


def test_starts_in_words() -> None:
    plan = piped([{"name": "weekly", "every": "1 week"}, {"name": "five", "every": "5 hours"}, "daily"])
    assert {row["table"]: row["schedule"] for row in describe(as_data(plan))} == {
        "weekly": "every Sunday at 02:00",
        "five": "every 5 hours, counted from 02:00",
        "daily": "every day at 02:00",
    }


def test_a_pipeline_that_was_deleted_has_a_successor_that_starts_later() -> None:
    first = piped(NAMES[:2])
    (made,) = pipelines(first)
    (row,) = json.loads(first.stacks[0].own.listing[0])
    name = first.stacks[0].name
    standing = {"stacks": {name: {"tables": [], "own": {"Pipelines": [row]}}}}
    week = NOON + dt.timedelta(days=7)
    (second,) = pipelines(piped(NAMES[:2], existing={**standing, "gone": [made]}, now=week)).values()
    assert second.name == f"{made}-2"
    assert second.start > pipelines(first)[made].start
    kept = {**row, "name": second.name, "start": second.start}
    standing = {"stacks": {name: {"tables": [], "own": {"Pipelines": [kept]}}}}
    assert pipelines(piped(NAMES[:2], existing=standing, now=week + dt.timedelta(days=7))) == {
        second.name: second
    }
    again = {**standing, "gone": [second.name]}
    assert list(pipelines(piped(NAMES[:2], existing=again, now=week))) == [f"{made}-3"]
