# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a month of both engines costs, worked out by hand from the prices of docs/costs.md."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._cost.month import GB, Sized, months
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.planners import PLANNERS
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.planning import Habit
from tests.unit.support import records

# 12 minutes looked at each minute; 6 objects and a partition; SNS. 35 days and 14 more in S3, compressed.
HEARTBEATS = 0.10 + 30.4 * 6 * 25e-6
CLUSTER = 2 * 0.24  # two m5.xlarge
HABIT = Habit(gb=10, every=24, retention_days=35, echo=6)


def export(together: int, gb: float = 10) -> float:
    transitions = (11 / together + 25 + 36) * 25e-6
    run = gb * 0.10 + transitions + 7 * 5e-6 + 5e-7
    return 30.4 * run + gb * 0.20 + 49 * gb * 0.3 * 0.023 + HEARTBEATS


def pipeline(together: int, gb: float = 10) -> float:
    hours = 0.2 / together + 1 / 60 + gb / 180
    run = CLUSTER * hours + gb * 131072 * 0.125e-6
    return 30.4 * run + 0.60 + 49 * gb * 0.023 + HEARTBEATS


def sized(gigabytes: float | None = 10, engine: str = "export", **changes: Any) -> Sized:
    record = records.table("orders", engine=engine, **{"echo": 6, **changes})
    return Sized(record, None if gigabytes is None else int(gigabytes * GB))


def test_a_table_of_each_engine() -> None:
    first, second = months([sized(), sized(engine="data_pipeline")])
    assert (first.engine, first.tables, first.unpriced) == ("export", 1, 0)
    assert first.dollars == pytest.approx(export(1))
    assert first.all_dollars == pytest.approx(2 * export(2))
    assert (second.engine, second.tables, second.unpriced) == ("data_pipeline", 1, 0)
    assert second.dollars == pytest.approx(pipeline(1))
    assert second.all_dollars == pytest.approx(2 * pipeline(2))


def test_only_what_starts_together_shares() -> None:
    first, second = months([sized(), sized(at="05:00"), sized(at="05:00")])
    assert first.dollars == pytest.approx(export(1) + 2 * export(2))
    assert second.dollars == 0
    assert second.all_dollars == pytest.approx(pipeline(1) + 2 * pipeline(2))


def test_what_nobody_knows_the_size_of_is_told_and_in_no_sum() -> None:
    first, _second = months([sized(), sized(None), sized(None, engine="data_pipeline")])
    assert (first.tables, first.unpriced) == (2, 1)
    assert first.dollars == pytest.approx(export(2))
    assert first.all_dollars == pytest.approx(export(3))


def test_more_tables_than_a_cluster_holds_share_no_more() -> None:
    planner = PLANNERS["data_pipeline"]
    assert planner.month(replace(HABIT, together=45)) == planner.month(replace(HABIT, together=450))


def test_pipelines_that_run_more_than_daily_have_a_higher_fee() -> None:
    free = replace(HABIT, gb=0, echo=0)
    daily, hourly = (PLANNERS["data_pipeline"].month(replace(free, every=each)) for each in (24, 12))
    assert hourly - 2 * (daily - 0.60 - 0.10) == pytest.approx(1.00 + 0.10)
