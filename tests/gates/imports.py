# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which Python files lead to which others, be it through others. The embedded AWS leads to itself only."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from tests.gates.tools import ROOT, tracked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OURS = "ansible_collections.tablekeeper.dynamodb."


def leading_to(targets: set[Path]) -> set[Path]:
    """Files that import one of these, name it in a text that another Python gets, or have such a conftest."""
    uses = _uses()
    found: set[Path] = set()
    more = targets
    while more:
        found |= more
        more = {path for path, used in uses.items() if used & found} - found
    return found


def _uses() -> dict[Path, set[Path]]:
    paths = tracked("benchmarks/*.py", "plugins/*.py", "tests/*.py")
    files = {_module(path): path for path in paths}
    uses = {
        path: {files[part] for name in _names(path) for part in _parts(name) if part in files}
        for path in paths
    }
    for path in paths:
        conftests = {folder / "conftest.py" for folder in path.parents}
        uses[path] |= conftests & set(paths) - {path}
    return uses


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _parts(name: str) -> Iterator[str]:
    """A module, and the packages that are imported before it."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def _names(path: Path) -> Iterator[str]:
    """What a file imports anywhere, and what its texts name, which may be run."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = path.parts[: -node.level] if node.level else ()
            module = ".".join([*package, *([node.module] if node.module else [])])
            names = [module, *(f"{module}.{each.name}" for each in node.names)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names = [*re.findall(r"\w+(?:\.\w+)+", node.value), f"{node.value}.__main__"]
        else:
            continue
        yield from (name.removeprefix(OURS) for name in names)
