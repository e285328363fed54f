# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is said in two places is said alike in both."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from packaging.version import Version

from plugins.module_utils._base.version import COLLECTION
from plugins.module_utils._engines.planners import DEFAULT
from plugins.module_utils._inputs.roles import VERBS
from plugins.module_utils._model import keys
from plugins.module_utils._plan import entries
from plugins.module_utils._plan.settings import CHECKS
from plugins.module_utils._points.formats.read import FORMATS
from plugins.module_utils._status.reasons import CODES
from tests.gates.tools import ROOT, load, names, run, tracked
from tests.inputs.make import files, inputs_of

ROLES = names("roles", "*")
PLAYBOOKS = names("playbooks", "*.yml")
MODULES = names("plugins/modules")
FILES = files()


@pytest.fixture(scope="module")
def documentation() -> dict[str, Any]:
    """What ansible-doc tells of the modules, with what comes from fragments."""
    wanted = [f"tablekeeper.dynamodb.{module}" for module in MODULES]
    said: dict[str, Any] = json.loads(run("ansible-doc", "--json", "-t", "module", *wanted))
    return {module: said[f"tablekeeper.dynamodb.{module}"]["doc"] for module in MODULES}


def test_action_group_lists_the_modules() -> None:
    group = load("meta/runtime.yml")["action_groups"]["aws"]
    assert group[0] == {"metadata": {"extend_group": ["amazon.aws.aws"]}}
    assert group[1:] == MODULES


def test_a_module_is_public_and_in_the_readme_or_internal(documentation: dict[str, Any]) -> None:
    """What users are not told of may change with any release, and says so."""
    internal = {
        name for name in MODULES if documentation[name]["short_description"].startswith("(internal) ")
    }
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"^\| module \| what it does \|\n\|---\|---\|\n((?:\|.*\n)+)", readme, re.MULTILINE)
    public = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert public == sorted(set(MODULES) - internal)


def test_action_plugins_have_a_module() -> None:
    assert set(names("plugins/action")) <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_module_says_what_it_supports(module: str, documentation: dict[str, Any]) -> None:
    attributes = documentation[module].get("attributes", {})
    assert {"check_mode", "diff_mode", "idempotent", "action_group"} <= set(attributes)
    assert "tablekeeper.dynamodb.aws" in attributes["action_group"]["membership"]


@pytest.mark.parametrize("module", MODULES)
def test_module_is_no_newer_than_the_collection(module: str, documentation: dict[str, Any]) -> None:
    version = load("galaxy.yml")["version"]
    assert Version(documentation[module]["version_added"]) <= Version(version)


def test_the_filter_describes_every_setting() -> None:
    doc = json.loads(run("ansible-doc", "--json", "-t", "filter", "tablekeeper.dynamodb.plan"))
    (text,) = doc["tablekeeper.dynamodb.plan"]["doc"]["options"]["settings"]["description"]
    assert set(re.findall(r"C\((\w+)\)", text)) == set(CHECKS)


def test_the_readme_explains_every_key_of_a_table() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").split("## What you can say about a table")[1]
    rows = re.findall(r"^\| `(\w+)` \|(.*?)\| .+ \|$", readme.split("\n## ")[0], re.MULTILINE)
    told = {key: default.strip(' `"') for key, default in rows}
    assert told.keys() == {"name", *entries.CHECKS}
    assert {key: told[key] for key in keys.DEFAULTS} == {
        key: keys.words(key, default) for key, default in keys.DEFAULTS.items()
    }
    assert told["engine"] == DEFAULT


def test_the_guide_explains_every_reason_code() -> None:
    guide = (ROOT / "roles/status/README.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| (`.+?`) \| .+ \|$", guide, re.MULTILINE)
    told = {code for cell in cells for code in re.findall(r"`(\w+)`", cell)}
    assert set(CODES) - told == set()


def test_every_setting_is_planned_with() -> None:
    """A variable that is known and not handed over would be ignored."""
    assert load("roles/backup/vars/main.yml")["__backup_settings"].keys() == CHECKS.keys()


@pytest.mark.parametrize("module", MODULES)
def test_module_has_tests(module: str) -> None:
    """In a directory of its own, or in a file that begins with its name."""
    tests = ROOT / "tests/unit/modules"
    assert [*tests.glob(f"{module}/test_*.py"), *tests.glob(f"test_{module}*.py")]


@pytest.mark.parametrize("role", ROLES)
def test_what_ansible_cut_off_from_an_e_is_refused_by_the_role(role: str) -> None:
    """Only a playbook of the collection looks at that before the roles do."""
    (task, *_rest) = load(f"roles/{role}/tasks/preflight.yml")
    (fact,) = task["ansible.builtin.set_fact"].values()
    assert "words=_raw_params | default('')" in fact


@pytest.mark.parametrize("role", ROLES)
def test_role_defaults_are_the_argument_spec(role: str) -> None:
    """Every option has a default, and both files have the same."""
    options = load(f"roles/{role}/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    defaults = load(f"roles/{role}/defaults/main.yml")
    assert {name: option.get("default") for name, option in options.items()} == defaults
    for name, option in options.items():
        assert name.startswith(f"{role}_"), name
        assert option["description"], name


@pytest.mark.parametrize("path", FILES)
def test_inputs_are_written_as_the_table_says(path: str) -> None:
    """`make inputs` writes the table of plugins/module_utils/_inputs there."""
    assert (ROOT / path).read_text(encoding="utf-8") == FILES[path]


def test_every_verb_has_a_playbook_and_its_inputs() -> None:
    assert sorted(VERBS) == [name for name in PLAYBOOKS if not name.startswith("awx_")]
    assert sorted(name for name, verb in VERBS.items() if not verb.role) == ROLES


@pytest.mark.parametrize("role", ROLES)
def test_what_is_secret_is_cast_in_silence(role: str) -> None:
    """Nobody is asked for it in a survey, whose answers AWX keeps and shows."""
    secret = [row for row in inputs_of(role) if row.secret]
    (task, *_rest) = load(f"roles/{role}/tasks/preflight.yml")
    assert bool(task.get("no_log")) is bool(secret)
    assert not [row.key for row in secret if row.question]


@pytest.mark.parametrize("role", ROLES)
def test_role_is_whole(role: str) -> None:
    wanted = (
        "defaults/main.yml",
        "meta/argument_specs.yml",
        "meta/main.yml",
        "tasks/main.yml",
        "tasks/preflight.yml",
        "README.md",
    )
    assert not [name for name in wanted if not (ROOT / "roles" / role / name).is_file()]
    assert (ROOT / "extensions/molecule" / role / "molecule.yml").is_file()


@pytest.mark.parametrize("role", ROLES)
def test_role_describes_its_inputs(role: str) -> None:
    """Every collection-wide variable that the defaults read stands in the README."""
    read = re.findall(
        r"\btablekeeper_\w+", (ROOT / f"roles/{role}/defaults/main.yml").read_text(encoding="utf-8")
    )
    readme = (ROOT / f"roles/{role}/README.md").read_text(encoding="utf-8")
    assert not sorted({name for name in read if f"`{name}`" not in readme})


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_playbook_is_one_verb(playbook: str) -> None:
    text = (ROOT / f"playbooks/{playbook}.yml").read_text(encoding="utf-8")
    assert re.fullmatch(r"\w+", playbook)
    assert len(text.splitlines()) <= 20


@pytest.mark.parametrize(
    "path",
    [
        str(path)
        for path in tracked("roles/*/tasks/*.yml", "playbooks/tasks/*.yml", "playbooks/tasks/*/*.yml")
    ],
)
def test_task_file_is_short(path: str) -> None:
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= 60


def flat(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tasks with those of their blocks."""
    within = [[*task.get("block", []), *task.get("rescue", []), *task.get("always", [])] for task in tasks]
    return [each for task, more in zip(tasks, within, strict=True) for each in (task, *flat(more))]


# put_back asks AWS Glue for the job with the code that it brought, before it does anything.
LOOKED_AT_BY_WHO_ASKED = ("playbooks/tasks/job.yml",)


def test_what_is_done_to_a_stack_is_looked_at() -> None:
    """amazon.aws.cloudformation calls a stack removed, or deployed, that it cannot see any more."""
    for path in tracked("roles/*/tasks/*.yml", "playbooks/tasks/*.yml", "playbooks/tasks/*/*.yml"):
        tasks = flat(load(path))
        for position, task in enumerate(tasks):
            if asked := task.get("amazon.aws.cloudformation"):
                name = asked["stack_name"]
                looks = [each.get("tablekeeper.dynamodb.stack_state", {}) for each in tasks[position:]]
                assert asked["state"] == "present", path
                if str(path) not in LOOKED_AT_BY_WHO_ASKED:
                    assert name in [look.get("stack_name") for look in looks], path


@pytest.mark.parametrize("path", [str(path) for path in tracked("*.py") if (ROOT / path).stat().st_size])
def test_python_file(path: str) -> None:
    """The licence header of two lines, and a length that one can read at once."""
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    head = lines[1:3] if lines[0].startswith("#!") else lines[:2]
    assert head == [
        "# Copyright (c) 2026 Tablekeeper contributors",
        "# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)",
    ]
    assert len(lines) <= 300


@pytest.mark.parametrize(
    "folder", ["docs", "examples", "extensions", "playbooks", "plugins", "roles", "README.md"]
)
def test_a_command_of_a_playbook_names_the_inventory(folder: str) -> None:
    """Whoever copies it would be told that the inventory has no host."""
    for path in tracked(*([folder] if folder.endswith(".md") else [f"{folder}/*"])):
        text = (ROOT / path).read_bytes().decode("utf-8", "ignore")
        for command in re.findall(r"ansible-playbook tablekeeper\.dynamodb\.(?!awx_).*", text):
            assert re.match(r"\S+ \S+ -i \S", command), f"{path}: {command}"


def test_the_guide_has_every_format() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/formats.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(set(FORMATS) - {"auto"})


def test_versions_agree() -> None:
    def text(path: str) -> str:
        return (ROOT / path).read_text(encoding="utf-8")

    assert load("galaxy.yml")["version"] == COLLECTION
    requires = load("meta/runtime.yml")["requires_ansible"]
    assert re.search(
        rf"^ansible-core=={re.escape(requires.removeprefix('>=').rsplit('.', 1)[0])}\.",
        text("tests/requirements/oldest.txt"),
        re.MULTILINE,
    )
    (least,) = re.findall(r"^boto3>=(\S+)$", text("requirements.txt"), re.MULTILINE)
    assert f"\nboto3=={least}\n" in text("tests/requirements/oldest-boto3.txt")
    assert f"boto3 {least.removesuffix('.0')} or newer" in " ".join(text("README.md").split())
