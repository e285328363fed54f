# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Time and price of a restore, as far as anybody can tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore.estimate import estimate
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings.document import Index, Key, Units
from tests.unit.support.settings import plain

GB = 1_000_000_000


@pytest.mark.parametrize(("way", "said"), [("pitr", "95 %"), ("backup", "95 %"), ("import", "no figure")])
def test_what_aws_does_is_paid_by_the_gigabyte(way: str, said: str) -> None:
    found = estimate(way, plain(), 1000, 100 * GB)
    assert (found.seconds, found.dollars) == (None, pytest.approx(15))
    assert said in found.time
    assert "$15.00 at $0.15 per GB" in found.price


def test_a_load_takes_what_a_new_table_on_demand_lets_through() -> None:
    found = estimate("load", plain(), 4_000_000, 4_000_000 * 100)
    assert found.seconds == 1000
    assert found.dollars == pytest.approx(2.5)


def test_indexes_double_the_price_of_a_load() -> None:
    index = Index("by-day", (Key("day", "HASH", "S"),), "ALL")
    one, two = (estimate("load", plain(global_indexes=each), 1000, 1000) for each in ((), (index,)))
    assert one.dollars
    assert two.dollars == pytest.approx(2 * one.dollars)


def test_a_limit_makes_a_load_slower() -> None:
    assert estimate("load", plain(), 4000, 4000, 10).seconds == 400
    limited = plain(maximum=Units(-1, 20))
    assert estimate("load", limited, 4000, 4000).seconds == 200


def test_capacity_costs_nothing_more() -> None:
    found = estimate("load", replace(plain(), billing="PROVISIONED", throughput=Units(5, 5)), 1000, 1000)
    assert (found.seconds, found.dollars) == (200, None)
    assert "the capacity that the table has anyway" in found.price


def test_an_unknown_size_is_told() -> None:
    found = estimate("backup", plain(), None, None)
    assert (found.seconds, found.dollars, found.price) == (None, None, "nobody knows how large it is")
