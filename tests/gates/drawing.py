# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Draws the rooms from their imports: ``python -m tests.gates.drawing`` writes docs/architecture.md anew."""

from __future__ import annotations

import re
import sys

import grimp

from tests.gates.tools import ROOT

GUIDE = ROOT / "docs/architecture.md"
MODULE_UTILS = ROOT / "plugins/module_utils"
DRAWN = re.compile(r"(?s)(?<=<!-- drawn from the imports: make drawing -->\n).*?(?=<!-- end -->)")


def drawn() -> str:
    """What stands between the two marks of the guide: a drawing, and a table of the rooms."""
    uses = _uses()
    arrows = [f"  {room} --> {other}" for room in uses for other in sorted(_needed(room, uses))]
    rows = [f"| `{room}` | {_about(room)} |" for room in uses]
    return "\n".join(
        ["", "```mermaid", "flowchart TD", *arrows, "```", "", "| room | files |", "|---|---|", *rows, "", ""]
    )


def _uses() -> dict[str, set[str]]:
    """Which rooms each room imports from, those first that nobody imports from."""
    sys.path.insert(0, str(MODULE_UTILS.parent))
    graph = grimp.build_graph("module_utils", cache_dir=None)
    rooms = sorted(path.name for path in MODULE_UTILS.iterdir() if path.is_dir() and path.name[1:2] != "_")
    uses: dict[str, set[str]] = {room: set() for room in rooms}
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            room, other = module.split(".")[1], imported.split(".")[1]
            uses[room] |= {other} - {room}
    return dict(sorted(uses.items(), key=lambda each: (-len(_below(each[0], uses)), each[0])))


def _below(room: str, uses: dict[str, set[str]]) -> set[str]:
    return uses[room] | {far for near in uses[room] for far in _below(near, uses)}


def _needed(room: str, uses: dict[str, set[str]]) -> set[str]:
    """Without what another arrow leads to as well."""
    return uses[room] - {far for near in uses[room] for far in _below(near, uses)}


def _about(room: str) -> str:
    """The files of a room, each engine's as its folder."""
    folder = MODULE_UTILS / room
    inner = sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name[0] != "_")
    files = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    return ", ".join([*(f"`{name}/`" for name in inner), *(f"`{name}`" for name in files)])


if __name__ == "__main__":
    GUIDE.write_text(DRAWN.sub(lambda _found: drawn(), GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
