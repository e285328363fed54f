# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.selection import (
    Selection,
    SelectionError,
    enabled_names,
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
    assert select(DEPLOYED, wanted, WHERE) == Selection(chosen)


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


OTHERS = {"shop-us": ["orders", "users"], "shop-ap": ["users"]}


@pytest.mark.parametrize(
    ("deployed", "wanted", "listed", "selection"),
    [
        (DEPLOYED, ["users"], [], Selection([], ["users"])),
        ({}, ["users"], [], Selection([], ["users"])),
        (DEPLOYED, ["users", "orders"], [], Selection(["orders"], ["users"])),
        (DEPLOYED, [], ["orders", "sessions", "archive"], Selection(["orders", "sessions"])),
        (DEPLOYED, [], ["orders", "new", "b"], Selection(["orders", "sessions"], [], ["b", "new"])),
        ({"archive": False}, [], ["new"], Selection([], [], ["new"])),
        # Whoever names tables does not ask about the others.
        (DEPLOYED, ["orders"], ["orders", "new"], Selection(["orders"])),
    ],
)
def test_select_tells_what_is_elsewhere_and_what_is_nowhere(
    deployed: dict[str, bool], wanted: list[str], listed: list[str], selection: Selection
) -> None:
    assert select(deployed, wanted, WHERE, listed, OTHERS) == selection


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (["usrs"], "No other target lists it, either; set the limit if only one has it."),
        (
            ["new"],
            f"new is listed and not deployed {WHERE}: run the backup playbook first, which says why",
        ),
        (["ord*"], "the nearest is orders. Names are taken as they are: a star stands for nothing."),
    ],
)
def test_select_says_what_to_do_about_a_name(wanted: list[str], words: str) -> None:
    with pytest.raises(SelectionError) as raised:
        select(DEPLOYED, wanted, WHERE, ["orders", "new"], OTHERS)
    assert words in str(raised.value)


def test_what_is_switched_off_is_not_expected() -> None:
    entries = [
        "orders",
        {"name": "a", "enabled": False},
        {"name": "b", "enabled": "no"},
        {"name": "c", "enabled": 7},
    ]
    assert enabled_names(entries) == ["orders", "c"]
