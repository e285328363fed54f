# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rooms of plugins/module_utils: what may import what. CONTRIBUTING.md says what each is for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.registry import ENGINES
from tests.gates.drawing import DRAWN, GUIDE, drawn
from tests.gates.tools import ROOT, run

ROOMS = ROOT / "plugins/module_utils"
FILES = sorted(str(path.relative_to(ROOMS)) for path in ROOMS.rglob("*.py"))
# An engine is its own packages; what it plans with is held by a contract.
TOUCHES_AWS = re.compile(r"_aws/.*|_engines/.*|_[a-z]+/(gather|apply)(_[a-z_]+)?\.py")


def test_imports() -> None:
    """The contracts in pyproject.toml: floors, engines, planning, the embedded AWS, cycles."""
    run(
        "lint-imports",
        "--no-cache",
        ROOT / "pyproject.toml",
        cwd=ROOT / "plugins",
        env={"PYTHONPATH": f".:{ROOT}"},
    )


def test_the_contract_of_engines_is_for_all_of_them() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (listed,) = (each["modules"] for each in contracts if each["type"] == "independence")
    assert {name.rpartition(".")[2] for name in listed} == ENGINES.keys()


def test_there_are_only_rooms() -> None:
    assert [path.name for path in ROOMS.iterdir() if path.is_file()] == []


@pytest.mark.parametrize("name", [name for name in FILES if not TOUCHES_AWS.fullmatch(name)])
def test_what_neither_gathers_nor_applies_asks_nothing_of_aws(name: str) -> None:
    text = (ROOMS / name).read_text(encoding="utf-8")
    assert re.findall(r"^\s*from \.+_aws\b.*", text, re.MULTILINE) == []


@pytest.mark.parametrize("package", sorted(str(Path(name).parent) for name in FILES if "__init__" in name))
def test_a_package_begins_empty(package: str) -> None:
    assert (ROOMS / package / "__init__.py").read_bytes() == b""


def test_the_drawing_is_of_the_imports() -> None:
    """`make drawing` draws it anew."""
    (shown,) = DRAWN.findall(GUIDE.read_text(encoding="utf-8"))
    assert shown == drawn()
