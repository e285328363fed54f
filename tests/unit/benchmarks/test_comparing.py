# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A comparison that is not one of all items is not measured. Those that are measured are in test_quick.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import comparing
from benchmarks.target import BenchmarkError

if TYPE_CHECKING:
    from pathlib import Path


def test_fewer_items(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = comparing.write
    monkeypatch.setattr(comparing, "write", lambda place, items: write(place, items - 1))
    with pytest.raises(BenchmarkError, match=r"expected and found|all 9 items|of 9 items"):
        comparing.measure(tmp_path, 10)
