# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which plan a job of a workflow writes: the one that the job before has made, and somebody approved."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.filter.undo_asked import undo_asked
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.roles import cast
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import asked as of_module
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.options import PUT_BACK

ID, OTHER = "20261129T140003Z-1a2b", "20261129T150003Z-1a2b"
YES = "orders@123456789012"
PUBLISHED = {"version": 1, "targets": {"eu": {"plan": ID, "table": "orders"}}}
SURVEY = {
    "region": "eu-west-1",
    "table": "orders",
    "from": "2026-11-29T13:00:00Z",
    "until": "2026-11-29T13:20:00Z",
    "where": "incident.status == 'BAD'",
    "plan": "",
    "confirm": YES,
    "acknowledge": "stream, triggers",
}


def asked(published: Any, *, check: bool, **answers: Any) -> dict[str, Any]:
    return undo_asked(cast({**SURVEY, **answers}, "undo"), published, "eu", check)


def read(inputs: dict[str, Any]) -> of_module.Asked:
    """As the module takes them."""
    options = {name: option.get("default") for name, option in PUT_BACK.items()}
    return of_module.read({**options, **{name: inputs[name] for name in inputs if name in options}})


def test_the_job_that_plans_leaves_the_confirmation_to_the_one_that_writes() -> None:
    found = read(asked({}, check=True))
    assert (found.plan, found.confirm, found.kind) == ("", "", "windows")


def test_the_job_that_writes_takes_the_plan_of_the_one_before() -> None:
    """And nothing of what it was made of, which would mean another plan."""
    found = read(asked(PUBLISHED, check=False))
    assert (found.plan, found.confirm, found.acknowledge) == (ID, YES, ("stream", "triggers"))
    assert (found.from_, found.where) == (None, "")


@pytest.mark.parametrize("check", [True, False])
def test_a_plan_that_is_named_counts_more(check: bool) -> None:
    of_plan = {"from": "", "until": "", "where": ""}
    found = read(asked(PUBLISHED, check=check, plan=OTHER, **of_plan))
    assert (found.plan, found.confirm) == (OTHER, YES)


def test_who_names_a_plan_and_what_to_plan_is_asked_which_is_meant() -> None:
    with pytest.raises(of_module.NotUndoableError, match=r"leave out O\(from\), or leave out O\(plan\)"):
        read(asked(PUBLISHED, check=False, plan=OTHER))


@pytest.mark.parametrize("published", [{}, {"targets": {}}, {"targets": {"us": {"plan": ID}}}])
def test_nothing_is_written_without_a_plan_of_this_target(published: dict[str, Any]) -> None:
    with pytest.raises(of_module.NotUndoableError, match=r"O\(confirm\) confirms a plan"):
        read(asked(published, check=False))


def test_mistakes_stay_mistakes() -> None:
    assert undo_asked({"mistakes": "no"}, PUBLISHED, "eu") == {"mistakes": "no"}
