# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a plan changes for each table, in words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import make_plan
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.records import record
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.table_changes import table_lines

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import TableRecord

TODAY = dt.date(2026, 11, 28)
KEPT = "what backups it has are deleted {} days after they were made"


def deployed(*tables: object) -> dict[str, TableRecord]:
    plan = make_plan(list(tables), region="eu-west-1", now=dt.datetime(2026, 11, 28, tzinfo=dt.UTC))
    return {table.name: record(table) for stack in plan.stacks for table in stack.tables}


def lines(before: list[object], after: list[object], **settings: Any) -> list[str]:
    plan = make_plan(after, region="eu-west-1", now=dt.datetime(2026, 11, 28, tzinfo=dt.UTC), **settings)
    return table_lines(plan, deployed(*before), TODAY)


def test_a_new_table_is_told_whole_and_those_that_stay_are_counted() -> None:
    assert lines(["orders", "users"], ["orders", "users", "sessions"]) == [
        "sessions: new, every day at 02:00 UTC, kept 35 days, alarm after 30 hours without a backup",
        "2 tables unchanged",
    ]


def test_nothing_changed() -> None:
    assert lines(["orders"], ["orders"]) == ["1 table unchanged"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"retention_days": 7}, "new backups are kept 7 days instead of 35 days"),
        ({"drill_every": "30 days"}, "drill_every never becomes 30 days"),
        ({"at": "05:00"}, "every day at 02:00 UTC becomes every day at 05:00 UTC"),
        ({"timezone": "Europe/Dublin"}, "every day at 02:00 UTC becomes every day at 02:00 Europe/Dublin"),
        ({"max_age": "2 days"}, "alarm after 2 days instead of 30 hours without a backup"),
        (
            {"enabled": False},
            f"stopped (enabled: false); {KEPT.format(35)}, by 2027-01-03 at the latest",
        ),
    ],
)
def test_a_change_is_told_from_what_to_what(change: dict[str, Any], line: str) -> None:
    assert lines(["orders"], [{"name": "orders", **change}]) == [f"orders: {line}"]


def test_a_table_that_is_started_again() -> None:
    (told,) = lines([{"name": "orders", "enabled": False}], ["orders"])
    assert told == (
        "orders: started again, every day at 02:00 UTC, kept 35 days, alarm after 30 hours without a backup"
    )


def test_a_table_that_is_no_longer_listed_is_told_with_the_end_of_its_backups() -> None:
    assert lines(["orders", {"name": "catalog", "retention_days": 7}], ["orders"]) == [
        f"catalog: no longer backed up; {KEPT.format(7)}, by 2026-12-06 at the latest",
        "1 table unchanged",
    ]


@pytest.mark.parametrize("after", [[], [{"name": "catalog", "enabled": False}]])
def test_no_end_of_backups_is_told_where_rules_delete_none(after: list[object]) -> None:
    told = lines(["orders", "catalog"], ["orders", *after], expire_backups=False)[0]
    assert told.startswith("catalog: ")
    assert told.endswith("; what backups it has stay while tablekeeper_expire_backups is false")
