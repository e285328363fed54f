# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find import answer
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.asked import Asked
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.condition import compiled
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.keys import wanted
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.looking import Looking

TYPES = {"id": "S", "line": "N"}


def item(name: str, line: int = 1, **more: str) -> dict:
    return {"id": {"S": name}, "line": {"N": str(line)}, **{key: {"S": value} for key, value in more.items()}}


def looked(states: list[list[dict]], keys: list[dict], where: str = "", samples: int = 20):
    """What was found in states, the oldest first, which are called A, B, and so on."""
    looking = Looking(compiled(where) if where else None, samples)
    mine = wanted(keys, TYPES) if keys else None
    told = []
    for name, items in zip("ABCDE", states, strict=False):
        looking.begin(name, f"2026-11-2{len(told)}", mine, tuple(TYPES))
        for each in items:
            looking.take(each)
        looking.end()
        told.append({"id": name, "taken": f"2026-11-2{len(told)}"})
    asked = Asked("orders", tuple(keys), compiled(where) if where else None)
    return answer.result(asked, told, looking, mine, tuple(TYPES))


def rows(result: dict) -> list[tuple]:
    return [
        (each["point"], each["key"]["id"]["S"], each["change"], *each["attributes"])
        for each in result["samples"]
    ]


def test_the_history_of_an_item_is_told_newest_first():
    states = [
        [item("x")],
        [item("a", x="1", y="1")],
        [item("a", y="1", x="1")],
        [item("a", x="2", z="1"), item("b")],
        [item("b")],
    ]
    result = looked(states, [{"id": "a", "line": 1}, {"id": "b", "line": 1}])
    assert rows(result) == [
        ("E", "a", "gone"),
        ("D", "a", "changed", "x", "y", "z"),
        ("C", "a", "same"),
        ("B", "a", "new"),
        ("A", "a", "not there"),
        ("E", "b", "same"),
        ("D", "b", "new"),
        ("C", "b", "not there"),
        ("B", "b", "not there"),
        ("A", "b", "not there"),
    ]
    assert [each["item"] is None for each in result["samples"][:5]] == [True, False, False, False, True]
    assert result["found"] == 5
    assert [(each["id"], each["found"], each["missing"]) for each in result["points"]] == [
        ("E", 1, 1), ("D", 2, 0), ("C", 1, 1), ("B", 1, 1), ("A", 0, 2),
    ]  # fmt: skip
    assert (result["nothing"], result["missing"], result["not_shown"]) == ("", [], 0)


def test_a_partition_key_alone_is_all_of_its_items_and_samples_are_limited():
    states = [[item("a", line) for line in range(5)] + [item("b")]]
    result = looked(states, [{"id": "a"}, {"id": "a", "line": 2}, {"id": "c", "line": 1}], samples=2)
    assert result["found"] == 5
    assert rows(result) == [("A", "a", ""), ("A", "a", "")]
    assert result["not_shown"] == 3
    assert result["missing"] == [{"id": {"S": "c"}, "line": {"N": "1"}}]
    assert looked(states, [{"id": "a"}], samples=0)["samples"] == []


def test_items_of_one_partition_key_are_in_the_order_of_their_sort_keys():
    states = [[item("b", 10), item("a", 2), item("b", 9), item("a", -1), item("b", 1)]]
    found = looked(states, [], "id != 'c'")["samples"]
    assert [(each["key"]["id"]["S"], each["key"]["line"]["N"]) for each in found] == [
        ("b", "1"), ("b", "9"), ("b", "10"), ("a", "-1"), ("a", "2"),
    ]  # fmt: skip


def test_a_condition_is_asked_beside_keys():
    states = [[item("a", s="open"), item("b", s="open"), item("c", s="done")]]
    result = looked(states, [{"id": "a"}, {"id": "c", "line": 1}], "s == 'open'")
    assert rows(result) == [("A", "a", "")]
    assert (result["found"], result["missing"]) == (1, [])


UNMET = "none has one of the keys and meets the condition. Items with 1 of the keys are there, and do not"
UNCLEAR = "The condition could not be asked of 3 items: starts_with() takes string, and was given null."


@pytest.mark.parametrize(
    ("keys", "where", "sentences"),
    [
        (
            [{"id": "z"}],
            "",
            "none has one of the keys. Correct O(keys), or look in other points with O(points).",
        ),
        ([], "s == 'shut'", "none meets the condition."),
        ([], "status == 'open'", "none meets the condition. No item has the attribute status."),
        ([], "lien == `1`", "none meets the condition. No item has the attribute lien: is line meant?"),
        ([], "starts_with(x, 'a')", f"none meets the condition. No item has the attribute x. {UNCLEAR}"),
        ([{"id": "a"}], "s == 'shut'", f"{UNMET} meet it."),
    ],
)
def test_nothing_is_told_with_what_may_be_wrong(keys, where, sentences):
    result = looked([[item("a", s="open")], [item("a", s="open"), item("b", s="done")]], keys, where)
    assert (result["found"], [each for each in result["samples"] if each["item"]]) == (0, [])
    places = "of 3 items in B (2026-11-21), A (2026-11-20)"
    assert result["nothing"] == f"Nothing was found in orders: {places} {sentences}"


def test_what_is_odd_of_a_condition_is_told_beside_what_was_found():
    states = [[item("a", s="open"), item("b")]]
    result = looked(states, [], "starts_with(s, 'o') || other == 'x'")
    assert result["found"] == 1
    assert result["notes"] == [
        "No item has the attribute other.",
        "The condition could not be asked of 1 item: starts_with() takes string, and was given null.",
    ]


def test_whatever_is_found_is_written():
    written = []
    looking = Looking(compiled("s == 'open'"), 1, written.append)
    looking.begin("A", "2026-11-20", None, tuple(TYPES))
    for number in range(3):
        looking.take(item("a", number, s="open"))
    looking.take(item("b"))
    looking.end()
    assert [each.item["line"]["N"] for each in written] == ["0", "1", "2"]
    assert (looking.seen[0].read, looking.seen[0].found, len(looking.seen[0].samples)) == (4, 3, 1)


def test_it_knows_when_all_that_can_be_meant_was_found():
    looking = Looking(None, 5)
    looking.begin("A", "2026-11-20", wanted([{"id": "a", "line": 1}], TYPES), tuple(TYPES))
    assert not looking.has_all
    looking.take(item("a"))
    assert looking.has_all
    for keys in (None, wanted([{"id": "a"}], TYPES)):
        looking.begin("A", "2026-11-20", keys, tuple(TYPES))
        looking.take(item("a"))
        assert not looking.has_all
