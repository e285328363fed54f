# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The guides of the embedded AWS: what they name is there, and what is there they name."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import local_aws
from local_aws.client.process import ROOT
from local_aws.server.serving import EXTENSIONS

HERE = Path(local_aws.__file__).parent
README = (HERE / "README.md").read_text(encoding="utf-8")
MISTAKES = (HERE / "ministack/README.md").read_text(encoding="utf-8")
LIST_ROUTES = """\
import json
from local_aws.server import control, serving
serving.build_app()
print(json.dumps(sorted(f"{method} {path.removeprefix(control.PREFIX)}" for method, path in control._routes)))
"""


@pytest.mark.aws
def test_names_each_endpoint_of_its_own() -> None:
    table = README.partition("## What it answers besides")[2].partition("## ")[0]
    routes = subprocess.run([sys.executable, "-c", LIST_ROUTES], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    named = re.findall(r"`((?:GET|POST|DELETE) \w+)`", table.partition("|---|")[2])
    assert sorted(named) == json.loads(routes.stdout)


def test_names_each_service() -> None:
    table = README.partition("## Whose services these are")[2].partition("## ")[0]
    rows = [row.split("|")[-2] for row in table.splitlines() if row.startswith("| ")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == {path.parent.name for path in HERE.glob("services/*/__init__.py")}


@pytest.mark.aws
def test_its_python_runs() -> None:
    (shown,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    subprocess.run([sys.executable, "-c", shown], cwd=ROOT, check=True)


def test_names_files_that_exist() -> None:
    named = set(
        re.findall(r"`((?:client|server|services|tests|ministack)/[\w/]+(?:\.\w+)?)`", README + MISTAKES)
    )
    named -= {"tests/recorded"}  # beside it, in the repository
    assert named
    assert {name for name in named if not (HERE / name).exists()} == set()


def test_the_mistakes_are_of_the_release_that_is_installed() -> None:
    assert f"ministack {version('ministack')}," in MISTAKES


def test_every_file_that_installs_something_is_installed() -> None:
    """By the list, or by a file of the list in its own package."""
    for path in HERE.glob("se*/**/*.py"):
        name = str(path.relative_to(HERE).with_suffix("")).replace("/", ".")
        if "\ndef install(" in path.read_text(encoding="utf-8") and name not in EXTENSIONS:
            others = (other.read_text(encoding="utf-8") for other in path.parent.glob("*.py"))
            assert any(re.search(rf"\b{path.stem}\.install\(", other) for other in others), name
