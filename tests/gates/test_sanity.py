# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""``ansible-test sanity``, no ignore file: all of the newest Ansible, and what the oldest alone can see."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.gates.conftest import copy_to
from tests.gates.sanity import OWN, SANITY
from tests.gates.tools import fail, run

if TYPE_CHECKING:
    from subprocess import CompletedProcess

# What runs from a checkout only, on a Python of ours: ruff and mypy look at it.
OURS_ALONE = ("benchmarks", "local_aws", "tests")
# What Ansible starts. It imports the rest, which the newest imports file by file: that is of this repository.
STARTED = [f"plugins/{kind}/" for kind in ("action", "doc_fragments", "filter", "lookup", "modules")]


def amazon(venv: Path) -> Path:
    """Where the virtual environment has the collections that ours imports."""
    code = "import ansible_collections.amazon.aws as aws; print(list(aws.__path__)[0])"
    return Path(run(venv / "bin/python", "-c", code).strip()).parent


def place(end: str, folder: Path) -> Path:
    """A copy of the collection beside what it imports, for a prepared ansible-test."""
    sanity = SANITY[end]
    if not sanity.stamp.exists():
        sanity.prepare()
    copy = copy_to(folder, without=OURS_ALONE)
    (copy.parents[1] / "amazon").symlink_to(amazon(sanity.venv))
    return copy


def found_nothing(done: CompletedProcess[str]) -> None:
    said = done.stdout + done.stderr
    found = [line for line in said.splitlines() if line.startswith(("ERROR:", "FATAL:"))]
    if done.returncode:
        fail("\n".join(found) or said)
    unchecked = [
        line for line in said.splitlines() if re.match(r"WARNING: (Skipping|Required program)", line)
    ]
    assert not unchecked


@pytest.mark.slow
def test_the_newest_finds_nothing(tmp_path: Path) -> None:
    found_nothing(SANITY["newest"].check(place("newest", tmp_path)))


@pytest.mark.slow
def test_the_oldest_finds_nothing(tmp_path: Path) -> None:
    copy = place("oldest", tmp_path)
    found_nothing(SANITY["oldest"].check(copy, tests=tuple(test for test in OWN if test != "import")))
    found_nothing(SANITY["oldest"].check(copy, *STARTED, tests=("import",)))
