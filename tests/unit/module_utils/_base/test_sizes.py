# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import sizes


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        (1024**2 - 1, "1.0 MiB"),
        (5_600_000, "5.3 MiB"),
        (123_456_789_012, "115.0 GiB"),
        (3 * 1024**4, "3.0 TiB"),
        (2_500 * 1024**4, "2,500.0 TiB"),
    ],
)
def test_words(count: int, text: str) -> None:
    assert sizes.words(count) == text


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["b", "a"], "a, b"),
        (["e", "d", "c", "b", "a"], "a, b, c, d, e"),
        (["f", "e", "d", "c", "b", "a"], "a, b, c, d, e and 1 more"),
    ],
)
def test_shortened(names: list[str], text: str) -> None:
    assert sizes.shortened(names) == text


def test_cut_keeps_order_and_limit() -> None:
    assert sizes.cut(["aa", "b", "cc", "ddd"], len, 3) == [["aa", "b"], ["cc"], ["ddd"]]
    assert sizes.cut([], len, 3) == []
