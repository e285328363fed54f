# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import TableRecord
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.listing import read_listing, unlike
from tests.unit.support.inventories import planned

LISTED: list[Any] = ["orders", {"name": "sessions", "every": "6 hours", "retention_days": 7}]


def deployed(tables: list[Any], **more: Any) -> dict[str, TableRecord]:
    """The records of the tables once they are deployed."""
    stacks = planned(tables, **more).stacks
    told = [(stack.engine, json.loads(text)) for stack in stacks for text in stack.listing]
    records = [TableRecord.from_json(row, engine=engine) for engine, rows in told for row in rows]
    return {record.name: record for record in records}


def test_what_was_deployed_as_it_is_listed_differs_in_nothing() -> None:
    defaults = {"at": "04:10", "timezone": "Europe/Dublin", "max_age": "2 days"}
    records = deployed(LISTED, defaults=defaults)
    entries = read_listing(LISTED, defaults).entries
    assert {name: unlike(entries[name], record) for name, record in records.items()} == {
        "orders": (),
        "sessions": (),
    }


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            {"every": "1 hour", "max_age": "30 hours", "at": "02:00"},
            "every is listed as 1 hour and deployed as 1 day",
        ),
        ({"at": "03:00"}, "at is listed as 03:00 and deployed as 02:00"),
        ({"timezone": "Asia/Tokyo"}, "timezone is listed as Asia/Tokyo and deployed as UTC"),
        ({"retention_days": 7}, "retention_days is listed as 7 and deployed as 35"),
        ({"max_age": "36 hours"}, "max_age is listed as 36 hours and deployed as 30 hours"),
        ({"enabled": False}, "enabled is listed as false and deployed as true"),
    ],
)  # fmt: skip
def test_what_is_listed_otherwise_is_told(entry: dict[str, Any], told: str) -> None:
    entries = read_listing([{"name": "orders", **entry}]).entries
    assert unlike(entries["orders"], deployed(["orders"])["orders"]) == (told,)


def test_a_disabled_table_has_no_schedule_to_compare() -> None:
    disabled = {"name": "orders", "enabled": False}
    entries = read_listing([{**disabled, "every": "1 week"}]).entries
    assert unlike(entries["orders"], deployed([disabled])["orders"]) == ()


def test_an_entry_with_a_mistake_is_listed_all_the_same() -> None:
    listing = read_listing(["orders", {"name": "sessions", "every": "often"}])
    assert listing.names == ("orders", "sessions")
    assert list(listing.entries) == ["orders"]
    assert "sessions: every is" in listing.mistakes[0]


def test_nothing_is_listed() -> None:
    assert read_listing([]) == read_listing(None)
    assert read_listing([]).names == ()
