# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names for every legal table name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import naming
from ansible_collections.tablekeeper.dynamodb.tests.unit.support.inventories import names

LOOKALIKES = ["a.b", "a-b", "a_b", "A.b", "a.B", "orders", "Orders", "x" * 255, "x" * 254 + "y", "x" * 254]
prefixes = st.from_regex(r"[a-z]([a-z0-9-]{0,18}[a-z0-9])?", fullmatch=True)


@given(prefix=prefixes, table=names)
def test_names_are_within_the_limits_of_aws(prefix: str, table: str) -> None:
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,59}", naming.logical_id(table))
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,256}", naming.topic(prefix, table))
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,256}", naming.topic(prefix, table, "/data_pipeline"))
    assert 1 <= len(naming.alarm(prefix, table)) <= 255
    assert 1 <= len(naming.alarm(prefix, table, "/data_pipeline")) <= 255
    # A run's files add at most 120 characters to this; S3 allows keys of 1,024.
    assert len(naming.points(table, 3650)) <= 900


def test_a_prefix_is_told_where_a_store_and_machinery_are() -> None:
    stacks = [
        *("a-store", "a-export-2", "a-export-1"),
        *("shop-store", "shop-data-pipeline-1", "shop-export-1x", "shop-export-0"),
        *("gone-store", "alone-export-1", "app-store", "web-store-export-1", "store"),
    ]
    assert naming.prefixes(stacks, ("export", "data_pipeline")) == {
        "a": ["a-export-1", "a-export-2"],
        "shop": ["shop-data-pipeline-1"],
    }


@given(st.lists(names, unique=True, min_size=2))
def test_names_of_tables_stay_apart(tables: list[str]) -> None:
    tables = list(dict.fromkeys([*tables, *LOOKALIKES]))
    for make in (
        naming.logical_id,
        lambda table: naming.topic("tablekeeper", table),
        lambda table: naming.alarm("tablekeeper", table),
        lambda table: naming.topic("tablekeeper", table, "/data_pipeline"),
        lambda table: naming.alarm("tablekeeper", table, "/data_pipeline"),
        lambda table: naming.points(table, 35),
    ):
        assert len({make(table) for table in tables}) == len(tables)


def test_topics_and_alarms_of_prefixes_stay_apart() -> None:
    assert naming.topic("a", "heartbeat-orders") != naming.topic("a-heartbeat", "orders")


def test_an_alarm_carries_the_whole_table_name_if_it_fits() -> None:
    assert naming.alarm("tablekeeper", "a.b") == "tablekeeper-missed-a.b"
    assert naming.alarm("tablekeeper", "x" * 236) == "tablekeeper-missed-" + "x" * 236
    assert naming.alarm("tablekeeper", "x" * 237).startswith("tablekeeper-missed-" + "x" * 220)


@pytest.mark.parametrize(
    ("stack", "number"),
    [
        ("tablekeeper-export-1", 1),
        ("tablekeeper-export-12", 12),
        ("tablekeeper-export-01", None),
        ("tablekeeper-export-0", None),
        ("tablekeeper-export-", None),
        ("tablekeeper-store", None),
        ("other-export-1", None),
        ("tablekeeper-export-1-export-1", None),
    ],
)
def test_the_number_of_a_stack(stack: str, number: int | None) -> None:
    assert naming.stack_number("tablekeeper", "export", stack) == number


def test_an_arn_stays_in_the_partition_account_and_region_of_its_neighbour() -> None:
    machine = "arn:aws-cn:states:cn-north-1:123456789012:stateMachine:tablekeeper-export-1"
    assert naming.arn(machine, "sns", "a") == "arn:aws-cn:sns:cn-north-1:123456789012:a"


@given(prefix=prefixes, number=st.integers(1, 9999))
def test_stack_names(prefix: str, number: int) -> None:
    name = naming.stack(prefix, "data_pipeline", number)
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,127}", name)
    assert naming.stack_number(prefix, "data_pipeline", name) == number
    assert naming.stack_number(prefix, "export", name) is None


def test_a_table_that_changes_its_engine_is_watched_by_both_meanwhile() -> None:
    marks = ("", "/data_pipeline")
    assert len({naming.topic("tablekeeper", "orders", mark) for mark in marks}) == 2
    assert naming.alarm("tablekeeper", "orders", "/engine") == "tablekeeper-missed-orders/engine"
