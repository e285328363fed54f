# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The built artifact: what users get, no more and no less, and what Galaxy says of it."""

from __future__ import annotations

import json
import posixpath
import re
import tarfile
from typing import TYPE_CHECKING

import pytest

from tests.gates.tools import NEWEST, OLDEST, attempt, fail, names, run, tracked

if TYPE_CHECKING:
    from pathlib import Path

FOR_USERS = (
    "CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md",
    "bindep.txt", "changelogs/changelog.yaml", "docs/", "examples/inventory.yml", "extensions/eda/",
    "extensions/monitoring/", "extensions/patterns/", "meta/", "playbooks/", "plugins/", "requirements.txt",
    "roles/",
)  # fmt: skip


def test_no_link_is_committed() -> None:
    """A clone would have it lead to a place of the machine that it was made on."""
    staged = run("git", "ls-files", "--stage", venv=NEWEST).splitlines()
    assert staged
    assert [line for line in staged if line.startswith("120000 ")] == []


def test_holds_what_users_need(artifact: Path) -> None:
    with tarfile.open(artifact) as tar:
        held = {member.name for member in tar.getmembers() if member.isfile()}
    wanted = {
        str(path) for path in tracked() if str(path).startswith(FOR_USERS) and path.parts[0] != "LICENSES"
    }
    assert held == wanted | {"FILES.json", "MANIFEST.json"}


def test_links_lead_to_what_it_holds(artifact: Path) -> None:
    with tarfile.open(artifact) as tar:
        held = {member.name for member in tar.getmembers()}
        pages = {name: _text(tar, name) for name in held if name.endswith(".md")}
    dead = [
        (page, link)
        for page, text in pages.items()
        for link in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text)
        if posixpath.normpath(posixpath.join(posixpath.dirname(page), link)) not in held
    ]
    assert dead == []


def _text(tar: tarfile.TarFile, name: str) -> str:
    file = tar.extractfile(name)
    return file.read().decode() if file else ""


@pytest.mark.parametrize("venv", [NEWEST, OLDEST], ids=["newest", "oldest"])
def test_installs_and_explains_itself(artifact: Path, venv: Path, tmp_path: Path) -> None:
    """Every plugin, role and playbook is found under its full name where only the artifact is installed."""
    env = {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path)}
    galaxy = [venv / "bin/ansible-galaxy", "collection", "install", "--no-deps", "-p", tmp_path, artifact]
    run(*galaxy, venv=venv, env=env, cwd=tmp_path)
    for kind, directory, pattern in (
        ("module", "plugins/modules", "*.py"),
        ("filter", "plugins/filter", "*.py"),
        ("lookup", "plugins/lookup", "*.py"),
        ("role", "roles", "*"),
    ):
        wanted = [f"tablekeeper.dynamodb.{name}" for name in names(directory, pattern)]
        doc = [venv / "bin/ansible-doc", "--json", "-t", kind, *wanted]
        explained = json.loads(run(*doc, venv=venv, env=env, cwd=tmp_path))
        assert [name for name in wanted if not explained[name]] == []
    playbooks = [f"tablekeeper.dynamodb.{name}" for name in names("playbooks", "*.yml")]
    syntax = [venv / "bin/ansible-playbook", "--syntax-check", *playbooks]
    run(*syntax, "-i", "localhost,", venv=venv, env=env, cwd=tmp_path)


@pytest.mark.slow
def test_galaxy_takes_it(artifact: Path, tmp_path: Path) -> None:
    """But for its ansible-lint: test_lint.py runs that on the same files, with less that is left out."""
    (tmp_path / "importer.cfg").write_text(
        "[galaxy-importer]\nCHECK_REQUIRED_TAGS = True\nRUN_FLAKE8 = False\nRUN_ANSIBLE_LINT = False\n"
        f"ANSIBLE_LOCAL_TMP = {tmp_path}\nTMP_ROOT_DIR = {tmp_path}\n",
        encoding="utf-8",
    )
    env = {"GALAXY_IMPORTER_CONFIG": str(tmp_path / "importer.cfg")}
    done = attempt("python", "-m", "galaxy_importer.main", artifact, cwd=tmp_path, env=env)
    said = done.stdout + done.stderr
    complaints = [line for line in said.splitlines() if line.startswith(("WARNING", "ERROR"))]
    if done.returncode or complaints:
        fail("\n".join(complaints) or said)
