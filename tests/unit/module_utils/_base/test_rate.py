# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A limit of capacity a second."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.rate import Rate


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(
    per_second=st.floats(1, 10_000),
    costs=st.lists(st.tuples(st.integers(1, 25), st.floats(0, 400)), min_size=1, max_size=60),
)
def test_what_is_consumed_stays_below_it(per_second: float, costs: list[tuple[int, float]]) -> None:
    clock = Clock()
    rate = Rate(per_second, clock)
    consumed = 0.0
    for items, each in costs:
        while seconds := rate.wait(items):
            clock.now += seconds
        # One call may go beyond it, which the next ones wait for.
        assert consumed <= per_second * (clock.now + 1) + 1e-3
        consumed += items * each
        rate.pay(items, items * each)


def test_it_is_used_up() -> None:
    clock = Clock()
    rate = Rate(100, clock)
    for _call in range(100):
        while seconds := rate.wait(25):
            clock.now += seconds
        rate.pay(25, 25)
    assert 23 < clock.now < 27


def test_calls_under_way_are_counted_in_advance() -> None:
    rate = Rate(50, Clock())
    assert [bool(rate.wait(25)) for _call in range(4)] == [False, False, True, True]


def test_no_limit() -> None:
    rate = Rate(None, Clock())
    rate.pay(25, 1_000_000)
    assert rate.wait(25) == 0
