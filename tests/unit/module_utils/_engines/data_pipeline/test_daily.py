# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How pipelines' runs went, day by day, without asking about each run."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.data_pipeline import (
    daily,
    planner,
    start,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import SUCCEEDED
from tests.unit.support.piped import pipeline_record, row

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.daily import Told
    from tests.unit.support.piped import Piped

SHELL = {"type": "ShellCommandActivity", "command": "true", "step": None, "preStepCommand": None,
         "postStepCommand": None, "myDirectory": None}  # fmt: skip
BEGIN = datetime(2026, 11, 1, 2, tzinfo=UTC)


def told(piped: Piped, *tables: str, days: int = 35) -> Told:
    since = piped.account.aws.now() - timedelta(days=days)
    names = tables or tuple(each.name for each in piped.rows)
    return daily.daily_runs(piped.aws, piped.stack, piped.bucket, names, since)


def states(found: Told, table: str) -> list[str]:
    return [each.state for each in sorted(found.runs.get(table, ()), key=lambda each: each.started)]


def test_good_days_and_bad_ones(piped: Piped) -> None:
    piped.tables("orders", "sessions")
    piped.run()
    piped.account.client("dynamodb").delete_table(TableName="sessions")
    piped.run()
    found = told(piped)
    assert states(found, "orders") == [SUCCEEDED, SUCCEEDED]
    assert states(found, "sessions") == [SUCCEEDED, "FAILED"]
    # The points are those that are known in another way, too.
    last = max(found.runs["orders"], key=lambda each: each.started)
    (known,) = piped.past("orders", young_hours=None)["orders"].runs[-1:]
    assert last.point
    assert known.point
    assert last.point.prefix == known.point.prefix
    assert last.scheduled == known.scheduled
    assert found.unread == frozenset()


def test_one_under_way_has_not_failed(piped: Piped) -> None:
    piped.tables("orders")
    piped.run()
    piped.account.aws.control("POST", "datapipeline", account=piped.account.id, slow={"orders": 7200})
    piped.account.aws.advance(hours=24)
    assert states(told(piped), "orders") == [SUCCEEDED, "RUNNING"]


def test_one_on_demand_counts_too(piped: Piped) -> None:
    piped.tables("orders")
    piped.run()
    (watch,) = start.start(piped.aws, piped.stack, ["orders"], "me", piped.account.aws.now())
    piped.pipes.append(replace(piped.pipes[0], id=watch.execution))
    piped.pipes[-1].wait()
    runs = sorted(told(piped).runs["orders"], key=lambda each: each.started)
    assert [bool(each.scheduled) for each in runs] == [True, False]


def test_only_the_asked_days_and_tables(piped: Piped) -> None:
    piped.pipeline("orders", "sessions", **SHELL)
    piped.run()
    piped.account.aws.advance(days=3)
    piped.pipes[0].wait(60)
    found = told(piped, "orders", days=2)
    assert set(found.runs) == {"orders"}
    assert len(found.runs["orders"]) == 2


@pytest.mark.newest  # it is about many tables
def test_40_tables_of_a_week_take_a_call_for_each_100_runs(piped: Piped) -> None:
    names = [f"t{number:02}" for number in range(40)]
    piped.pipeline(*names, **SHELL)
    piped.run()
    piped.account.aws.advance(days=6)
    piped.pipes[0].wait(60)
    piped.account.forget_calls()
    found = told(piped)
    assert {len(each) for each in found.runs.values()} == {7}
    assert len(found.runs) == 40
    operations = Counter(call["operation"] for call in piped.account.calls())
    # 280 activities and 7 clusters that went well, none that did not, none under way.
    assert operations == {"ListPipelines": 1, "QueryObjects": 3 + 1 + 1}


def test_names_that_tell_nothing_leave_all_days_open(piped: Piped, monkeypatch: pytest.MonkeyPatch) -> None:
    piped.pipeline("orders", **SHELL)
    piped.run()
    assert told(piped).unread == frozenset()
    monkeypatch.setattr(daily.datapipeline, "query_instances", lambda *_asked: ["orders-of-monday"])
    found = told(piped, days=2)
    today = piped.account.aws.now().date()
    assert found.unread == {today - timedelta(days=number) for number in range(3)}
    assert found.runs == {}


@pytest.mark.parametrize(
    ("every", "since", "until", "starts"),
    [
        (24, BEGIN, BEGIN + timedelta(days=2), [0, 24]),
        (24, BEGIN - timedelta(days=9), BEGIN + timedelta(hours=1), [0]),
        (24, BEGIN + timedelta(hours=1), BEGIN + timedelta(hours=24), []),
        (24, BEGIN + timedelta(hours=1), BEGIN + timedelta(hours=25), [24]),
        (6, BEGIN + timedelta(hours=7), BEGIN + timedelta(hours=19), [12, 18]),
        (72, BEGIN, BEGIN + timedelta(days=7), [0, 72, 144]),
        (24, BEGIN, BEGIN, []),
        (24, BEGIN, BEGIN - timedelta(days=3), []),
    ],
)
def test_starts_count_from_the_first_of_the_pipeline(
    every: int, since: datetime, until: datetime, starts: list[int]
) -> None:
    mine = pipeline_record("one", start="2026-11-01T02:00:00", every=every)
    others: Any = [
        pipeline_record("two", start="2026-11-01T03:00:00", number=2),
        pipeline_record("three", start="2026-11-01T04:00:00", schedule="6h-0200-abcdef"),
    ]
    own = {"Pipelines": [each.to_json() for each in (*others, mine)]}
    found = planner.starts(row("orders"), own, since, until)
    assert found == [BEGIN + timedelta(hours=each) for each in starts]
    assert list(planner.starts(row("orders", number=3), own, since, until)) == []
