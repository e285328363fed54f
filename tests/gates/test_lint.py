# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The linters, on the whole checkout, without exceptions."""

from __future__ import annotations

import pytest

from tests.gates.tools import ROOT, load, quick, run

COMMANDS = [
    "ruff check .",
    "ruff format --check .",
    "mypy",
    "yamllint --strict .",
    pytest.param("ansible-lint --strict --nocolor", marks=pytest.mark.slow),
    "antsibull-changelog lint",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_finds_nothing(command: str) -> None:
    run(*command.split(), env=quick())


def test_nothing_is_left_out() -> None:
    config = load(".ansible-lint")
    assert config["profile"] == "production"
    assert "name[prefix]" in config["enable_list"]
    assert not config["skip_list"]
    assert not config["warn_list"]
    assert not {"exclude_paths", "mock_modules", "mock_roles"} & set(config)
    assert not (ROOT / ".ansible-lint-ignore").exists()
    assert not list((ROOT / "tests").glob("sanity/ignore*"))
