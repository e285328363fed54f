# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One cause of many tables is one, in the words in which AWS tells it."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.grouping import core, together
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.run import TableResult
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.survey import Survey
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import make_plan
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.surveying import problems
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._run.progress import Progress, conclusion

RECORDED: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "recorded" / "errors.json").read_text(encoding="utf-8")
)
TABLES = ("orders", "orders-archive", "t")
REQUESTS = (
    "0C7BUSK1JKV6G0R5B9KQNSO5AEMVJF66Q9ASUAAJG",
    "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    "79104EXAMPLEB723",
)


def cause(error: dict[str, Any], number: int) -> str:
    """What a state machine tells when AWS refuses so."""
    table = TABLES[number]
    arn = f"arn:aws:dynamodb:eu-west-1:123456789012:table/{table}"
    named = {"table": table, "arn": arn, "stack": "s", "time": "2026-11-28T12:00:00Z"}
    message = " ".join(re.sub(r"{(\w+)}", lambda found: named[found[1]], error["message"]).split())
    tried = f"(SDK Attempt Count: {number + 1})"
    return f"{message} (Service: DynamoDb, Status Code: 400, Request ID: {REQUESTS[number]}) {tried}"


@pytest.mark.parametrize("error", RECORDED, ids=[each["id"] for each in RECORDED])
def test_a_run_tells_a_cause_of_many_tables_once(error: dict[str, Any]) -> None:
    progress = Progress(TABLES, lambda: 0.0)
    causes = [cause(error, number) for number in range(3)]
    progress.update(
        TableResult(name, ok=False, error=error["code"], cause=why)
        for name, why in zip(TABLES, causes, strict=True)
    )
    told = conclusion(progress, waited=True)
    assert told.count("Service:") == 1
    assert f". orders: {causes[0]} (the same for orders-archive, t). " in told
    assert told.endswith("run the run playbook again with -e tables=orders,orders-archive,t.")


def test_backup_tells_a_cause_of_many_tables_once() -> None:
    later = next(each for each in RECORDED if each["id"] == "table_just_made")
    failed = {name: f"{later['code']}: {later['message']}: {name}" for name in TABLES}
    survey = Survey(account="1", store={}, deployed={}, failed=failed | {"users": "other"})
    settings = make_plan(["orders"], region="eu-west-1", enable_pitr=True).settings
    assert [told.split(" could not")[0] for told in problems(survey, settings)] == [
        "Point-in-time recovery of orders, orders-archive, t",
        "Point-in-time recovery of users",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Export arn:aws:dynamodb:e:1:table/orders/export/01700000000000-1a2b3c4d ended FAILED",
            "Export arn:aws:dynamodb:e:1:table/sessions/export/01700000009999-99aabbcc ended FAILED",
        ),
        ("orders: none since 2026-11-23 02:00 UTC", "sessions: none since 2026-11-22 04:10 UTC"),
        ("orders: begun 2026-11-23T02:00:01.123Z", "sessions: begun 2026-11-23T02:00:09Z"),
        (
            "No key orders (Service: S3, Request ID: 4442587FB7D0A2F9, Extended Request ID: a+b/c=)",
            "No key sessions (Service: S3, Request ID: 0A2F94442587FB7D, Extended Request ID: d/e+f==)",
        ),
        ("alarm tablekeeper-missed-orders is gone", "alarm tablekeeper-missed-sessions is gone"),
    ],
)
def test_what_differs_from_table_to_table_does_not_count(one: str, other: str) -> None:
    assert core(one, "orders") == core(other, "sessions")


def test_another_cause_is_another() -> None:
    told = [("a", "No key k"), ("b", "No key l"), ("c", "No key k"), ("d", "Status Code: 500")]
    assert [[name for name, _why in group] for group in together(told)] == [["a", "c"], ["b"], ["d"]]
    assert "2026" not in core(f"since {dt.date(2026, 1, 1)}", "a")
