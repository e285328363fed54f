# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Each input of a playbook is asked by its job template's survey, or its page says why not."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from jinja2 import meta, nodes
from jinja2.sandbox import SandboxedEnvironment

from .loading import ROOT
from .objects import DATA

PLAYBOOKS = sorted(
    path.stem for path in (ROOT / "playbooks").glob("*.yml") if not path.stem.startswith("awx_")
)


def load(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def test_reads_a_playbook_with_renamed_inputs() -> None:
    """What the other tests here stand on."""
    assert {"tables", "run_wait", "tablekeeper_region", "run_started_by"} <= inputs("run")
    assert "run_tables" not in inputs("run")
    assert "render_to" in inputs("render")


def inputs(playbook: str) -> set[str]:
    """What a user sets for a playbook: the options of its role, by the names that they have outside it."""
    (play,) = load(f"playbooks/{playbook}.yml")
    tasks = [task.get("ansible.builtin.include_role", {}) for task in play.get("tasks", [])]
    (role,) = [*(one["role"] for one in play.get("roles", [])), *(task["name"] for task in tasks if task)]
    name = role.rpartition(".")[2]
    options = load(f"roles/{name}/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    defaults = {**load(f"roles/{name}/defaults/main.yml"), **play.get("vars", {})}
    return {outside(option, defaults[option]) for option in options}


def outside(option: str, default: Any) -> str:
    """The variable that the default only passes on, or the option itself."""
    if not isinstance(default, str) or "{{" not in default:
        return option
    tree = SandboxedEnvironment().parse(default)
    passed_on = [node for node in tree.find_all(nodes.Filter) if isinstance(node.node, nodes.Name)]
    names = meta.find_undeclared_variables(tree)
    return names.pop() if len(names) == 1 and passed_on else option


def asked(playbook: str) -> set[str]:
    survey = DATA / "template_surveys" / f"{playbook}.yml"
    if not survey.exists():
        return set()
    return {question["variable"] for question in yaml.safe_load(survey.read_text(encoding="utf-8"))["spec"]}


def rows(playbook: str, heading: str) -> dict[str, str]:
    """The variables of a table on the job template's page, and what stands in its last column."""
    page = (ROOT / f"docs/awx/{playbook}.md").read_text(encoding="utf-8")
    section = page.partition(f"## {heading}\n")[2]
    lines = [line for line in section.partition("\n## ")[0].splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name: row[-1] for row in cells for name in re.findall(r"^`([\w*]+)`$", row[-2])}


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_every_question_is_an_input(playbook: str) -> None:
    assert asked(playbook) <= inputs(playbook)


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_every_input_is_asked_or_its_page_says_why_not(playbook: str) -> None:
    not_asked = rows(playbook, "What it does not ask, and why")
    assert all(not_asked.values())
    patterns = [name.replace("*", r"\w+") for name in not_asked]
    left = {name for name in inputs(playbook) if not any(re.fullmatch(one, name) for one in patterns)}
    assert left == asked(playbook)
    assert not [one for one in patterns if not any(re.fullmatch(one, name) for name in inputs(playbook))]


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_page_shows_the_survey(playbook: str) -> None:
    assert set(rows(playbook, "What it asks")) == asked(playbook)


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_page_says_what_people_want_to_know(playbook: str) -> None:
    page = (ROOT / f"docs/awx/{playbook}.md").read_text(encoding="utf-8")
    for wanted in ("**Who should have it:**", "**What it costs:**", "## What a failure looks like"):
        assert wanted in page
    assert f"(awx/{playbook}.md)" in (ROOT / "docs/awx.md").read_text(encoding="utf-8")


def test_every_setting_is_explained() -> None:
    files = list((ROOT / "playbooks").rglob("*.yml"))
    found = {
        name
        for path in files
        for name in re.findall(r"\btablekeeper_awx_\w+", path.read_text(encoding="utf-8"))
    }
    guide = (ROOT / "docs/awx.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(tablekeeper_awx_\w+)`", guide, re.MULTILINE)) == found


@pytest.mark.parametrize("playbook", ["backup", "backup --check", "run", "status", "teardown"])
def test_credentials_have_the_policies_of_their_playbooks(playbook: str) -> None:
    """Who follows the guide to the letter lacks no right; what is switched on has rows of its own."""
    rights = (ROOT / "docs/iam.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| `{playbook}` \|([^|]+)\|", rights, re.MULTILINE)
    guide = (ROOT / "docs/awx.md").read_text(encoding="utf-8")
    page = f"(awx/{playbook.partition(' ')[0]}.md)"
    (ours,) = [line for line in guide.splitlines() if page in line and line.startswith("| `")]
    wanted = re.findall(r"\(iam/(\w+\.json)\)", row)
    assert wanted
    assert not [name for name in wanted if f"`{name}`" not in ours]
