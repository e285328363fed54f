# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which way is chosen, what is said of it, and what of the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore.choose_way import (
    Case,
    Files,
    Window,
    choose,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore.target import (
    NotRestorableError,
    Target,
)
from tests.unit.support.restoring import HERE
from tests.unit.support.settings import ARN, everything, plain

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MB = 1_000_000
WINDOW = Window("0f0f", NOW - timedelta(days=35), NOW)
SMALL = Files("dynamodb_json", "", 4, 1000, 5 * MB)
LARGE = replace(SMALL, bytes=5000 * MB)


def case(**changes: Any) -> Case:
    """A large export of a table without local indexes, which is gone."""
    usual: dict[str, Any] = {
        "target": HERE,
        "settings": plain(),
        "source_arn": ARN,
        "source_id": "0f0f",
        "moment": NOW - timedelta(days=1),
        "window": "the table no longer exists",
        "files": LARGE,
        "load_up_to": 100 * MB,
    }
    return Case(**usual | changes)


@pytest.mark.parametrize(
    ("changes", "way", "following"),
    [
        ({}, "import", "convert"),
        ({"window": WINDOW}, "pitr", "import"),
        ({"files": SMALL}, "load", "import"),
        ({"files": SMALL, "load_seconds": 3600}, "import", "convert"),
        ({"files": SMALL, "window": WINDOW}, "pitr", "load"),
        ({"files": replace(LARGE, why_not="ImportTable does not read the format emr")}, "convert", "load"),
        ({"settings": everything()}, "load", ""),
        ({"files": replace(LARGE, items=0)}, "load", ""),
        ({"files": replace(LARGE, count=50_001)}, "convert", "load"),
        ({"files": None, "backup": f"{ARN}/backup/1", "moment": None}, "backup", ""),
        ({"files": None, "window": WINDOW}, "pitr", ""),
    ],
)
def test_the_best_way_and_the_next(changes: dict[str, Any], way: str, following: str) -> None:
    found = choose(case(**changes))
    assert (found.way, found.next) == (way, following)
    assert found.reasons[0].startswith(f"{way}: {found.reason}.")
    assert (f"next would be {following}" in found.reasons[0]) == bool(following)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, "no longer exists"),
        ({"window": WINDOW, "moment": None}, "no one moment of the table"),
        ({"window": replace(WINDOW, id="another")}, "it was made anew since then"),
        ({"window": WINDOW, "moment": NOW - timedelta(days=40)}, "and not 2026-10-19 12:00:00"),
        ({"window": WINDOW, "target": Target("a", "eu-west-1", "444455556666")}, "within an account only"),
        ({"window": WINDOW, "target": replace(HERE, region="us-east-1")}, "the table was in eu-west-1"),
    ],
)
def test_why_point_in_time_recovery_cannot_be(changes: dict[str, Any], why: str) -> None:
    assert why in choose(case(**changes)).excluded["pitr"]
    with pytest.raises(NotRestorableError, match="by pitr it cannot be restored") as refused:
        choose(case(**changes), "pitr")
    assert why in str(refused.value)


def test_a_backup_goes_to_other_regions_but_for_two() -> None:
    backup = f"{ARN}/backup/1"
    elsewhere = case(files=None, backup=backup, target=replace(HERE, region="us-east-1"))
    assert choose(elsewhere).way == "backup"
    with pytest.raises(NotRestorableError, match="neither from nor to me-south-1"):
        choose(case(files=None, backup=backup, target=replace(HERE, region="me-south-1")))


def test_a_way_that_was_asked_for_is_taken() -> None:
    found = choose(case(window=WINDOW), "load")
    assert (found.way, found.next) == ("load", "pitr")
    assert "it was asked for" in found.reasons[0]


def test_bulk_puts_are_off() -> None:
    with pytest.raises(NotRestorableError, match="is not verified"):
        choose(case(), "bulk")


def test_what_cannot_be_restored_at_all_is_told_way_by_way() -> None:
    with pytest.raises(NotRestorableError) as refused:
        choose(case(files=None))
    for way in ("pitr", "backup", "import", "convert", "load"):
        assert f"{way}: " in str(refused.value)
