# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._selection import (
    SelectionError,
    select,
    split_names,
)

WHERE = 'under the prefix "tablekeeper" in eu-west-1'
DEPLOYED = {"orders": True, "sessions": True, "archive": False}


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (None, []),
        ("", []),
        (" , \n", []),
        ([], []),
        ("orders", ["orders"]),
        ("orders,sessions", ["orders", "sessions"]),
        ("orders, sessions\narchive,\n", ["orders", "sessions", "archive"]),
        ("orders orders", ["orders"]),
        (["orders", "sessions"], ["orders", "sessions"]),
        (["orders, sessions", "orders"], ["orders", "sessions"]),
        (123, ["123"]),
        ([123, "orders"], ["123", "orders"]),
    ],
)
def test_split_names(value: object, names: list[str]) -> None:
    assert split_names(value) == names


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ([], ["orders", "sessions"]),
        (["sessions", "orders"], ["orders", "sessions"]),
        (["archive"], ["archive"]),
    ],
)
def test_select_takes_what_is_named_or_all_that_is_enabled(wanted: list[str], chosen: list[str]) -> None:
    assert select(DEPLOYED, wanted, WHERE) == chosen


@pytest.mark.parametrize(
    ("deployed", "wanted", "sentence"),
    [
        ({}, [], f"No table is backed up {WHERE}: run the backup playbook first."),
        ({}, ["orders"], f"No table is backed up {WHERE}: run the backup playbook first."),
        (
            {"archive": False},
            [],
            (
                f"Every table {WHERE} is disabled: name the tables to back up now, "
                "or set enabled to true and run the backup playbook."
            ),
        ),
        (
            DEPLOYED,
            ["ordrs", "orders", "SESSIONS"],
            (
                f"ordrs: there is no such table backed up {WHERE}: the nearest is orders. "
                f"SESSIONS: there is no such table backed up {WHERE}: the nearest is sessions."
            ),
        ),
    ],
)
def test_select_says_why_nothing_can_be_chosen(
    deployed: dict[str, bool], wanted: list[str], sentence: str
) -> None:
    with pytest.raises(SelectionError) as raised:
        select(deployed, wanted, WHERE)
    assert str(raised.value) == sentence
