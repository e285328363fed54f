# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people see of the items of a plan: keys and names of attributes, and no value."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.change import Change, Planned
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.samples import sample, samples

KEYS = ("customer", "line")
KEY = {"line": {"N": "1"}, "customer": {"S": "C-17"}}


def item(**attributes: Any) -> dict[str, Any]:
    return {**KEY, **attributes}


GOOD = item(status={"S": "open"}, total={"N": "1.0"}, tags={"SS": ["a", "b"]})
BAD = item(status={"S": "secret"}, total={"N": "1.00"}, tags={"SS": ["b", "a"]}, since={"N": "5"})
LATER = item(status={"S": "secret"}, total={"N": "2"}, since={"N": "5"})


@pytest.mark.parametrize(
    ("action", "before", "incident", "now", "attributes", "of_item"),
    [
        # Equal numbers and sets do not differ, however they are spelled.
        ("put", GOOD, BAD, BAD, ["since", "status"], ""),
        ("put", GOOD, None, None, [], "gone"),
        ("delete", None, BAD, BAD, [], "new"),
        ("expired", GOOD, BAD, BAD, ["since", "status"], ""),
        ("conflict", GOOD, BAD, LATER, ["tags", "total"], ""),
        ("conflict", GOOD, BAD, None, [], "gone"),
        ("conflict", GOOD, None, LATER, [], "new"),
    ],
)
def test_what_differs(
    action: str, before: Any, incident: Any, now: Any, attributes: list[str], of_item: str
) -> None:
    told = sample(Planned(Change(KEY, before, incident), action, now), KEYS)
    assert told == {
        "action": action,
        "key": {"customer": "C-17", "line": "1"},
        "attributes": attributes,
        "item": of_item,
        "why": "",
    }
    assert list(told["key"]) == list(KEYS)
    assert "secret" not in str(told)


def test_of_each_action_the_first_ones() -> None:
    put = Planned(Change(KEY, GOOD, BAD), "put", BAD)
    delete = Planned(Change(KEY, None, BAD), "delete", BAD)
    told = samples([put, put, put, delete, put], KEYS, 2)
    assert [each["action"] for each in told] == ["put", "put", "delete"]


def test_no_more_is_read_than_may_be_shown() -> None:
    """A plan may have millions."""
    planned = Planned(Change(KEY, GOOD, BAD), "put", BAD)
    endless = iter(lambda: planned, None)
    assert len(samples(endless, KEYS, 3)) == 3
    assert samples(endless, KEYS, 0) == []


def test_a_conflict_whose_images_do_not_differ_says_why() -> None:
    told = sample(Planned(Change(KEY, GOOD, BAD), "conflict", BAD, "it has 151 attributes"), KEYS)
    assert (told["attributes"], told["item"], told["why"]) == ([], "", "it has 151 attributes")
