# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""``ansible-test sanity``, no ignore file: all of the newest Ansible, and what the oldest alone can see."""

from __future__ import annotations

import os
import re
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.gates.conftest import copy_to
from tests.gates.tools import NEWEST, OLDEST, attempt, fail, run

# ansible-test starts its environments with a script that it expects in its cache, or loads from the net.
BOOTSTRAP = """\
import shutil, sysconfig
shutil.copytree("{pip}", sysconfig.get_path("purelib"), dirs_exist_ok=True)
"""
# What runs from a checkout only, on a Python of ours: ruff and mypy look at it.
OURS_ALONE = ("benchmarks", "local_aws", "tests")
# What an older Ansible or Python may refuse although the newest takes it. Style is the same everywhere.
OWN = ("ansible-doc", "compile", "import", "runtime-metadata", "validate-modules")
PIP_VERSION = """\
from types import SimpleNamespace
from ansible_test._internal.python_requirements import get_venv_packages
print(get_venv_packages(SimpleNamespace(version="{version}"))["pip"])
"""


def python_version(venv: Path) -> str:
    return run(venv / "bin/python", "-c", "import sys; print('%d.%d' % sys.version_info[:2])").strip()


def amazon(venv: Path) -> Path:
    """Where the virtual environment has the collections that ours imports."""
    code = "import ansible_collections.amazon.aws as aws; print(list(aws.__path__)[0])"
    return Path(run(venv / "bin/python", "-c", code).strip()).parent


def home(at: Path, venv: Path, version: str) -> dict[str, str]:
    """A home directory for ansible-test, which passes on no environment: pip's settings go into a file."""
    pip = run(venv / "bin/python", "-c", PIP_VERSION.format(version=version)).strip()
    run(venv / "bin/python", "-m", "pip", "install", "--quiet", "--target", at / "pip", f"pip=={pip}")
    script = at / ".ansible/test/cache" / f"get_pip_{pip.replace('.', '_')}.py"
    script.parent.mkdir(parents=True)
    script.write_text(BOOTSTRAP.format(pip=at / "pip"), encoding="utf-8")
    settings = ConfigParser(interpolation=None)
    settings.read([Path.home() / ".pip/pip.conf", Path.home() / ".config/pip/pip.conf"])
    settings.read_dict({"global": {
        name.removeprefix("PIP_").lower().replace("_", "-"): value
        for name, value in os.environ.items()
        if name.startswith("PIP_") and name != "PIP_CONFIG_FILE"
    }})  # fmt: skip
    config = at / ".config/pip/pip.conf"
    config.parent.mkdir(parents=True)
    with config.open("w", encoding="utf-8") as file:
        settings.write(file)
    return {"HOME": str(at)}


@pytest.mark.slow
@pytest.mark.parametrize(("venv", "tests"), [(NEWEST, ()), (OLDEST, OWN)], ids=["newest", "oldest"])
def test_finds_nothing(venv: Path, tests: tuple[str, ...], tmp_path: Path) -> None:
    place = copy_to(tmp_path, without=OURS_ALONE)
    (place.parents[1] / "amazon").symlink_to(amazon(venv))
    version = python_version(venv)
    done = attempt(
        venv / "bin/ansible-test", "sanity", "--venv", "--python", version, "--color", "no",
        *(word for test in tests for word in ("--test", test)),
        cwd=place, venv=venv, env=home(tmp_path / "home", venv, version),
    )  # fmt: skip
    said = done.stdout + done.stderr
    found = [line for line in said.splitlines() if line.startswith(("ERROR:", "FATAL:"))]
    if done.returncode:
        fail("\n".join(found) or said)
    unchecked = [
        line for line in said.splitlines() if re.match(r"WARNING: (Skipping|Required program)", line)
    ]
    assert not unchecked
