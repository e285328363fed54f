# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When an item's time to live has passed."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items.expiry import has_expired

NOW = 1_800_000_000.5
YEAR = 365 * 86400


@pytest.mark.parametrize(
    ("held", "expired"),
    [
        pytest.param({"N": "1800000000"}, True, id="just now"),
        pytest.param({"N": "1.8E9"}, True, id="spelled otherwise"),
        pytest.param({"N": "1800000001"}, False, id="in half a second"),
        pytest.param({"N": str(1_800_000_000 - 4 * YEAR)}, True, id="four years ago"),
        pytest.param({"N": str(1_800_000_000 - 6 * YEAR)}, False, id="six years ago"),
        pytest.param({"S": "1800000000"}, False, id="text"),
        pytest.param({"NULL": True}, False, id="nothing"),
    ],
)
def test_by_what_is_held(held: dict[str, Any], *, expired: bool) -> None:
    assert has_expired({"pk": {"S": "A"}, "until": held}, "until", NOW) is expired


def test_without_an_attribute() -> None:
    assert not has_expired({"until": {"N": "1"}}, "", NOW)
    assert not has_expired({"pk": {"S": "A"}}, "until", NOW)
