# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans as the module returns them, and as people see them; nothing of the table is written."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.filter.undo_report import undo_report
from tests.unit.support.incidents import TABLE

from .conftest import good

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Night

INPUTS = {"table": TABLE, "region": "eu-west-1", "bucket": ""}


def test_a_plan_is_made_and_shown_and_shown_again(night: Night) -> None:
    before = night.items()
    made = night.plan()
    assert (made["changed"], made["succeeded"], made["phase"]) == (False, True, "planned")
    assert made["plan"]["counts"] == {
        "put": 11, "delete": 1, "conflict": 1, "expired": 0, "same": 0, "left_out": 0,
    }  # fmt: skip
    assert made["msg"] == (
        f"Plan {made['plan']['id']}: would put back 11 items of {TABLE} and delete 1 item. 1 item changed "
        "since the incident would be left alone. Nothing was written to the table."
    )
    assert (made["acknowledge"], made["refusals"]) == (["stream"], [])
    assert made["confirm"] == f"{TABLE}@{night.scene.account.id}"
    told = undo_report(made, INPUTS)
    assert told["problems"] == []
    rows = [line.split() for line in told["said"]]
    assert ["put", "pk=p1", "sk=1", "status"] in rows
    assert ["put", "pk=p3", "sk=10", "the", "item", "is", "gone"] in rows
    assert ["delete", "pk=p2", "sk=100", "the", "item", "is", "new"] in rows
    assert ["CONFLICT", "pk=p0", "sk=0", "carrier,", "status"] in rows
    assert "BAD" not in json.dumps(told)
    assert told["told"]["plan"] == made["plan"]["id"]

    again = night.undo(plan=made["plan"]["id"])
    assert {**again, "invocation": 0} == {**made, "invocation": 0}
    assert night.items() == before


def test_files_are_written_whenever_they_are_asked_for(night: Night, tmp_path: Path) -> None:
    """Also of a plan that is shown, and of one that was executed: a second person has but its id."""
    made = night.plan()
    plan, conflicts = tmp_path / "plan.jsonl", tmp_path / "conflicts.jsonl"
    files = {"plan_file": str(plan), "conflicts_file": str(conflicts)}

    def lines() -> list[list[str]]:
        found = [each.read_text().splitlines() for each in (plan, conflicts)]
        plan.unlink()
        conflicts.unlink()
        return found

    night.undo(plan=made["plan"]["id"], **files)
    planned = lines()
    assert [len(each) for each in planned] == [1 + 11 + 1 + 1, 1]
    assert json.loads(planned[0][0]) == {"Plan": made["plan"]}
    night.scene.put([good(7) | {"since": {"S": "rightly"}}])
    yes = night.yes(made, "stream")
    assert night.undo(**yes, **files)["done"]["conflict"] == 2
    executed = lines()
    assert (executed[0], len(executed[1])) == (planned[0], 2)
    assert not night.undo(**yes, **files)["changed"]
    assert lines() == executed


@pytest.mark.parametrize("option", ["plan_file", "conflicts_file"])
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_done(
    night: Night, option: str, tmp_path: Path
) -> None:
    nowhere = tmp_path / "no" / "plan"
    for path, told in ((nowhere, f"there is no folder {nowhere.parent}"), (tmp_path, "which is a folder")):
        answer = night.undo(**night.window, option_prefix="undo_", **{option: str(path)})
        assert answer["failed"]
        assert answer["msg"].startswith(f"Nothing was written: undo_{option} is {path}"), answer
        assert told in answer["msg"]
    assert "ExportTableToPointInTime" not in {each["operation"] for each in night.scene.account.calls()}


def test_check_mode_plans_too(night: Night) -> None:
    """An export and a plan are the only way to tell the truth."""
    before = night.items()
    made = night.undo(check=True, **night.window)
    assert (made["changed"], made["plan"]["counts"]["put"]) == (False, 11)
    assert night.items() == before


def test_samples_are_as_many_as_are_asked_for(night: Night) -> None:
    made = night.plan(samples=2)
    assert Counter(each["action"] for each in made["samples"]) == {"put": 2, "delete": 1, "conflict": 1}
    assert night.undo(plan=made["plan"]["id"], samples=0)["samples"] == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "Nothing was written: say what is to be undone: undo_from and undo_until"),
        ({"from": "2026-11-23T14:00:00Z"}, "Nothing was written: undo_from needs undo_until"),
        (
            {"plan": "20261129T140003Z-1a2b"},
            "Nothing was written: there is no plan 20261129T140003Z-1a2b of the table orders",
        ),
        ({"confirm": "orders@1"}, "Nothing was written: undo_confirm confirms a plan that somebody has seen"),
        ({"keys": [{"PK": "p1"}]}, "a number (N). Is pk meant?"),
        ({"table": "ordres"}, "Nothing was written: there is no table ordres"),
    ],
)
def test_what_cannot_be_meant_is_told_with_the_names_of_variables(
    night: Night, options: dict[str, str], told: str
) -> None:
    given = night.window if {"confirm", "keys", "table"} & set(options) else {}
    answer = night.undo(option_prefix="undo_", **given, **options)
    assert answer["failed"]
    assert told in answer["msg"], answer["msg"]
    assert "?." not in answer["msg"]
