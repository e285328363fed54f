# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans that the module writes: only what was confirmed, once, and undone again by the same verb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.filter.undo_report import undo_report
from tests.unit.support.incidents import TABLE
from tests.unit.support.undoing import digests

from .conftest import good

if TYPE_CHECKING:
    from .conftest import Night

INPUTS = {"table": TABLE, "region": "eu-west-1", "bucket": ""}


def refused(night: Night, **options: Any) -> str:
    before = night.items()
    answer = night.undo(option_prefix="undo_", **options)
    assert answer["failed"], answer
    assert night.items() == before
    told: str = answer["msg"]
    assert told.startswith("Nothing was written: "), told
    return told


def test_a_plan_is_written_once_and_undone_by_the_same_verb(night: Night) -> None:
    ruined = night.items()
    made = night.plan()
    assert "undo_acknowledge" in refused(night, **night.yes(made))
    yes = night.yes(made, "stream")

    would = night.undo(check=True, **yes)
    assert (would["changed"], would["phase"], night.items()) == (True, "planned", ruined)
    done = night.undo(**yes)
    assert (done["changed"], done["succeeded"], done["phase"]) == (True, True, "finished"), done
    right = digests(good(number) for number in range(1, 30))
    kept = ("p0", "0")
    assert {key: held for key, held in night.items().items() if key != kept} == right
    assert night.items()[kept] == ruined[kept]
    told = undo_report(done, INPUTS)
    assert (told["problems"], told["told"]["done"]["put"], told["told"]["done"]["delete"]) == ([], 11, 1)
    assert told["said"][-1] == (
        "ansible-playbook tablekeeper.dynamodb.undo -i INVENTORY -e undo_table=orders"
        f" -e undo_of={made['plan']['id']}"
    )

    again = night.undo(**yes)
    assert (again["changed"], again["done"]) == (False, done["done"])
    shown = night.undo(plan=made["plan"]["id"])  # as somebody does who wants to know what it was
    assert (shown["phase"], "the plan was executed" in shown["msg"]) == ("finished", True)

    back = night.undo(of=made["plan"]["id"])
    assert (back["plan"]["counts"]["put"], back["plan"]["counts"]["delete"]) == (10, 2)
    assert night.undo(**night.yes(back, "stream"))["succeeded"]
    assert night.items() == ruined


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"confirm": "orders@999999999999"}, "to write this plan it must be orders@"),
        ({"confirm": "carts@999999999999"}, "to write this plan it must be orders@"),
        ({"plan": "20261129T140003Z-1a2b"}, "there is no plan 20261129T140003Z-1a2b"),
    ],
)
def test_only_what_was_confirmed_is_written(night: Night, changes: dict[str, str], told: str) -> None:
    assert told in refused(night, **{**night.yes(night.plan(), "stream"), **changes})
