# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.change import Change, Planned
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.rule import (
    CONFLICT,
    DELETE,
    EXPIRED,
    PUT,
    SAME,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.work import (
    Indexes,
    Tally,
    limit,
    work,
)

KEY = {"id": {"S": "a"}}  # of 3 bytes


def image(size):
    return None if size is None else KEY | {"v": {"S": "x" * (size - 4)}}


def tally(*decided):
    """What comes of (action, bytes before, bytes now)."""
    found = Tally()
    for action, before, now in decided:
        found.add(Planned(Change(KEY, image(before), image(now)), action, image(now)))
    return found


@pytest.mark.parametrize(
    ("action", "before", "now", "size", "write_units", "read_units"),
    [
        (PUT, 1024, 10, 1024, 1, 1),
        (PUT, 1025, 10, 1025, 2, 1),
        (PUT, 10, 4097, 10, 5, 2),
        (PUT, 10, None, 10, 1, 1),
        (DELETE, None, 2049, 0, 3, 1),
        (CONFLICT, 5000, 5000, 0, 0, 0),
        (EXPIRED, 5000, None, 0, 0, 0),
        (SAME, 10, 10, 0, 0, 0),
    ],
)
def test_units_go_by_the_larger_image(action, before, now, size, write_units, read_units):
    found = tally((action, before, now))
    assert (found.bytes, found.write_units, found.read_units) == (size, write_units, read_units)


def test_every_change_is_counted_once():
    found = tally((PUT, 10, 20), (PUT, 10, None), (DELETE, None, 10), (CONFLICT, 1000, 9))
    found.add(None)
    assert found.by_action() == {
        "put": 2, "delete": 1, "conflict": 1, "expired": 0, "same": 0, "left_out": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "provisioned", "found"), [(7, 100, 7), (0, 100, 25), (0, 2, 1), (0, 0, 500), (7, 0, 7)]
)
def test_a_limit_is_what_is_asked_for_or_a_part_of_the_table_s(asked, provisioned, found):
    assert limit(asked, provisioned, 500, on_demand=False) == found


@pytest.mark.parametrize(
    ("asked", "maximum", "found"), [(7, 100, 7), (0, 100, 25), (0, 40_000, 500), (0, 0, 500)]
)
def test_on_demand_a_maximum_may_be_less_than_what_is_usual(asked, maximum, found):
    assert limit(asked, maximum, 500, on_demand=True) == found


def test_on_demand_it_has_a_price():
    found = work(tally((PUT, 2048, 10), (DELETE, None, 10)), 500, Indexes(0, 0), on_demand=True)
    assert (found.items, found.bytes, found.write_units, found.read_units) == (2, 2048, 3, 2)
    assert found.dollars == pytest.approx(3 * 0.625e-6 + 2 * 0.125e-6)
    assert found.seconds == pytest.approx(3 / 500)
    assert found.told == (
        "At least a second at 500 write units a second, of which it takes 3, beside 2 read units; less than "
        "$0.01 at $0.625 per million write request units on demand in us-east-1 (third-party price table of "
        "September 2026)."
    )


def test_what_is_provisioned_is_paid_anyway_and_indexes_are_named():
    found = work(tally((PUT, 2048, 10)), 2.5, Indexes(2, 1), on_demand=False)
    assert found.dollars == 0
    assert found.told == (
        "At least a second at 2.5 write units a second, of which it takes 2, beside 1 read units; no more "
        "than the capacity that the table has anyway. What its indexes take comes on top: it has 2 global "
        "and 1 local."
    )


def test_where_nothing_is_written_nothing_is_estimated():
    found = work(tally((CONFLICT, 10, 20)), 500, Indexes(2, 1), on_demand=True)
    assert (found.items, found.seconds, found.dollars) == (0, 0, 0)
    assert found.told == "Nothing is to be written."
