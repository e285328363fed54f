# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Each input of a playbook is asked by its job template's survey, or its page says why not."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from plugins.module_utils._inputs.roles import VERBS

from .loading import ROOT
from .objects import DATA


def load(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def inputs(playbook: str) -> set[str]:
    """What a user sets for a playbook: what is planned first is an input of what plans it, too."""
    role = VERBS[playbook].role or playbook
    rows = [*VERBS[role].inputs, *VERBS[playbook].inputs]
    return {row.variable(role) for row in rows}


def asked(playbook: str) -> dict[str, str]:
    """The variables of a survey, each with its question."""
    survey = DATA / "template_surveys" / f"{playbook}.yml"
    if not survey.exists():
        return {}
    spec = yaml.safe_load(survey.read_text(encoding="utf-8"))["spec"]
    return {question["variable"]: question["question_name"] for question in spec}


def test_every_survey_is_asked() -> None:
    """By the job template of its playbook, which has no other."""
    written = (DATA / "setup.yml").read_text(encoding="utf-8").partition("controller_templates:")[2]
    templates = written.partition("\n__awx_every_workflow")[0].split("\n  - name: ")[1:]
    surveys = {
        playbook: re.findall(r"/template_surveys/(\w+)\.yml", template)
        for template in templates
        for playbook in re.findall(r"playbook: playbooks/(\w+)\.yml", template)
    }
    made = {path.stem for path in (DATA / "template_surveys").iterdir()}
    assert made == {name for name, verb in VERBS.items() if verb.survey[0]}
    assert surveys == {name: [name] if verb.survey[0] else [] for name, verb in VERBS.items()}


@pytest.mark.parametrize("playbook", VERBS)
def test_playbook_passes_on_what_users_set(playbook: str) -> None:
    """By another name than the role's, which somebody may have for a template of their own."""
    (play,) = load(f"playbooks/{playbook}.yml")
    rows = [row for row in VERBS[playbook].inputs if row.playbook]
    passed_on = {
        f"{playbook}_{row.key}": f"{{{{ {row.playbook} | default({row.default}) }}}}" for row in rows
    }
    assert play.get("vars", {}) == passed_on


def rows(playbook: str, heading: str) -> dict[str, list[str]]:
    """The variables of a table on the job template's page, and their rows."""
    page = (ROOT / f"docs/awx/{playbook}.md").read_text(encoding="utf-8")
    section = page.partition(f"## {heading}\n")[2]
    lines = [line for line in section.partition("\n## ")[0].splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name: row for row in cells for name in re.findall(r"^`([\w*]+)`$", row[-2])}


@pytest.mark.parametrize("playbook", VERBS)
def test_every_input_is_asked_or_its_page_says_why_not(playbook: str) -> None:
    not_asked = rows(playbook, "What it does not ask, and why")
    assert all(row[-1] for row in not_asked.values())
    patterns = [name.replace("*", r"\w+") for name in not_asked]
    left = {name for name in inputs(playbook) if not any(re.fullmatch(one, name) for one in patterns)}
    assert left == asked(playbook).keys()
    assert not [one for one in patterns if not any(re.fullmatch(one, name) for name in inputs(playbook))]


@pytest.mark.parametrize("playbook", VERBS)
def test_page_shows_the_survey(playbook: str) -> None:
    shown = {name: row[0] for name, row in rows(playbook, "What it asks").items()}
    assert shown == asked(playbook)


@pytest.mark.parametrize("playbook", VERBS)
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


VERBS_WITH_RIGHTS = (
    "backup", "backup --check", "run", "status", "history", "find", "compare", "restore", "drill",
    "undo", "teardown",
)  # fmt: skip


@pytest.mark.parametrize("playbook", VERBS_WITH_RIGHTS)
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
