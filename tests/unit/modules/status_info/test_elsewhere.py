# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables that are named where there are several targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.text import lines, summary
from tests.unit.modules.status_info.backed import codes, message
from tests.unit.modules.status_info.machinery import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.modules.status_info.machinery import Machinery

    Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.newest

OTHERS = {"shop-eu": ["sessions", "orders"], "shop-ap": ["users"]}
LEFT = "sessions is none of the tables of this target: shop-eu tells of it."


def test_a_table_of_another_target_is_left_to_it(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    target.run(target.entry("orders"))
    answer = ask(tables=["sessions", "orders"], others=OTHERS)
    assert (answer["healthy"], [each["table"] for each in answer["tables"]]) == (True, ["orders"])
    assert [each["message"] for each in answer["notes"]] == [LEFT]

    answer = ask(tables=["sessions"], others=OTHERS)
    assert (answer["healthy"], answer["tables"], answer["reasons"]) == (True, [], [])
    assert lines(answer) == [f"Note: {LEFT}"]
    assert "none of the named tables is of this target" in summary(answer)["msg"]
    assert ask(tables=["sessions"])["healthy"] is False


def test_where_nothing_is_deployed_it_is_left_to_another_as_well(ask: Ask, target: Machinery) -> None:
    assert target
    assert ask(tables=["sessions"], others=OTHERS)["healthy"] is True
    assert ask(others=OTHERS)["healthy"] is False


def test_what_is_listed_here_is_missed_here(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    target.table(target.client("dynamodb"), "sessions")
    answer = ask(tables=["sessions"], expected=["orders", "sessions"], others=OTHERS)
    assert codes(answer, "sessions") == ["not_listed"]


def test_what_nobody_lists_is_told_as_such(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    answer = ask(tables=["sesions", "orders"], others=OTHERS)
    assert codes(answer, "sesions") == ["not_listed"]
    assert "in no stack of this target and listed by no other" in message(answer, "not_listed", "sesions")
