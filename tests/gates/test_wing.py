# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS Data Pipeline can be removed as docs/decisions/0006-an-engine-is-a-wing.md says: the rest stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.engines.checkout import ROOT, Checkout
from tests.gates.imports import leading_to
from tests.gates.tools import tracked

if TYPE_CHECKING:
    from pathlib import Path

DECISION = (ROOT / "docs/decisions/0006-an-engine-is-a-wing.md").read_text(encoding="utf-8")
PATHS, LINES = re.findall(r"```text\n(.*?)```", DECISION, re.DOTALL)

# What costs time is about AWS, and memory.
RUN_AGAIN = "not aws and not newest"


def take_down(checkout: Checkout) -> None:
    checkout.delete(*PATHS.split())
    file = ""
    for line in LINES.splitlines():
        kind, _blank, rest = line.strip().partition(" ")
        if not line.startswith(" "):
            file = line
        elif kind == "row":
            checkout.remove_row(file, rest)
        elif kind == "function":
            checkout.remove_function(file, rest)
        elif kind == "task":
            checkout.remove_task(file, rest)
        else:
            checkout.remove(file, line)


def apart(checkout: Checkout) -> list[str]:
    """Tests that need not run again: of Python alone, without what has changed, and of memory."""
    changed = {path for path in tracked("*.py") if not checkout.has_unchanged(path)}
    tests = tracked("tests/unit/benchmarks/test_*.py", "tests/unit/module_utils/*/test_*.py")
    memory = {path for path in tests if path.name == "test_memory.py"}
    return [f"--ignore={path}" for path in sorted(set(tests) - leading_to(changed) | memory)]


@pytest.mark.newest
@pytest.mark.slow
def test_what_remains_without_it_stands(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path / "checkout")
    take_down(checkout)
    options = ("-q", "-p", "no:cacheprovider", "-m", RUN_AGAIN, *apart(checkout))
    for program, *arguments in (
        ("python", "-m", "tests.inputs.make"),
        ("ruff", "check", "plugins", "tests", "benchmarks", "local_aws"),
        ("lint-imports", "--no-cache", str(checkout.root / "pyproject.toml")),
        ("python", "-m", "pytest", *options, "tests/unit"),
    ):
        folder = {"PYTHONPATH": str(checkout.root / "plugins")} if program == "lint-imports" else {}
        done = checkout.run(program, *arguments, **folder)
        assert done.returncode == 0, f"{program} {' '.join(arguments)}\n{(done.stdout + done.stderr)[-3000:]}"
