# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How few questions the module asks."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points import gather_past
from tests.unit.modules.status_info.machinery import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.modules.status_info.machinery import Machinery

    Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.newest


def counted(target: Machinery, ask: Ask, **options: Any) -> tuple[dict[str, Any], Counter[str]]:
    """The module's answer, and which operations it took."""
    target.account.forget_calls()
    answer = ask(**options)
    return answer, Counter(call["operation"] for call in target.account.calls())


def test_200_healthy_tables_take_29_calls_and_one_each(target: Machinery, ask: Ask) -> None:
    names = [f"table-{number:03}" for number in range(200)]
    target.deploy(*[record(name) for name in names])
    target.run(*[target.entry(name) for name in names])
    answer, operations = counted(target, ask)
    assert answer["summary"]["healthy"] == 200
    assert operations == {
        "GetCallerIdentity": 1,
        "DescribeStacks": 3,
        "GetTemplate": 2,
        # what stands: this stand-in has a tenth of what is really deployed
        "DescribeAlarms": 2,
        "DescribeStateMachine": 1,
        "GetBucketLifecycle": 1,
        "GetBucketTagging": 1,
        "GetBucketVersioning": 1,
        "GetTopicAttributes": 1,
        "ListSubscriptionsByTopic": 1,
        "GetSubscriptionAttributes": 1,
        "GetQueueUrl": 1,
        "GetQueueAttributes": 1,
        "ListTopics": 3,
        "ListAlarmMuteRules": 1,
        # runs, points and tables
        "ListExecutions": 1,
        "GetExecutionHistory": 1,
        "ListObjectsV2": 3,
        "ListTables": 3,
        "DescribeContinuousBackups": 200,
    }
    assert answer["summary"]["calls"] == operations.total()


def test_executions_are_read_until_every_table_is_known(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"), record("sessions"))
    for _run in range(3):
        target.run(target.entry("orders"))
    target.run(target.entry("sessions"))
    target.run(target.entry("orders"))
    _answer, operations = counted(target, ask)
    assert operations["GetExecutionHistory"] == 2
    assert operations["ListObjectsV2"] == 3  # whose points there are, in each class; drills


def test_whether_a_listed_table_that_is_not_deployed_exists_takes_no_more_calls(
    target: Machinery, ask: Ask
) -> None:
    target.deploy(record("orders"))
    target.table(target.client("dynamodb"), "carts")
    listed = ["orders", "carts", "invoices", {"name": "off", "enabled": False}]
    answer, operations = counted(target, ask, expected=listed)
    found = {table["table"]: [reason["code"] for reason in table["reasons"]] for table in answer["tables"]}
    assert found.pop("orders") == ["waiting_for_first_run"]
    assert found == {"carts": ["not_listed"], "invoices": ["table_missing"], "off": ["not_listed"]}
    assert (operations["ListTables"], operations["DescribeContinuousBackups"]) == (1, 1)


def test_a_table_that_is_not_asked_for_costs_nothing(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"), record("sessions"))
    target.run(target.entry("sessions"))
    target.run(target.entry("orders"))
    _answer, operations = counted(target, ask, tables=["orders"])
    assert operations["GetExecutionHistory"] == 1
    assert operations["ListObjectsV2"] == 1  # of drills


def test_the_bucket_tells_of_a_point_that_no_execution_remembers(
    target: Machinery, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather_past, "EXECUTIONS", 2)
    target.deploy(record("orders"), record("sessions"))
    entry = target.export("orders")
    for _run in range(3):
        target.run(target.entry("sessions"))
    answer, operations = counted(target, ask)
    (orders,) = [each for each in answer["tables"] if each["table"] == "orders"]
    assert orders["healthy"] is True
    assert orders["run"] is None
    assert orders["point"]["prefix"] == entry["prefix"]
    assert orders["point"]["export_arn"].endswith(entry["export"])
    assert orders["point"]["items"] == 3
    assert operations["GetExecutionHistory"] == 2


def test_older_executions_are_read_for_a_table_of_which_nothing_else_is_known(
    target: Machinery, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather_past, "EXECUTIONS", 2)
    target.deploy(record("orders"), record("sessions"))
    failed = target.run(target.failure("orders"))
    for _run in range(3):
        target.run(target.entry("sessions"))
    answer = ask()
    (orders,) = [each for each in answer["tables"] if each["table"] == "orders"]
    assert [reason["code"] for reason in orders["reasons"]] == ["no_good_point", "last_run_failed"]
    assert orders["run"]["id"] == failed


def test_a_failed_run_that_many_others_hide_is_told(
    target: Machinery, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside tables of every hour, the run of a weekly one is far down the list."""
    monkeypatch.setattr(gather_past, "EXECUTIONS", 2)
    target.deploy(record("orders"), record("sessions"))
    target.export("orders")
    failed = target.run(target.failure("orders"))
    for _run in range(3):
        target.run(target.entry("sessions"))
    answer, operations = counted(target, ask)
    (orders,) = [each for each in answer["tables"] if each["table"] == "orders"]
    assert [reason["code"] for reason in orders["reasons"]] == ["last_run_failed"]
    assert orders["run"]["id"] == failed
    assert operations["GetExecutionHistory"] == 3


def test_many_tables_without_a_run_are_one_question_for_each_retention_class(
    target: Machinery, ask: Ask
) -> None:
    target.deploy(*[record(f"table-{number}") for number in range(20)])
    answer, operations = counted(target, ask)
    assert answer["summary"]["waiting"] == 20
    assert {reason["code"] for table in answer["tables"] for reason in table["reasons"]} == {
        "waiting_for_first_run"
    }
    assert operations["ListObjectsV2"] == 3  # with that of drills


def test_a_name_that_begins_like_another_is_another(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"), record("orders-2"))
    target.export("orders-2")
    points = {table["table"]: table["point"] for table in ask()["tables"]}
    assert points["orders"] is None
    assert points["orders-2"]["prefix"].startswith("retain-35d/orders-2/")


def test_an_empty_export_is_no_point_unless_its_run_says_so(
    target: Machinery, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    target.deploy(record("orders"), record("sessions"))
    target.export("orders", items=0)
    target.run(target.failure("orders", error="NothingExported"), target.entry("sessions"))
    orders = ask()["tables"][0]
    assert [reason["code"] for reason in orders["reasons"]] == ["no_good_point", "last_run_failed"]
    target.run(target.entry("orders", items=0))
    monkeypatch.setattr(gather_past, "EXECUTIONS", 0)
    assert ask()["healthy"] is True
