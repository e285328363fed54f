# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""For how long a page is kept, by the rules of a bucket."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.published import (
    kept_days,
    kept_words,
)


def rule(prefix: str, days: int = 7, **more: Any) -> dict[str, Any]:
    return {"Status": "Enabled", "Filter": {"Prefix": prefix}, "Expiration": {"Days": days}, **more}


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        ([], None),
        ([rule("status/")], 7),
        ([rule("status/", 9), rule("", 3)], 3),
        ([rule("status/", Status="Disabled")], None),
        ([rule("status/shop"), rule("retain-35d/")], None),
        ([{**rule(""), "Expiration": {"ExpiredObjectDeleteMarker": True}}], None),
        ([{**rule(""), "Filter": {"And": {"Prefix": "", "Tags": [{"Key": "a", "Value": "b"}]}}}], None),
    ],
)
def test_the_first_rule_that_is_for_every_page_counts(rules: list[Any], days: int | None) -> None:
    assert kept_days(rules) == days


def test_a_day_is_one() -> None:
    assert kept_words(1) == "the bucket deletes it after 1 day"
    assert "run the backup playbook" in kept_words(None)
