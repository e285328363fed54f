# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How the gates run tools and read the checkout."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
import yaml

from tests.forking import program

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
NEWEST = Path(sys.prefix)
OLDEST = ROOT / ".venv-oldest"


def environment(venv: Path = NEWEST, **more: str) -> dict[str, str]:
    """The environment of a tool: those of its own virtual environment first, this one's after them."""
    path = os.pathsep.join([str(venv / "bin"), str(NEWEST / "bin"), os.environ["PATH"]])
    return {
        **os.environ,
        "PATH": path,
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_PIPELINING": "1",
        "NO_COLOR": "1",
        **more,
    }


def quick() -> dict[str, str]:
    """With it a tool that runs `ansible-playbook` finds one that starts quickly."""
    path = [str(Path(program("ansible-playbook")).parent), str(NEWEST / "bin"), os.environ["PATH"]]
    return {"PATH": os.pathsep.join(path)}


def attempt(
    *command: str | Path,
    cwd: Path = ROOT,
    venv: Path = NEWEST,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a tool."""
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment(venv, **(env or {})),
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )


def run(*command: str | Path, **how: Any) -> str:
    """Run a tool and return its output; when it fails, the test fails with what the tool said."""
    done = attempt(*command, **how)
    if done.returncode:
        fail(f"{shlex.join(done.args)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def fail(message: str) -> NoReturn:
    """Fail the test with a message for a reader, not with the place in the test."""
    pytest.fail(message, pytrace=False)


def tracked(*patterns: str) -> list[Path]:
    """The files of the checkout that git knows or would add, relative to its root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    paths = (Path(name) for name in listed.stdout.split("\0") if name)
    return sorted({path for path in paths if (ROOT / path).is_file()})


def load(path: Path | str) -> Any:
    """A YAML file of the checkout."""
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def names(directory: str, pattern: str = "*.py") -> list[str]:
    """The names of the plugins, roles or playbooks in a directory."""
    return sorted(path.stem for path in (ROOT / directory).glob(pattern) if path.name != "__init__.py")
