# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said before rules that were off delete old backups."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.outlived import lines, refusals
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.settings import Settings

FOUND: dict[str, Any] = {
    "rules": ["retain-7d", "retain-35d"],
    "tables": [
        {
            "table": "sessions", "backups": 1, "first": "2026-11-01", "last": "2026-11-01",
            "retention_days": 7, "left": False,
        },
        {
            "table": "orders", "backups": 12, "first": "2026-08-01", "last": "2026-10-20",
            "retention_days": 35, "left": True,
        },
    ],
    "refusal": "",
}  # fmt: skip
TOLD = (
    "orders: 12 backups kept 35 days, of 2026-08-01 to 2026-10-20; "
    "sessions: the only backup kept 7 days, of 2026-11-01."
)
SOON = "within a day or two, and for good 14 days later (or after the retention, if that is shorter)"


def test_a_yes_is_needed_and_every_table_named() -> None:
    (told,) = refusals(FOUND, Settings())
    assert told.startswith("Nothing was changed: the bucket's rules that delete old backups are off")
    assert f"S3 would then delete {SOON}: {TOLD}" in told
    assert "-e tablekeeper_expire_old_backups=true" in told
    assert "tablekeeper_expire_backups: false" in told


@pytest.mark.parametrize("settings", [Settings(expire_old_backups=True), Settings(expire_backups=False)])
@pytest.mark.parametrize("found", [FOUND, {**FOUND, "refusal": "s3:ListBucket was refused"}])
def test_none_is_needed_with_a_yes_or_where_everything_is_kept(
    settings: Settings, found: dict[str, Any]
) -> None:
    assert list(refusals(found, settings)) == []


def test_what_is_not_known_needs_a_yes_as_well() -> None:
    (told,) = refusals({"rules": [], "tables": [], "refusal": "s3:ListBucket was refused"}, Settings())
    assert "is not known, since s3:ListBucket was refused. Let these credentials" in told


def test_that_rules_are_on_again_is_said() -> None:
    on = "The bucket's rules that delete old backups are switched on again (retain-7d, retain-35d): "
    assert list(lines(FOUND, Settings(expire_old_backups=True))) == [f"{on}S3 deletes {SOON}: {TOLD}"]
    assert list(lines({**FOUND, "tables": []}, Settings())) == [f"{on}none has outlived its retention yet."]
    assert list(lines(FOUND, Settings(expire_backups=False))) == []
    assert list(lines({"rules": [], "tables": [], "refusal": ""}, Settings())) == []
    assert list(lines({}, Settings())) == []
