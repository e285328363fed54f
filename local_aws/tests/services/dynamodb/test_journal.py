# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The journal of a table's writes: what a window changed is found without going through the table."""

from __future__ import annotations

import copy
from typing import Any, NoReturn

from local_aws.services.dynamodb import journal
from local_aws.services.dynamodb.journal import Change, Journal, Write

Item = dict[str, Any]


class Large(dict[str, Any]):
    """Items that can be looked up, and of which nobody may go through all."""

    def _all(self, *_: Any) -> NoReturn:
        raise AssertionError("It went through the table.")

    __iter__ = keys = values = items = copy = _all


def item(value: int) -> Item:
    return {"v": {"N": str(value)}}


def test_a_window_is_found_among_the_writes_alone() -> None:
    writes = [
        Write(1.0, "a", "-", None),  # before the window
        Write(2.0, "a", "-", item(1)),
        Write(3.0, "b", "-", None),
        Write(3.0, "a", "-", item(2)),
        Write(4.0, "c", "-", item(7)),
        Write(5.0, "a", "-", item(3)),  # at its end
        Write(6.0, "b", "-", item(5)),
    ]
    table = {"items": Large(a={"-": item(4)}, c={"-": item(8)}), "_journal": Journal(writes)}
    assert journal.changes(table, 2.0, 5.0) == [
        Change("a", "-", item(1), item(3), 3.0),
        Change("b", "-", None, item(5), 3.0),
        Change("c", "-", item(7), item(8), 4.0),
    ]
    assert journal.changes(table, 7.0, 9.0) == []


def test_a_copy_of_a_table_has_no_past() -> None:
    table = {"_journal": Journal([Write(1.0, "a", "-", None)])}
    again = copy.deepcopy(table)
    assert journal.changes({"items": {}} | again, 0.0, 9.0) == []
    journal.begin(again)
    assert again["_journal"] == []
