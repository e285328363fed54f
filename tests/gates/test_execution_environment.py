# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The execution environment: ansible-builder takes it, and it has what is tested and all that is imported."""

from __future__ import annotations

import ast
import json
import re
import sys
from typing import TYPE_CHECKING, Any

import yaml

from tests.gates.conftest import copy_to
from tests.gates.snippets import snippets
from tests.gates.tools import NEWEST, ROOT, load, run, tracked

if TYPE_CHECKING:
    from pathlib import Path

DEFINITION = "playbooks/awx/execution-environment.yml"
# Ansible, what it cannot be without, and the collections.
WITH_ANSIBLE = {"ansible", "ansible_collections", "jinja2", "yaml"}
# What botocore requires itself, and what only the job of AWS Glue imports, which has it.
WITH_BOTOCORE, WITH_GLUE = {"jmespath", "urllib3"}, {"pyspark"}


def pins() -> dict[str, str]:
    """What is tested, as this Python has it."""
    listed: list[dict[str, str]] = json.loads(run("python", "-m", "pip", "list", "--format", "json"))
    return {one["name"].lower(): one["version"] for one in listed}


def test_builder_takes_it(tmp_path: Path) -> None:
    run(
        "ansible-builder",
        "create",
        "-f",
        ROOT / DEFINITION,
        "-c",
        tmp_path,
        "--output-filename",
        "Containerfile",
    )
    containerfile = (tmp_path / "Containerfile").read_text(encoding="utf-8")
    assert load(DEFINITION)["images"]["base_image"]["name"] in containerfile
    wanted = yaml.safe_load((tmp_path / "_build/requirements.yml").read_text(encoding="utf-8"))
    assert wanted == load(DEFINITION)["dependencies"]["galaxy"]


def test_builder_finds_what_the_collection_needs(tmp_path: Path) -> None:
    """Through meta/execution-environment.yml, in what users install."""
    copy_to(tmp_path)
    found: dict[str, Any] = yaml.safe_load(run("ansible-builder", "introspect", tmp_path))
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            assert line in str(found["python"])
    assert load("meta/execution-environment.yml")["dependencies"] == {
        "python": "requirements.txt",
        "system": "bindep.txt",
    }


def test_has_what_is_tested() -> None:
    """The versions of the newest end."""
    dependencies, tested = load(DEFINITION)["dependencies"], pins()
    galaxy = {one["name"]: one["version"] for one in dependencies["galaxy"]["collections"]}
    code = "import ansible_collections.amazon.aws as aws; print(list(aws.__path__)[0])"
    manifest = json.loads((NEWEST / run("python", "-c", code).strip() / "MANIFEST.json").read_bytes())
    assert galaxy == {
        "tablekeeper.dynamodb": load("galaxy.yml")["version"],
        "amazon.aws": manifest["collection_info"]["version"],
    }
    if sys.version_info >= (3, 12):
        assert dependencies["ansible_core"]["package_pip"] == f"ansible-core=={tested['ansible-core']}"
    for requirement in dependencies["python"]:
        name, _equals, version = requirement.partition("==")
        assert tested[name] == version


def test_has_what_is_imported() -> None:
    needed = {re.split(r"[<>=~! ]", line)[0] for line in requirements()}
    installed = {requirement.partition("==")[0] for requirement in load(DEFINITION)["dependencies"]["python"]}
    assert imported() <= needed == installed


def requirements() -> list[str]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def imported() -> set[str]:
    """The packages that the plugins import and that do not come with Python or Ansible."""
    found: set[str] = set()
    for path in tracked("plugins/*.py"):
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module)
    packages = {name.partition(".")[0] for name in found}
    return packages - set(sys.stdlib_module_names) - WITH_ANSIBLE - WITH_BOTOCORE - WITH_GLUE


def test_builder_takes_the_collection_as_a_file(tmp_path: Path) -> None:
    """As the guide shows it, with the other collections in the versions that are tested."""
    (shown,) = [
        block
        for snippet in snippets("docs/awx.md")
        if snippet.language == "yaml" and "dependencies" in (block := yaml.safe_load(snippet.text))
    ]
    definition = load(DEFINITION)
    shipped = definition["dependencies"]["galaxy"]["collections"]
    others = [one for one in shipped if one["name"] != "tablekeeper.dynamodb"]
    assert shown["dependencies"]["galaxy"]["collections"][1:] == others
    version = load("galaxy.yml")["version"]
    assert shown["additional_build_files"][0]["src"] == f"tablekeeper-dynamodb-{version}.tar.gz"
    (tmp_path / shown["additional_build_files"][0]["src"]).touch()
    definition["dependencies"].update(shown.pop("dependencies"))
    written = tmp_path / "execution-environment.yml"
    written.write_text(yaml.safe_dump({**definition, **shown}), encoding="utf-8")
    run("ansible-builder", "create", "-f", written, "-c", tmp_path / "context", cwd=tmp_path)
