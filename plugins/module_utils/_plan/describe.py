# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A plan in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._base.durations import words
from .._engines.planners import PLANNERS

if TYPE_CHECKING:
    from collections.abc import Mapping


def describe(plan: Mapping[str, Any]) -> list[dict[str, str]]:
    """A row of words per table of a plan (as data), in order of name."""
    rows = [_row(table, stack["name"]) for stack in plan["stacks"] for table in stack["tables"]]
    return sorted(rows, key=lambda row: row["table"])


def _row(table: Mapping[str, Any], stack: str) -> dict[str, str]:
    enabled = table["enabled"]
    in_words = PLANNERS[table["engine"]].in_words
    return {
        "table": table["name"],
        "engine": table["engine"],
        "schedule": in_words(table["every"], table["at"]) if enabled else "not enabled",
        "timezone": table["timezone"],
        "retention": f"{table['retention_days']} day{'' if table['retention_days'] == 1 else 's'}",
        "alarm": f"after {words(table['max_age'])} without a backup" if enabled else "none",
        "stack": stack,
    }
