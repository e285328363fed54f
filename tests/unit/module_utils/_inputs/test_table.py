# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rows of the table of inputs: what each says agrees with how it is checked."""

from __future__ import annotations

import re

import pytest
import yaml

from plugins.module_utils._base.mistakes import NotAllowedError
from plugins.module_utils._inputs.roles import VERBS
from plugins.module_utils._inputs.table import Input, Question
from plugins.module_utils._plan.settings import CHECKS
from tests.inputs.make import default, option, question

ROWS = [
    pytest.param(name, row, id=f"{name}_{row.key}") for name, verb in VERBS.items() for row in verb.inputs
]
ASKED = [each for each in ROWS if each.values[1].question]


def test_every_setting_of_the_plan_has_a_row() -> None:
    assert VERBS["backup"].by_key.keys() - {"tables", "defaults", "account_id"} == CHECKS.keys()


@pytest.mark.parametrize("row", [pytest.param(each.values[1], id=each.id) for each in ROWS])
def test_default_is_allowed_and_says_what_it_is(row: Input) -> None:
    assert row.says.endswith(".")
    assert (row.fallback is None) == (row.default is None)
    assert option(row)["description"][0] == f"{row.type}."
    for choice in row.choices:
        assert row.check(choice) == choice
        assert f"`{choice}`" in row.says
    if row.choices:
        with pytest.raises(NotAllowedError):
            row.check("something else")


@pytest.mark.parametrize(("verb", "row"), ROWS)
def test_examples_are_of_the_input(verb: str, row: Input) -> None:
    """Each is YAML for a variable of it, or an -e."""
    role = VERBS[verb].role or verb
    for line in row.examples:
        if not line.startswith((" ", "-e ")):
            assert line.partition(":")[0] in {row.variable(role), f"{role}_{row.key}"}
            assert yaml.safe_load(line)
        if line.startswith("-e "):
            assert re.match(r"-e '?(\w+)=\S", line), line


@pytest.mark.parametrize(("verb", "row"), ASKED)
def test_answers_that_a_survey_takes_are_allowed(verb: str, row: Input) -> None:
    assert row.question
    asked = question(verb, row, row.question)
    for answer in asked.get("choices", ()):
        row.check(answer)
    if asked["type"] == "integer":
        row.check(asked["min"])
        row.check(asked["max"])
    if asked["default"] != "":
        row.check(asked["default"])


ASKS = Question("How?", "Say how.", least=1, most=9)


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        (
            Input("wait", "Wait.", CHECKS["enable_pitr"], False, question=ASKS),
            {"type": "multiplechoice", "choices": ["false", "true"], "default": "false"},
        ),
        (
            Input("how", "`a` or `b`.", str, "b", choices=("a", "b"), question=ASKS),
            {"type": "multiplechoice", "choices": ["a", "b"], "default": "b"},
        ),
        (
            Input("days", "How long.", int, 7, question=ASKS),
            {"type": "integer", "default": 7, "min": 1, "max": 9},
        ),
        (
            Input("tables", "Which.", list, [], question=ASKS),
            {"type": "text", "default": "", "min": 1, "max": 9},
        ),
        (Input("day", "Which.", str, question=ASKS), {"type": "text", "default": "", "min": 1, "max": 9}),
    ],
)
def test_question_follows_from_the_input(row: Input, asked: dict[str, object]) -> None:
    assert row.question
    about = {
        "question_name": "How?",
        "question_description": "Say how.",
        "variable": f"restore_{row.key}",
        "required": False,
    }
    assert question("restore", row, row.question) == {**about, **asked}


def test_name_that_users_set() -> None:
    own = Input("wait", "Wait.", bool, True)
    assert own.variable("run") == "run_wait"
    assert default(own) is True
    shared = Input("wait", "Wait.", bool, False, shared="tablekeeper_wait")
    assert shared.variable("run") == "tablekeeper_wait"
    assert default(shared) == "{{ tablekeeper_wait | default(false) }}"
    assert Input("tables", "Which.", list, [], playbook="tables").variable("run") == "tables"
