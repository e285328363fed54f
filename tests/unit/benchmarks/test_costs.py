# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks import costs, documents
from benchmarks.target import run
from local_aws.client import samples
from tests.unit.support.deployed import deployed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local_aws.client.fixtures import Account


def test_a_run_is_the_export_and_little_else() -> None:
    assert costs.transitions() == 11 + 25 + 3 * 12
    assert costs.transitions(tables=11) == 1 + 25 + 3 * 12
    assert costs.export_run(10) == pytest.approx(1.0 + 72 * 25e-6 + 7 * 5e-6 + 5e-7)


def test_a_month_by_hand() -> None:
    runs = 30.4 * (costs.export_run(100) + 6 * 25e-6)
    assert costs.export_month(100) == pytest.approx(runs + 20 + (35 + 14) * 100 * 0.3 * 0.023 + 0.1)
    weekly = 30.4 / 7 * (costs.export_run(100) + 87 * 25e-6)
    assert costs.export_month(100, 7, 7) == pytest.approx(weekly + 20 + 14 / 7 * 100 * 0.3 * 0.023 + 0.1)
    assert costs.aws_backup_month(100, 1, 35) == pytest.approx(350)


def test_the_advertised_price_is_a_whole_hour_of_the_classic_cluster() -> None:
    assert costs.NODES * costs.dollars("node") * 1 == pytest.approx(costs.CLASSIC_RUN)
    assert costs.classic_run(10) == pytest.approx(0.26 * (0.2 + 10 / 180) + 0.16384)


@pytest.mark.parametrize("every", [1, 7])
def test_aws_backup_is_cheaper_before_and_dearer_after(every: int) -> None:
    days = costs.cheaper_than_aws_backup(every)
    assert costs.aws_backup_month(100, every, days - 1) <= costs.export_month(100, every, days - 1)
    assert costs.aws_backup_month(100, every, days) > costs.export_month(100, every, days)


def test_the_classic_way_is_cheaper_for_large_tables() -> None:
    size = costs.classic_is_cheaper_from()
    assert costs.classic_month(size - 0.1) >= costs.export_month(size - 0.1)
    assert costs.classic_month(size) < costs.export_month(size)


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.1, "0.10"), (0.023, "0.023"), (1.0, "1.00"), (2.5e-05, "0.000025"), (5e-07, "0.0000005")],
)
def test_prices_are_written_without_exponent(value: float, written: str) -> None:
    assert costs.plain(value) == written


def test_the_page_is_what_the_formulas_say() -> None:
    written = (documents.DOCS / "costs.md").read_text(encoding="utf-8")
    assert written == documents.costs_page(), "Run: .venv/bin/python -m benchmarks --costs"


def test_the_state_machine_makes_as_many_transitions_as_are_paid_for(account: Account) -> None:
    samples.create(account.client("dynamodb"), (samples.simple("orders"),))
    outputs = deployed(account, {"tablekeeper_tables": ["orders"]}).outputs
    client = account.client("stepfunctions")
    execution = run(client, outputs["tablekeeper-export-1"]["StateMachineArn"], ["orders"])
    assert len(entered(client, execution)) == costs.RUN_TRANSITIONS
    (child,) = children(client, execution)
    states = entered(client, child)
    polls = states.count("DescribeExport")
    assert polls >= 1
    start_of_the_child = 1
    assert len(states) + start_of_the_child == costs.TABLE_TRANSITIONS + polls * costs.POLL_TRANSITIONS


def test_polls_by_the_clock_of_the_role(root: Path) -> None:
    defaults = (root / "roles" / "backup" / "defaults" / "main.yml").read_text(encoding="utf-8")
    assert f"tablekeeper_poll_seconds | default({costs.POLL_SECONDS})" in defaults
    store = (root / "roles" / "backup" / "templates" / "store.yaml.j2").read_text(encoding="utf-8")
    assert f"NoncurrentDays: {{{{ [days, {costs.NONCURRENT_DAYS}] | min }}}}" in store
    assert costs.transitions(10) - costs.transitions(9) == 3 * ceil(60 / costs.POLL_SECONDS)


def entered(client: Any, execution: str) -> list[str]:
    """The states that an execution entered."""
    pages = pages_of(client.get_execution_history, executionArn=execution)
    events = [event for page in pages for event in page["events"]]
    return [
        event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event
    ]


def children(client: Any, execution: str) -> list[str]:
    (map_run,) = client.list_map_runs(executionArn=execution)["mapRuns"]
    found = client.list_executions(mapRunArn=map_run["mapRunArn"])["executions"]
    return [each["executionArn"] for each in found]


def pages_of(call: Callable[..., dict[str, Any]], **arguments: Any) -> list[dict[str, Any]]:
    pages = [call(**arguments)]
    while token := pages[-1].get("nextToken"):
        pages.append(call(**arguments, nextToken=token))
    return pages
