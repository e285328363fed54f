# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which stack each table lives in."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan import placement
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import PlanError
from ansible_collections.tablekeeper.dynamodb.tests.unit.support.inventories import (
    deployed,
    homes,
    planned,
)
from tests.unit.support.records import table

ONE, TWO, THREE = (f"tablekeeper-export-{number}" for number in (1, 2, 3))


def ordinary(count: int) -> list[dict[str, Any]]:
    """Tables with names of 40 characters and a few schedules."""
    return [{"name": f"{number:040d}", "every": f"{1 + number % 6} days"} for number in range(count)]


def standing(**stacks: list[str]) -> dict[str, Any]:
    """Tables by the last part of their stack's name."""
    records = {name: [table(each, armed=True).to_json() for each in names] for name, names in stacks.items()}
    return {"stacks": {f"tablekeeper-export-{name[1:]}": {"tables": each} for name, each in records.items()}}


def test_two_hundred_ordinary_tables_are_one_stack() -> None:
    (stack,) = planned(ordinary(200)).stacks
    assert len(stack.tables) == 200
    assert placement.load(stack.tables).excess == ""


def test_a_thousand_tables_fill_one_stack_after_another() -> None:
    stacks = planned(ordinary(1000)).stacks
    assert [stack.number for stack in stacks] == list(range(1, len(stacks) + 1))
    assert all(len(stack.tables) >= 200 for stack in stacks[:-1])
    names = [table.name for stack in stacks for table in stack.tables]
    assert names == sorted(names)


@pytest.mark.parametrize(
    "tables",
    [
        ordinary(400),
        [{"name": f"{number:0255d}"} for number in range(400)],
        [{"name": f"{number:03d}", "at": f"{number % 24:02d}:{number // 24:02d}"} for number in range(400)],
        [
            {"name": f"{number:03d}", "tags": {f"{tag:0128d}": "x" * 256 for tag in range(40)}}
            for number in range(60)
        ],
    ],
    ids=["ordinary", "longest-names", "a-schedule-each", "most-tags"],
)
def test_every_stack_is_within_its_limits(tables: list[dict[str, Any]]) -> None:
    stacks = planned(tables).stacks
    assert len(stacks) > 1
    for stack in stacks:
        assert 2 * len(stack.tables) + len(stack.own.schedules) + len(stack.policies) + 25 <= 485
        assert len(stack.policies) <= 9
        assert all(sum(70 + len(name) + 3 for name in names) <= 5_600 for names in stack.policies)
        assert len(stack.listing) <= 150
        assert all(len(text) <= 3_500 for text in stack.listing)
        assert sorted(name for names in stack.policies for name in names) == [
            each.name for each in stack.tables
        ]


def test_a_table_stays_where_it_is_and_a_new_one_fills_the_first_gap() -> None:
    existing = standing(s1=["zebra"], s2=["apple"])
    plan = planned(["apple", "mango", "zebra"], existing=existing)
    assert homes(plan) == {"zebra": ONE, "mango": ONE, "apple": TWO}


def test_a_stack_that_lost_its_tables_stays_unless_it_is_the_last() -> None:
    existing = standing(s1=["apple"], s2=["mango"], s3=["zebra"])
    kept = planned(["apple", "zebra"], existing=existing).stacks
    assert [(stack.name, len(stack.tables)) for stack in kept] == [(ONE, 1), (TWO, 0), (THREE, 1)]
    assert (kept[1].own.schedules, kept[1].policies, kept[1].listing) == ((), (), ())
    assert [stack.name for stack in planned(["mango"], existing=existing).stacks] == [ONE, TWO]
    assert [stack.name for stack in planned(["apple"], existing=existing).stacks] == [ONE]


def test_a_table_in_two_stacks_stays_in_the_first() -> None:
    plan = planned(["apple"], existing=standing(s2=["apple"], s1=["apple"]))
    assert homes(plan) == {"apple": ONE}


def test_stacks_of_others_do_not_count() -> None:
    existing = standing(s7=["apple"])
    existing["stacks"]["other-export-3"] = existing["stacks"].pop("tablekeeper-export-7")
    assert homes(planned(["apple"], existing=existing)) == {"apple": ONE}


def test_a_stack_that_outgrows_its_limits_is_a_mistake_since_no_table_moves() -> None:
    before = planned(ordinary(200))
    changed = [
        {"name": table["name"], "at": f"{number // 60:02d}:{number % 60:02d}"}
        for number, table in enumerate(ordinary(200))
    ]
    with pytest.raises(PlanError, match=r"tablekeeper-export-1 is .* but that is \d+ resources, and 485 fit"):
        planned(changed, existing=deployed(before))


@pytest.mark.parametrize(
    ("load", "excess"),
    [
        (placement.Load(tables=229), ""),
        (placement.Load(tables=229, schedules=frozenset("a")), ""),
        (placement.Load(tables=229, schedules=frozenset("ab")), "486 resources, and 485 fit"),
        (placement.Load(arns=47_447), ""),
        (placement.Load(arns=47_448), "10 policies, and 9 fit"),
        (placement.Load(template=900_001), "900001 bytes of template, and 900000 fit"),
        (placement.Load(machine=180_001), "180001 bytes of state machine, and 180000 fit"),
        (placement.Load(records=450_750), "151 outputs, and 150 fit"),
    ],
)
def test_what_a_stack_holds(load: placement.Load, excess: str) -> None:
    assert load.excess == excess
