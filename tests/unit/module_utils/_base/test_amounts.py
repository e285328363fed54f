# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.amounts import money, span


@pytest.mark.parametrize(
    ("dollars", "told"),
    [(1234.5, "$1,234.50"), (0.01, "$0.01"), (0.009, "less than $0.01"), (0, "less than $0.01")],
)
def test_money(dollars, told):
    assert money(dollars) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.2, "a second"),
        (1, "a second"),
        (119.9, "119 seconds"),
        (120, "2 minutes"),
        (7199, "119 minutes"),
        (9000, "2.5 hours"),
        (36_000_000, "10,000.0 hours"),
    ],
)
def test_spans(seconds, told):
    assert span(seconds) == told
