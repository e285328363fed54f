# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filters that playbooks plan with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

from ansible_collections.tablekeeper.dynamodb.plugins.filter import describe as describe_file
from ansible_collections.tablekeeper.dynamodb.plugins.filter import plan as plan_file
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import schedules
from tests.unit.support.records import table as table_record

plan = plan_file.FilterModule().filters()["plan"]
describe = describe_file.FilterModule().filters()["describe"]


def trusted(value: Any) -> Any:
    """Variables as a playbook has them: text that may be a template."""
    if isinstance(value, dict):
        return {key: trusted(each) for key, each in value.items()}
    if isinstance(value, list):
        return [trusted(each) for each in value]
    return trust_as_template(value) if isinstance(value, str) else value


@pytest.fixture
def variables() -> dict[str, Any]:
    """What Ansible hands a filter: tagged text in containers that render what is in them."""
    tables = ["orders", {"name": "sessions", "every": "6 hours", "retention_days": "{{ days }}"}, 12345]
    settings = {"region": "eu-west-1", "prefix": "{{ name | lower }}", "tags": {"team": "shop"}}
    given = {"tables": tables, "settings": settings, "days": 7, "name": "ACME"}
    templar = Templar(loader=DataLoader(), variables=trusted(given))
    return {key: templar.template(trust_as_template(f"{{{{ {key} }}}}")) for key in ("tables", "settings")}


def kinds(value: Any) -> set[type]:
    """The types of a value and of all in it."""
    if isinstance(value, dict):
        return {type(value), *(kind for pair in value.items() for each in pair for kind in kinds(each))}
    if isinstance(value, list):
        return {type(value), *(kind for each in value for kind in kinds(each))}
    return {type(value)}


@pytest.mark.parametrize("region", ["eu-west-1", "nowhere"])
def test_words_cut_off_and_what_else_is_wrong_stand_in_one_list(region: str) -> None:
    also = ["render_to is not set, but it must be."]
    told = plan(["orders"], settings={"region": region}, words="b c", also=also, tell=True)["mistakes"]
    head, first, second, *rest = told.splitlines()
    assert head.startswith(f"{2 + len(rest)} mistakes in the tablekeeper variables")
    assert first == f"- {also[0]}"
    assert second.startswith('- What follows a blank in -e is "b c", but ')
    assert [each.split(" is ")[0] for each in rest] == (
        ["- tablekeeper_region"] if region == "nowhere" else []
    )
    with pytest.raises(AnsibleFilterError, match=r"^1 mistake in .*\n- render_to"):
        plan(["orders"], settings={"region": "eu-west-1"}, also=also)


def test_a_plan_of_what_ansible_hands_over(variables: dict[str, Any]) -> None:
    made = plan(variables["tables"], settings=variables["settings"])
    (stack,) = made["stacks"]
    assert stack["name"] == "acme-export-1"
    assert [table["name"] for table in stack["tables"]] == ["12345", "orders", "sessions"]
    assert [table["retention_days"] for table in stack["tables"]] == [35, 35, 7]
    assert made["settings"]["tags"] == {"team": "shop"}
    assert json.loads(json.dumps(made)) == made


def test_only_plain_values_are_returned(variables: dict[str, Any]) -> None:
    assert kinds(variables["tables"][0]) != {str}, "Ansible tags its text, or this test shows nothing"
    made = plan(variables["tables"], settings=variables["settings"])
    assert kinds(made) <= {dict, list, str, int, float, bool, type(None)}


def test_defaults_existing_and_armed_are_passed_on() -> None:
    schedule = schedules.identity(24, "04:00", "UTC")
    record = table_record("orders", armed=True, schedule=schedule).to_json()
    existing = {"retention_days": [90], "stacks": {"tablekeeper-export-2": {"tables": [record]}}}
    given = {"defaults": {"at": "04:00"}, "settings": {"region": "eu-west-1"}, "existing": existing}
    made = plan(["orders"], **given)
    assert [stack["name"] for stack in made["stacks"]] == ["tablekeeper-export-1", "tablekeeper-export-2"]
    (table,) = made["stacks"][1]["tables"]
    assert (table["at"], table["armed"]) == ("04:00", True)
    assert made["retention_days"] == [35, 90]
    assert not plan(["sessions"], **given)["stacks"][0]["tables"][0]["armed"]
    assert plan(["sessions"], **given, armed=True)["stacks"][0]["tables"][0]["armed"]


def test_all_mistakes_are_in_the_error() -> None:
    with pytest.raises(AnsibleFilterError) as refused:
        plan(["x", "orders", "orders"], settings={"region": "nowhere"})
    text = str(refused.value)
    assert "3 mistakes in the tablekeeper variables; nothing was changed:\n- " in text
    assert text.count("\n- ") == 3


def test_a_plan_in_words(variables: dict[str, Any]) -> None:
    rows = describe(plan(variables["tables"], settings=variables["settings"]))
    assert [row["table"] for row in rows] == ["12345", "orders", "sessions"]
    assert rows[2]["schedule"] == "every day at 02:00, 08:00, 14:00 and 20:00"


@pytest.mark.parametrize("documented", [plan_file, describe_file], ids=["plan", "describe"])
def test_the_example_in_the_docs_runs(documented: Any, root: Path, tmp_path: Path) -> None:
    play = {"hosts": "localhost", "gather_facts": False, "tasks": yaml.safe_load(documented.EXAMPLES)}
    (tmp_path / "play.yml").write_text(yaml.safe_dump([play]))
    run = subprocess.run(
        [Path(sys.executable).parent / "ansible-playbook", "-v", "play.yml"],
        cwd=tmp_path,
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(root / ".collections")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "tablekeeper-export-1" in run.stdout
