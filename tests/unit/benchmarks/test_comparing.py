# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The comparison that is measured is one of all items, and fails where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import comparing
from benchmarks.target import BenchmarkError

if TYPE_CHECKING:
    from pathlib import Path


def test_each_way(tmp_path: Path) -> None:
    """More items than are read in one segment."""
    found = comparing.measure(tmp_path, 6_000)
    assert list(found) == [comparing.MD5, *comparing.WAYS, comparing.LOOP, comparing.PUBLISHED]
    published = found.pop(comparing.PUBLISHED)
    assert not published.measured
    assert {each.items for each in found.values()} == {6_000}
    took = [each.took for each in found.values()]
    assert all(each.seconds > 0 and each.cpu > 0 and each.memory > 1 for each in took)
    micros = [each.cpu / 6_000 * 1e6 for each in took]
    assert [each.item_micros for each in found.values()] == micros


def test_fewer_items(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = comparing.write
    monkeypatch.setattr(comparing, "write", lambda place, items: write(place, items - 1))
    with pytest.raises(BenchmarkError, match=r"expected and found|all 9 items|of 9 items"):
        comparing.measure(tmp_path, 10)
