# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS Data Pipeline can be removed as docs/decisions/0006-an-engine-is-a-wing.md says: the rest stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.engines.checkout import ROOT, Checkout
from tests.gates.drawing import reach

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


def apart() -> list[str]:
    """Tests that are read, and need not run again: of rooms that have no engine below them, and of memory."""
    tests = ROOT / "tests/unit/module_utils"
    rooms = {path.name for path in tests.glob("_*") if path.is_dir() and path.name[1] != "_"}
    places = [tests / room for room in sorted(rooms - reach("_engines"))]
    places += sorted(tests.glob("*/**/test_memory.py"))
    return [f"--deselect={place.relative_to(ROOT)}" for place in places]


@pytest.mark.newest
@pytest.mark.slow
def test_what_remains_without_it_stands(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path / "checkout")
    take_down(checkout)
    for program, *arguments in (
        ("python", "-m", "tests.inputs.make"),
        ("ruff", "check", "plugins", "tests", "benchmarks", "local_aws"),
        ("lint-imports", "--no-cache", str(checkout.root / "pyproject.toml")),
        ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", RUN_AGAIN, *apart(), "tests/unit"),
    ):
        folder = {"PYTHONPATH": str(checkout.root / "plugins")} if program == "lint-imports" else {}
        done = checkout.run(program, *arguments, **folder)
        assert done.returncode == 0, f"{program} {' '.join(arguments)}\n{(done.stdout + done.stderr)[-3000:]}"
