# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a month costs, whatever the engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._cost.month import months
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.planners import PLANNERS
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.planning import Habit


def test_no_table_costs_nothing() -> None:
    assert {(each.tables, each.dollars, each.all_dollars) for each in months([])} == {(0, 0, 0)}
    assert [each.engine for each in months([])] == list(PLANNERS)


HABIT = Habit(gb=10, every=24, retention_days=35, echo=6)


@pytest.mark.parametrize("engine", PLANNERS)
@pytest.mark.parametrize(
    "change",
    [{"gb": 11}, {"every": 12}, {"retention_days": 36}, {"echo": 48}],
    ids=lambda change: next(iter(change)),
)
def test_what_makes_a_month_dearer(engine: str, change: dict[str, Any]) -> None:
    planner = PLANNERS[engine]
    assert planner.month(replace(HABIT, **change)) > planner.month(HABIT) > 0


@pytest.mark.parametrize("engine", PLANNERS)
def test_what_is_shared_makes_it_cheaper(engine: str) -> None:
    planner = PLANNERS[engine]
    assert planner.month(replace(HABIT, together=10)) < planner.month(HABIT)
