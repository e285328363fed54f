# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The pattern for Automation Platform: its schema, and that it says what setup.yml and the surveys say.

The rules are those of the pattern specification 1.0.0 (github.com/ansible/pattern-service, specifications/).
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from .loading import REPOSITORY, ROOT
from .objects import PATTERN

DEFINITION = json.loads((PATTERN / "meta/pattern.json").read_text(encoding="utf-8"))
RESOURCES = DEFINITION["aap_resources"]
TEMPLATES = RESOURCES["controller_job_templates"]
KEYS = {
    "name", "description", "execution_environment", "playbook", "primary", "ask_credential_on_launch",
    "ask_inventory_on_launch", "ask_verbosity_on_launch", "labels", "survey",
}  # fmt: skip
QUESTION = {
    "type", "question_name", "question_description", "variable", "required", "choices", "default"
}  # fmt: skip


def load(path: str) -> Any:
    return yaml.safe_load((PATTERN / path).read_text(encoding="utf-8"))


def test_definition() -> None:
    assert DEFINITION["schema_version"] == "1.0.0"
    assert DEFINITION["name"] == PATTERN.name
    assert re.fullmatch("[a-z0-9_]{1,64}", PATTERN.name)
    assert len(DEFINITION["title"]) <= 64
    assert DEFINITION["description"]
    assert not DEFINITION["short_description"].endswith(".")
    assert set(RESOURCES["controller_project"]) == {"name", "description"}
    environment = RESOURCES["controller_execution_environment"]
    assert set(environment) == {"name", "description", "image_name", "pull"}
    assert [template["name"] for template in TEMPLATES if template["primary"]] == ["DynamoDB: backup"]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template["playbook"])
def test_template(template: dict[str, Any], shop: dict[str, list[dict[str, Any]]]) -> None:
    assert set(template) <= KEYS
    assert template["execution_environment"] == RESOURCES["controller_execution_environment"]["name"]
    assert set(template["labels"]) <= set(RESOURCES["controller_labels"])
    (ours,) = [
        one for one in shop["controller_templates"] if one["playbook"].endswith(f"/{template['playbook']}")
    ]
    assert template["name"].rpartition(": ")[2] == ours["name"].rpartition(": ")[2]
    assert template["ask_credential_on_launch"] == bool(ours["credentials"])
    survey = ours.get("survey_spec")
    assert template.get("survey") == (survey and {**survey, "spec": [plain(q) for q in survey["spec"]]})


def plain(question: dict[str, Any]) -> dict[str, Any]:
    """Its schema has no limits, and only text as default."""
    kept = {key: value for key, value in question.items() if key in QUESTION}
    return kept if isinstance(kept["default"], str) else {k: v for k, v in kept.items() if k != "default"}


def test_playbooks() -> None:
    """Two lines each, as in the example repository; they lead to their neighbours in the same archive."""
    names = {path.name for path in (PATTERN / "playbooks").glob("*.yml") if ".meta." not in path.name}
    assert names == {template["playbook"] for template in TEMPLATES}
    for name in names:
        (play,) = load(f"playbooks/{name}")
        (original,) = yaml.safe_load((ROOT / "playbooks" / name).read_text(encoding="utf-8"))
        (example,) = yaml.safe_load((REPOSITORY / "playbooks" / name).read_text(encoding="utf-8"))
        assert play["name"] == original["name"] == example["name"]
        led_to = PATTERN / "playbooks" / play["ansible.builtin.import_playbook"]
        assert led_to.resolve() == ROOT / "playbooks" / name
        assert (
            example["ansible.builtin.import_playbook"] == f"tablekeeper.dynamodb.{name.removesuffix('.yml')}"
        )


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template["playbook"])
def test_inputs(template: dict[str, Any]) -> None:
    """The argument spec beside a playbook is its survey."""
    name = template["playbook"].removesuffix(".yml")
    options = load(f"playbooks/{name}.meta.yml")["argument_specs"][name]["options"]
    questions = {question["variable"]: question for question in template.get("survey", {}).get("spec", [])}
    assert set(options) == set(questions)
    for variable, question in questions.items():
        assert options[variable].get("required", False) == question["required"]
        assert options[variable].get("choices") == question.get("choices")
