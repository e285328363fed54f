# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What Automation Platform looks for below extensions/, made of what playbooks/awx has: `make pattern`.

The rules are those of the pattern specification 1.0.0 (github.com/ansible/pattern-service, specifications/).
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.inputs.writing import head, written

from .loading import ROOT
from .objects import DATA, read

Item = dict[str, Any]
PATTERN = ROOT / "extensions/patterns/dynamodb_backup"
MADE = "playbooks/{} by `make pattern`"
ABOUT = {
    "title": "Back up DynamoDB tables on schedule",
    "description": (
        "List your DynamoDB tables in inventory, run the backup job template once, and from then on every "
        "table has scheduled backups, alarms that fire when a backup fails or never happens, and a job that "
        "tells whether all of it is healthy. A host of the inventory is one AWS account in one region."
    ),
    "short_description": "Scheduled DynamoDB backups you can prove",
    "tags": ["aws", "dynamodb", "backup", "database"],
}
IMAGE = "tablekeeper/dynamodb"
# Its schema has no limits.
QUESTION = ("type", "question_name", "question_description", "variable", "required", "choices", "default")
SHARED = ("name", "description", "execution_environment")


def files(objects: dict[str, list[Item]]) -> dict[str, str]:
    """Every file but the README, by its path in the pattern. The objects are those of the default name."""
    made = {"setup.yml": setup(), "meta/pattern.json": json.dumps(definition(objects), indent=2) + "\n"}
    for template in objects["controller_templates"]:
        name = Path(template["playbook"]).name
        (play,) = yaml.safe_load((ROOT / "playbooks" / name).read_text(encoding="utf-8"))
        lead = [{"name": play["name"], "ansible.builtin.import_playbook": f"../../../../playbooks/{name}"}]
        made[f"playbooks/{name}"] = written(MADE.format(name), lead)
        stem = name.removesuffix(".yml")
        made[f"playbooks/{stem}.meta.yml"] = written(
            MADE.format("awx/setup.yml"), arguments(stem, play, template)
        )
    return made


def setup() -> str:
    """The same data, which finds what lies beside the original."""
    text = (DATA / "setup.yml").read_text(encoding="utf-8").removeprefix("---\n")
    away = "{{ pattern.path | dirname }}/../../../" + str(DATA.relative_to(ROOT))
    return f"---\n{head(MADE.format('awx/setup.yml'))}{text.replace('{{ pattern.path | dirname }}', away)}"


def definition(objects: dict[str, list[Item]]) -> Item:
    (environment,) = objects["controller_execution_environments"]
    (project,) = objects["controller_projects"]
    labels = [label["name"] for label in objects["controller_labels"]]
    templates = [_template(template) for template in objects["controller_templates"]]
    resources = {
        "controller_project": {
            "name": project["name"],
            "description": "The playbooks of the collection tablekeeper.dynamodb.",
        },
        "controller_execution_environment": {
            "name": environment["name"],
            "description": environment["description"],
            "image_name": IMAGE,
            "pull": environment["pull"],
        },
        "controller_labels": labels,
        "controller_job_templates": templates,
    }
    return {"schema_version": "1.0.0", "name": PATTERN.name, **ABOUT, "aap_resources": resources}


def _template(template: Item) -> Item:
    survey = template.get("survey_spec")
    return {
        **{key: template[key] for key in SHARED},
        "playbook": Path(template["playbook"]).name,
        "primary": template["playbook"] == "playbooks/backup.yml",
        "ask_credential_on_launch": bool(template["credentials"]),
        "ask_inventory_on_launch": True,
        "ask_verbosity_on_launch": True,
        "labels": template["labels"],
        **({"survey": {**survey, "spec": list(map(plain, survey["spec"]))}} if survey else {}),
    }


def plain(question: Item) -> Item:
    """A question without limits, and with a default only where that is text."""
    kept = {key: question[key] for key in QUESTION if key in question}
    return kept if isinstance(kept["default"], str) else {k: v for k, v in kept.items() if k != "default"}


def arguments(playbook: str, play: Item, template: Item) -> Item:
    """The argument spec that stands beside a playbook."""
    questions = template.get("survey_spec", {"spec": []})["spec"]
    options = {question["variable"]: _option(question) for question in questions}
    described = {"short_description": play["name"], "description": template["description"]}
    needed = "".join(f" -e {question['variable']}=..." for question in questions if question["required"])
    example = f"ansible-playbook tablekeeper.dynamodb.{playbook} -i inventory{needed}"
    spec = {"short_description": play["name"], "options": options, "examples": example}
    return {**described, "argument_specs": {playbook: spec}}


def _option(question: Item) -> Item:
    """Answers arrive as YAML has read them, whatever their type is."""
    option: Item = {"type": "raw", "description": question["question_description"].strip()}
    for key in ("required", "choices", "default"):
        if question.get(key):
            option[key] = question[key]
    return option


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        objects = read(Path(place), tablekeeper_awx_name="DynamoDB")
    for path, text in files(objects).items():
        (PATTERN / path).parent.mkdir(parents=True, exist_ok=True)
        (PATTERN / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
