# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.ending import ending


@pytest.mark.parametrize(
    ("problems", "said", "msg"),
    [
        ([], "All is well", "All is well."),
        ([], ["One.", "Two:", "Three"], "One. Two: Three."),
        (["It broke", "Twice."], ["One."], "It broke. Twice."),
        ([], "", ""),
        (["x" * 1001], "", "x" * 997 + "..."),
    ],
)
def test_what_is_told_of_the_end(problems: list[str], said: Any, msg: str) -> None:
    found = ending(problems, said, {"region": "eu-west-1"}, check_mode=True, job={"id": "42"})
    assert found == {
        "succeeded": not problems, "msg": msg, "check_mode": True, "job": {"id": "42"}, "region": "eu-west-1",
    }  # fmt: skip


def test_what_a_verb_tells_itself_counts_more() -> None:
    found = ending([], "Said", {"msg": "Told", "succeeded": False}, check_mode=False, job={})
    assert (found["msg"], found["succeeded"]) == ("Told", False)
