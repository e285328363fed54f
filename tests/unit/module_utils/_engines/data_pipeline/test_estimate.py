# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long a cluster takes, what it costs, and what is refused for it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._cost.estimate import estimate
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.data_pipeline.estimate import (
    GB,
    crowded,
    gb_per_hour,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import as_data
from ansible_collections.tablekeeper.dynamodb.tests.unit.support.inventories import planned

if TYPE_CHECKING:
    from collections.abc import Collection

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


def plan(*tables: Any, **settings: Any) -> dict[str, Any]:
    return as_data(planned(list(tables), defaults={"engine": "data_pipeline"}, now=NOON, **settings))


def known(*sizes: Any, names: Collection[str] = ()) -> dict[str, Any]:
    return {"data_pipeline": {"tables": sizes, "pipelines": names}}


def size(name: str, gb: float, units: int = 0) -> dict[str, Any]:
    return {"name": name, "bytes": gb * GB, "read_capacity": units}


def cells(line: str) -> list[str]:
    return line.split()


@pytest.mark.parametrize(
    ("ratio", "units", "speed"),
    [
        # 204,800 bytes a second are 1.46 hours for each GB.
        (0.25, 100, 1 / 1.4563555555555555),
        (1.0, 100, 4 / 1.4563555555555555),
        (0.25, 100_000, 180),
        (0.25, 0, 180),
        (0.1, 0, 40_000 * 0.1 * 8192 * 3600 / GB),
    ],
)
def test_a_table_is_read_as_fast_as_its_capacity_and_the_cluster_allow(
    ratio: float, units: int, speed: float
) -> None:
    assert gb_per_hour(ratio, units, 180) == pytest.approx(speed)


def test_the_table_that_cannot_be_done_is_named() -> None:
    sizes = known(size("ledger", 1024, 100), size("orders", 10), size("small", 0.1, 5))
    (problem,) = estimate(plan("ledger", "orders", "small"), sizes)["problems"]
    assert problem == (
        "tablekeeper-data-pipeline-1-24h-0200-7e5f76-9f4ae546 would take about 1,494.5 hours for 3 tables, "
        "and its cluster is stopped after 6 (terminate_after of tablekeeper_data_pipeline). Most of it is "
        "ledger: 1,024.0 GB at 0.25 of its 100 provisioned read capacity units take 1,491.3 hours. Give "
        "ledger more read capacity or a larger read_ratio, write engine: export for it, or allow more time."
    )


def test_what_fits_is_not_refused_and_the_next_start_binds() -> None:
    daily = plan("ledger", data_pipeline={"terminate_after": "16 hours"})
    assert estimate(daily, known(size("ledger", 10, 100)))["problems"] == []
    hourly = plan({"name": "ledger", "every": "1 hour"})
    (problem,) = estimate(hourly, known(size("ledger", 1, 100)))["problems"]
    assert "stopped after 1 (every of its tables (1 hour), after which the next run starts)" in problem


def test_prices_of_one_table_and_of_many() -> None:
    """One cluster at $ 0.48 an hour: 0.2 hours to begin, a minute for each table, 180 GB an hour."""
    alone = estimate(plan("ledger"), known(size("ledger", 10)))["lines"]
    assert cells(alone[1]) == ["ledger", "10.0", "0.07", "0.1307", "0.1638", "0.0197", "0.3142", "0.2600"]
    names = [f"{number:03}" for number in range(45)]
    lines = estimate(plan(*names), known(*[size(name, 1, 100_000) for name in names]))["lines"]
    assert cells(lines[1]) == ["000", "1.0", "0.02", "0.0128", "0.0000", "0.0197", "0.0325", "0.2600"]
    assert cells(lines[46])[2:] == ["1.20", "1.46"]
    assert lines[47].startswith("The classic template's cluster for each table is $ 0.26 a run")
    assert "us-east-1 of 2026-11-23" in lines[48]


def test_more_than_daily_costs_more_for_the_service() -> None:
    fees = [
        cells(estimate(plan({"name": "ledger", "every": every}), known(size("ledger", 0)))["lines"][1])[5]
        for every in ("1 day", "12 hours")
    ]
    assert fees == ["0.0197", "0.0164"]


def test_a_type_without_a_price_has_none() -> None:
    unknown = plan("ledger", data_pipeline={"core_instance_type": "m5.2xlarge"})
    lines = estimate(unknown, known(size("ledger", 1, 10_000)))["lines"]
    assert cells(lines[1])[3:] == ["?", "0.0000", "0.0197", "?", "0.2600"]
    assert "m5.2xlarge of which no price is known here" in lines[4]


def test_without_sizes_the_parts_are_told() -> None:
    lines = estimate(plan("ledger", "orders"))["lines"]
    assert cells(lines[1])[1:] == ["2", "0.0757", "0.0027", "0.0191"]
    assert lines[2] == "The sizes of the tables are not known here, since nothing was asked of AWS."


def test_no_pipelines_no_words() -> None:
    assert estimate(as_data(planned(["orders"])), known()) == {"lines": [], "problems": []}


def test_what_is_there_takes_room_until_the_new_pipelines_stand() -> None:
    """Also what they replace, and what ran on demand."""
    ours = plan("ledger")
    (mine,) = [each["name"] for stack in ours["stacks"] for each in stack["own"]["pipelines"]]
    names = [f"theirs-{number}" for number in range(98)]
    assert crowded([mine], [*names, "tablekeeper-data-pipeline-1-old"]) == []
    assert crowded([mine], [*names, "one more", mine]) == []
    (problem,) = crowded([mine], [*names, "one more", "tablekeeper-data-pipeline-1-old"])
    assert problem.startswith(
        "The account has 100 pipelines and the plan makes 1, and AWS allows 100: let more"
    )
