# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said of a restore that ended too early: what exists, how to go on, how to remove it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import ending, state
from tests.unit.support.restoring import begun

ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders-again"
WHERE = "s3://bucket/restores/orders-again/state.json"


def ended(
    *, exists: bool = True, resumable: bool = True, protected: bool = False, **changes: Any
) -> ending.RestoreError:
    standing = ending.Standing(begun(**changes), WHERE, exists, resumable, protected)
    return ending.ended("Something broke", standing)


def test_it_names_what_exists_how_to_go_on_and_how_to_remove_it() -> None:
    told = ended().named("restore_")
    assert str(told).startswith(
        "Something broke. There is now the table orders-again in eu-west-1, which is not finished: do not "
        f"use it. Its state is {WHERE}. To go on, call it again with restore_table=orders "
    )
    words = (
        "restore_table=orders restore_to=orders-again restore_point=20261123T140003Z-1a2b3c4d "
        "and the other options it had."
    )
    assert told.told["resume"].endswith(words)
    look, remove = told.told["remove"]
    assert look.startswith(f"aws dynamodb list-tags-of-resource --region eu-west-1 --resource-arn {ARN} ")
    assert look.endswith(f" --output text | grep -qx {begun().digest}")
    (known, _remove) = ended(table_id="1234").told["remove"]
    assert known == (
        "aws dynamodb describe-table --region eu-west-1 --table-name orders-again --query Table.TableId "
        "--output text | grep -qx 1234"
    )
    assert "tablekeeper:restore" in look
    assert remove == "aws dynamodb delete-table --region eu-west-1 --table-name orders-again"
    assert told.told["changed"]


def test_a_protected_table_is_let_go_first() -> None:
    assert "--no-deletion-protection-enabled" in ended(protected=True).told["remove"][1]


@pytest.mark.parametrize("phase", [state.CHECK, state.CONVERT])
def test_where_no_table_is_there_is_none_to_remove(phase: str) -> None:
    told = ended(exists=False, phase=phase)
    assert told.told["remove"] == []
    assert "No table was made yet" in str(told)


def test_a_table_that_may_still_come_is_named() -> None:
    told = ended(exists=False, phase=state.MAKE)
    assert "is not there, or not yet" in str(told)
    assert told.told["remove"]


def test_what_cannot_go_on_says_nothing_of_it() -> None:
    told = ended(resumable=False)
    assert told.told["resume"] == ""
    assert "To go on" not in str(told)


def test_before_anything_was_made() -> None:
    told = ending.nothing_made("no such point", "orders-again")
    assert str(told) == "Nothing was made: no such point"
    assert (told.told["resume"], told.told["remove"], told.told["changed"]) == ("", [], False)
