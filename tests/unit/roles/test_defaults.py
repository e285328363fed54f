# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a user writes reaches the check of a role: only what is empty means the default."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.roles import VERBS
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import PlanError, make_plan

ROOT = Path(__file__).parents[3]
ROLES = [name for name, verb in VERBS.items() if not verb.role]


def texts(role: str) -> dict[str, str]:
    """The defaults of a role that read one variable of the user's, by the name of that."""
    defaults = yaml.safe_load((ROOT / f"roles/{role}/defaults/main.yml").read_text(encoding="utf-8"))
    read = {
        text: re.match(r"{{ (tablekeeper_\w+|render_to) \|", str(text))
        for text in map(str, defaults.values())
    }
    return {name[1]: text for text, name in read.items() if name}


def rendered(text: str, **variables: Any) -> Any:
    return Templar(loader=DataLoader(), variables=variables).template(trust_as_template(text))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("value", [0, False, "0", ""])
def test_a_0_and_a_no_stay_what_they_are(role: str, value: object) -> None:
    found = texts(role)
    assert "tablekeeper_region" in found
    changed = {name: rendered(text, **{name: value}) for name, text in found.items()}
    assert changed == dict.fromkeys(found, value)
    assert {type(each) for each in changed.values()} == {type(value)}


@pytest.mark.parametrize("empty", ["", " ", None])
def test_what_is_empty_has_the_default(empty: object) -> None:
    found = {name.removeprefix("tablekeeper_"): (name, text) for name, text in texts("backup").items()}
    keys = found.keys() - {"tables", "defaults", "region", "account_id", "render_to"}
    region = {"region": "eu-west-1"}
    given = {key: rendered(found[key][1], **{found[key][0]: empty}) for key in keys} | region
    left_out = {key: rendered(found[key][1]) for key in keys} | region
    by_default = make_plan(["orders"], settings=region)
    assert make_plan(["orders"], defaults=empty, settings=given) == by_default
    assert make_plan(["orders"], settings=left_out) == by_default


# What a 0 is no value of.
NO_ZERO = (
    *("poll_seconds", "log_retention_days", "max_concurrency", "table_timeout", "stack_timeout"),
    *("encryption", "prefix", "tags", "alerts", "object_lock"),
    "data_pipeline",
)


@pytest.mark.parametrize("name", NO_ZERO)
def test_a_0_is_refused_as_its_text_is(name: str) -> None:
    def told(value: object) -> str:
        variable = f"tablekeeper_{name}"
        settings = {name: rendered(texts("backup")[variable], **{variable: value}), "region": "eu-west-1"}
        with pytest.raises(PlanError) as refused:
            make_plan(["orders"], settings=settings)
        (mistake,) = map(str, refused.value.mistakes)
        return mistake

    assert told(0).startswith(f"tablekeeper_{name} is 0, but ")
    assert told("0") == told(0).replace("is 0", 'is "0"')
