# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.condition import compiled
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.keys import wanted
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.change import Change, Planned
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.deciding import (
    Taking,
    asks_before_reading,
    decided,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.rule import (
    CONFLICT,
    DELETE,
    EXPIRED,
    KINDS,
    PUT,
    SAME,
)

KEYS = ("id",)
NOW = 1_800_000_000
KEY = {"id": {"S": "a"}}


def item(count, **more):
    return KEY | {"n": {"N": str(count)}} | more


ONE, TWO, THREE = item(1), item(2), item(3)


def taking(**options):
    return Taking(KEYS, NOW, **options)


def test_an_item_is_equal_however_it_is_spelled():
    before, incident = item("1", s={"SS": ["a", "b"]}), item("2", s={"SS": ["a", "b"]})
    now = item("2.00", s={"SS": ["b", "a"]})
    assert decided(Change(KEY, before, incident), now, taking()) == Planned(
        Change(KEY, before, incident), PUT, now
    )


@pytest.mark.parametrize(
    ("before", "incident", "now", "action"),
    [
        (ONE, TWO, TWO, PUT),
        (None, TWO, TWO, DELETE),
        (ONE, None, None, PUT),
        (ONE, TWO, ONE, SAME),
        (ONE, TWO, THREE, CONFLICT),
    ],
)
def test_the_rule_decides(before, incident, now, action):
    found = decided(Change(KEY, before, incident), now, taking())
    assert found == Planned(Change(KEY, before, incident), action, now)


def test_what_would_expire_at_once_is_not_put_back():
    before = item(1, ttl={"N": str(NOW - 1)})
    for attribute, action in (("ttl", EXPIRED), ("", PUT), ("other", PUT)):
        assert decided(Change(KEY, before, None), None, taking(ttl_attribute=attribute)).action == action
    alive = item(1, ttl={"N": str(NOW + 1)})
    assert decided(Change(KEY, alive, None), None, taking(ttl_attribute="ttl")).action == PUT


@pytest.mark.parametrize(
    ("where", "is_taken"),
    [
        ("incident.n == `2`", True),
        ("incident.n == `1`", False),
        ("before.n < incident.n && now.n == `2`", True),
        ("before == `null`", False),
        ("now", True),
    ],
)
def test_a_condition_sees_the_item_in_three_states(where, is_taken):
    found = decided(Change(KEY, ONE, TWO), TWO, taking(where=compiled(where)))
    assert (found is not None) == is_taken


def test_an_item_that_is_not_there_is_null_for_a_condition():
    found = decided(Change(KEY, None, TWO), TWO, taking(where=compiled("before == `null` && now")))
    assert found.action == DELETE


def test_keys_choose_before_items_are_read():
    both = {"pk": {"S": "a"}, "sk": {"N": "1"}}
    one = Taking(("pk", "sk"), NOW, only=wanted([{"pk": "a", "sk": 1}, {"pk": "b"}], {"pk": "S", "sk": "N"}))
    assert one.takes(both)
    assert one.takes(both | {"sk": {"N": "1.0"}})
    assert not one.takes(both | {"sk": {"N": "2"}})
    assert one.takes({"pk": {"S": "b"}, "sk": {"N": "2"}})
    assert taking().takes(both)


@pytest.mark.parametrize(
    ("before", "now", "kind", "action"),
    [(ONE, None, "missing", PUT), (ONE, TWO, "changed", PUT), (None, TWO, "unexpected", DELETE)],
)
def test_of_a_point_alone_what_is_now_counts_as_the_incident_s(before, now, kind, action):
    """What a scan found is old by now: what was read since decides."""
    scanned = Change(KEY, before, THREE)
    assert decided(scanned, now, taking(choose=(kind,))) == Planned(Change(KEY, before, now), action, now)
    for other in set(KINDS) - {kind}:
        assert decided(scanned, now, taking(choose=(other,))) is None


def test_of_a_point_alone_what_is_as_it_was_counts_as_the_same():
    assert decided(Change(KEY, ONE, THREE), ONE, taking(choose=("missing",))).action == SAME


def test_what_no_condition_can_guard_is_a_conflict_that_tells_why():
    many = KEY | {f"a{number}": {"S": ""} for number in range(151)}
    found = decided(Change(KEY, ONE, many), many, taking())
    assert found.action == CONFLICT
    assert "151 attributes beside its key" in found.why
    versioned = many | {"version": {"N": "7"}}
    change = Change(KEY, ONE, versioned)
    assert decided(change, versioned, taking(version_attribute="version")).action == PUT
    assert decided(change, ONE, taking()).action == SAME


@pytest.mark.parametrize(
    ("where", "early"),
    [
        ("incident.status == 'BAD'", True),
        ("before.n > `1` || incident.n", True),
        ("before.n == now.n", False),
        ("length(@) == `3`", False),
        ("contains(*.status, 'BAD')", False),
        ("[incident, before][?n == `1`]", True),
        ("[incident, now][?n == `1`]", False),
    ],
)
def test_a_condition_that_does_not_ask_for_what_is_now_is_asked_early(where, early):
    assert asks_before_reading(taking(where=compiled(where))) == early
    assert not asks_before_reading(taking(where=compiled(where), choose=("missing",)))
    assert not asks_before_reading(taking())
