# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""``ansible-test sanity``, and the home directory where it keeps an environment for each of its tests.

``make setup`` makes that: ansible-test would make all of them anew in an empty one, as it has pinned them.
"""

from __future__ import annotations

import os
import shutil
import sys
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.gates.tools import NEWEST, OLDEST, ROOT, attempt, run

if TYPE_CHECKING:
    from subprocess import CompletedProcess

# ansible-test starts its environments with a script that it expects in its cache, or loads from the net.
BOOTSTRAP = """\
import shutil, sysconfig
shutil.copytree("{pip}", sysconfig.get_path("purelib"), dirs_exist_ok=True)
"""
PIP_VERSION = """\
from types import SimpleNamespace
from ansible_test._internal.python_requirements import get_venv_packages
print(get_venv_packages(SimpleNamespace(version="{version}"))["pip"])
"""


@dataclass(frozen=True)
class Sanity:
    """What one Ansible checks: all of its tests, or those that are named."""

    name: str
    venv: Path
    tests: tuple[str, ...] = ()

    @property
    def home(self) -> Path:
        return ROOT / ".cache" / "sanity" / self.name

    @property
    def stamp(self) -> Path:
        return self.home / ".installed"

    def check(self, place: Path, *words: str, tests: tuple[str, ...] = ()) -> CompletedProcess[str]:
        """Run it in a collection, or in a part of one."""
        named = [word for test in tests or self.tests for word in ("--test", test)]
        command = ["sanity", "--venv", "--python", self._python_version(), "--color", "no", *named, *words]
        env = {"HOME": str(self.home)}
        return attempt(self.venv / "bin/ansible-test", *command, cwd=place, venv=self.venv, env=env)

    def prepare(self) -> None:
        """Make the home with the environments."""
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True)
        self._bring_pip()
        self._settle_pip()
        with TemporaryDirectory() as folder:
            place = Path(folder, "ansible_collections", "tablekeeper", "dynamodb")
            place.mkdir(parents=True)
            shutil.copy2(ROOT / "galaxy.yml", place)
            done = self.check(place, "--prime-venvs")
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        for packages in self.home.glob(".ansible/test/venv/*/*/*/lib/python*/site-packages"):
            (packages / "startup.pth").write_text(f"{ROOT / 'tests' / 'startup'}\n", encoding="utf-8")
        self.stamp.touch()

    def _python_version(self) -> str:
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        return run(self.venv / "bin/python", "-c", code).strip()

    def _bring_pip(self) -> None:
        """The pip that ansible-test wants."""
        code = PIP_VERSION.format(version=self._python_version())
        pip = run(self.venv / "bin/python", "-c", code).strip()
        target = self.home / "pip"
        run(self.venv / "bin/python", "-m", "pip", "install", "--quiet", "--target", target, f"pip=={pip}")
        script = self.home / ".ansible/test/cache" / f"get_pip_{pip.replace('.', '_')}.py"
        script.parent.mkdir(parents=True)
        script.write_text(BOOTSTRAP.format(pip=target), encoding="utf-8")

    def _settle_pip(self) -> None:
        """Its settings, in a file: ansible-test passes on no environment."""
        settings = ConfigParser(interpolation=None)
        settings.read([Path.home() / ".pip/pip.conf", Path.home() / ".config/pip/pip.conf"])
        settings.read_dict({"global": {
            name.removeprefix("PIP_").lower().replace("_", "-"): value
            for name, value in os.environ.items()
            if name.startswith("PIP_") and name != "PIP_CONFIG_FILE"
        }})  # fmt: skip
        config = self.home / ".config/pip/pip.conf"
        config.parent.mkdir(parents=True)
        with config.open("w", encoding="utf-8") as file:
            settings.write(file)


# What an older Ansible or Python may refuse although the newest takes it. Style is the same everywhere.
OWN = ("ansible-doc", "compile", "import", "runtime-metadata", "validate-modules")
SANITY = {"newest": Sanity("newest", NEWEST), "oldest": Sanity("oldest", OLDEST, OWN)}

if __name__ == "__main__":
    SANITY[sys.argv[1]].prepare()
