# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The pattern for Automation Platform: its schema, and that it says what playbooks/awx says.

The rules are those of the pattern specification 1.0.0 (github.com/ansible/pattern-service, specifications/).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from .loading import REPOSITORY, ROOT
from .objects import LISTS, read
from .pattern import PATTERN, files

if TYPE_CHECKING:
    from pathlib import Path

Item = dict[str, Any]
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


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Item]]:
    """What is shipped, by the name that it has without a setting."""
    return read(tmp_path_factory.mktemp("pattern"), tablekeeper_awx_name="DynamoDB")


def test_is_made_of_one_source(objects: dict[str, list[Item]]) -> None:
    """If this fails: `make pattern`."""
    there = {
        str(path.relative_to(PATTERN)): path.read_text(encoding="utf-8")
        for path in PATTERN.rglob("*")
        if path.is_file() and path.name != "README.md"
    }
    assert there == files(objects)


def test_copy_of_the_data_says_the_same(objects: dict[str, list[Item]], tmp_path: Path) -> None:
    """The dispatcher's pattern loader reads this one, and what lies beside the original by it."""
    copied = read(tmp_path, data=PATTERN, tablekeeper_awx_name="DynamoDB")
    assert copied == objects
    assert set(copied) == set(LISTS)


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
def test_template(template: Item) -> None:
    assert set(template) <= KEYS
    assert template["execution_environment"] == RESOURCES["controller_execution_environment"]["name"]
    assert set(template["labels"]) <= set(RESOURCES["controller_labels"])
    for question in template.get("survey", {"spec": []})["spec"]:
        assert set(question) <= QUESTION
        assert isinstance(question.get("default", ""), str)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template["playbook"])
def test_playbooks_lead_to_their_neighbours(template: Item) -> None:
    """In the same archive, as the ones of the example repository lead to the collection."""
    name = template["playbook"]
    (play,) = yaml.safe_load((PATTERN / "playbooks" / name).read_text(encoding="utf-8"))
    (example,) = yaml.safe_load((REPOSITORY / "playbooks" / name).read_text(encoding="utf-8"))
    assert play["name"] == example["name"]
    led_to = PATTERN / "playbooks" / play["ansible.builtin.import_playbook"]
    assert led_to.resolve() == ROOT / "playbooks" / name
    assert example["ansible.builtin.import_playbook"] == f"tablekeeper.dynamodb.{name.removesuffix('.yml')}"
