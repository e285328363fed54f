# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import errno
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import merged
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.change import Change
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.merged import merging
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.told import (
    LEAD,
    TRAIL,
    WINDOW,
)

NAMES = ("pk", "sk")


def key(number, partition="a"):
    return {"pk": {"S": partition}, "sk": {"N": str(number)}}


def image(number, value):
    return None if value is None else key(number) | {"v": {"S": value}}


def changes(told):
    """What comes of (at, number of the item, old value, new value)."""
    with merging(NAMES) as found:
        for at, number, old, new in told:
            found.add(at, key(number), image(number, old), image(number, new))
        return [
            (
                int(change.key["sk"]["N"]),
                *(each and each["v"]["S"] for each in (change.before, change.incident)),
            )
            for change in found.changes()
        ]


# What a table's items are at five moments: a lead, an incident of two windows, a trail.
LIVES = st.lists(
    st.lists(st.sampled_from([None, "x", "y", "z"]), min_size=5, max_size=5), min_size=1, max_size=6
)


def told(lives, at, begin, end):
    """The records of a window: one for each item that is otherwise at its end than before it."""
    return [
        (at, number, life[begin], life[end]) for number, life in enumerate(lives) if life[begin] != life[end]
    ]


@given(LIVES)
def test_windows_one_after_the_other_tell_the_first_and_the_last(lives):
    records = [*told(lives, WINDOW + 1, 2, 3), *told(lives, WINDOW, 1, 2)]
    assert changes(records) == [(n, life[1], life[3]) for n, life in enumerate(lives) if life[1] != life[3]]


@given(LIVES)
def test_a_lead_takes_away_what_was_before_a_short_incident(lives):
    records = [*told(lives, WINDOW, 0, 2), *told(lives, LEAD, 0, 1)]
    assert changes(records) == [(n, life[1], life[2]) for n, life in enumerate(lives) if life[1] != life[2]]


@given(LIVES)
def test_a_trail_takes_away_what_came_after_a_short_incident(lives):
    records = [*told(lives, TRAIL, 3, 4), *told(lives, WINDOW, 2, 4)]
    assert changes(records) == [(n, life[2], life[3]) for n, life in enumerate(lives) if life[2] != life[3]]


def test_images_that_are_equal_are_no_change_however_they_are_spelled():
    with merging(NAMES) as found:
        one = key(1) | {"s": {"NS": ["1", "2"]}, "l": {"L": [{"N": "1.0"}]}}
        found.add(WINDOW, key(1), one, key(1) | {"s": {"NS": ["2.0", "1"]}, "l": {"L": [{"N": "1"}]}})
        assert list(found.changes()) == []


def test_items_of_a_partition_key_come_together_in_its_order():
    with merging(NAMES) as found:
        for number in (10, 9, -1, 2):
            for partition in ("a", "b", "c"):
                found.add(WINDOW, key(number, partition), None, key(number, partition))
        listed = [(each.key["pk"]["S"], each.key["sk"]["N"]) for each in found.changes()]
    assert [number for _partition, number in listed] == ["-1", "2", "9", "10"] * 3
    assert len({partition for partition, _number in listed[:4]}) == 1


def test_keys_are_equal_by_value():
    with merging(NAMES) as found:
        found.add(WINDOW, key("1.0"), key("1.0"), None)
        found.add(WINDOW + 1, key(1), None, key(1) | {"v": {"N": "2"}})
        assert list(found.changes()) == [Change(key("1.0"), key("1.0"), key(1) | {"v": {"N": "2"}})]


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left"), sqlite3.OperationalError("database or disk is full")]
)
def test_a_full_disk_is_told_with_what_to_do(error):
    with pytest.raises(merged.DiskFullError, match="Let TMPDIR name a folder with more room"), merging(NAMES):
        raise error


def test_other_errors_of_the_disk_are_themselves():
    with pytest.raises(PermissionError), merging(NAMES):
        raise PermissionError("not yours")
