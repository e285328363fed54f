# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What came of a restore, in words: settings that differ, items that do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import report
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings.document import (
    Encryption,
    Key,
    Settings,
    Unknown,
)
from tests.unit.support.restoring import begun, brought_back, done
from tests.unit.support.settings import KEY, everything, plain

TAGS = {"tablekeeper:restore": "d", "tablekeeper:restored-from": "p"}
EQUAL = {"verify": "content", "expected": 3, "found": 3, "missing": 0, "unexpected": 0, "changed": 0}


def differing(saved: Settings, refused: dict[str, str] | None = None, **changes: Any) -> list[Any]:
    """The differences of a new table from what it should be."""
    found = brought_back(saved, tags=TAGS)
    return report.differing(found, replace(done(found, "create", saved), **changes), TAGS, refused or {})


def test_all_that_differs_has_a_reason() -> None:
    assert report.unexplained(differing(everything())) == []


def test_the_tags_of_the_restore_are_no_difference() -> None:
    assert not [each for each in differing(plain()) if each.path.startswith("tags")]


def test_what_nobody_can_explain_is_told() -> None:
    (found,) = report.unexplained(differing(everything(), ttl="other"))
    told = report.message(begun(), EQUAL, [found], {})
    assert "Settings differ, and nobody knows why: ttl is 'other'" in told


def test_what_aws_refused_is_no_reason() -> None:
    assert not report.unexplained(differing(everything()))
    found = report.unexplained(differing(everything(), {"alarms": "PutMetricAlarm was refused"}))
    assert {each.path.partition("[")[0] for each in found} == {"alarms"}


@pytest.mark.parametrize(
    ("saved", "actual", "differs"),
    [
        (Encryption(KEY, ""), Encryption(KEY, "CUSTOMER"), False),
        (Encryption("arn:a", "AWS"), Encryption("arn:b", "AWS"), False),
        (Encryption(KEY, "CUSTOMER"), Encryption("arn:b", "CUSTOMER"), True),
        (Encryption(KEY, "CUSTOMER"), None, True),
    ],
)
def test_keys_of_kms(saved: Encryption, actual: Encryption | None, *, differs: bool) -> None:
    found = differing(plain(encryption=saved), encryption=actual)
    assert bool(report.unexplained(found)) == differs


def test_a_backup_that_told_no_types_differs_by_nothing() -> None:
    typeless = tuple(replace(key, type="") for key in plain().keys)
    assert report.unexplained(differing(replace(plain(), keys=typeless), keys=plain().keys)) == []
    other = (Key("other", "HASH", "S"),)
    assert report.unexplained(differing(replace(plain(), keys=typeless), keys=other))


@pytest.mark.parametrize(
    ("compared", "said", "whole"),
    [
        (EQUAL, "3 items, each as it was.", True),
        (EQUAL | {"verify": "count"}, "as many as in the point; what is in them was not compared", True),
        (EQUAL | {"verify": "count", "expected": None}, "there is nothing to compare them with", True),
        (EQUAL | {"expected": 0, "found": 0}, "no items, as the point has none", True),
        (EQUAL | {"found": 2, "missing": 1}, "it has 2 items, and 3 are in the point (1 missing)", False),
        (EQUAL | {"changed": 1}, "(1 changed). Do not use it", False),
    ],
)
def test_items(compared: dict[str, Any], said: str, *, whole: bool) -> None:
    assert said in report.items(compared)
    assert report.is_whole(compared) is whole


def test_what_was_not_saved_is_told_apart() -> None:
    found = differing(plain(alarms=Unknown("nobody asked")))
    assert "1 setting was not saved with the point, and may have been another: see" in report.message(
        begun(), EQUAL, found, {}
    )
