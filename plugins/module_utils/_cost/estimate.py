# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a plan takes and costs, as far as its engines tell it before anything is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._engines.planners import PLANNERS

if TYPE_CHECKING:
    from collections.abc import Mapping


def estimate(plan: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> dict[str, list[str]]:
    """Lines that tell time and price for a plan (as data), and problems that must stop it.

    What is known of the account is told by engine; without it, as when nothing was asked of AWS, the lines
    tell the parts of each price.
    """
    lines: list[str] = []
    problems: list[str] = []
    for name, planner in PLANNERS.items():
        stacks = [stack for stack in plan["stacks"] if stack["engine"] == name]
        if stacks:
            facts = None if known is None else known.get(name)
            told = planner.estimate(stacks, plan["settings"]["engines"][name], facts)
            lines += told.lines
            problems += told.problems
    return {"lines": lines, "problems": problems}
