# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of the deployed tables a user asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ._mistakes import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class SelectionError(Exception):
    """The tables asked for cannot be had; the text says why and what to do."""


def split_names(value: object) -> list[str]:
    """Table names from a list or from text cut at commas and white space; None and "" are no names."""
    if value is None:
        return []
    texts = [str(item) for item in value] if isinstance(value, (list, tuple)) else [str(value)]
    names = [name for text in texts for name in re.split(r"[,\s]+", text) if name]
    return list(dict.fromkeys(names))


def select(deployed: Mapping[str, bool], wanted: Iterable[str], where: str) -> list[str]:
    """The wanted tables, or all enabled ones; deployed maps each name to whether it is enabled."""
    wanted = list(wanted)
    if not deployed:
        raise SelectionError(f"No table is backed up {where}: run the backup playbook first.")
    if unknown := [name for name in wanted if name not in deployed]:
        clauses = [f"{name}: {nearest(name, deployed, f'table backed up {where}')}." for name in unknown]
        raise SelectionError(" ".join(clauses))
    chosen = wanted or [name for name, enabled in deployed.items() if enabled]
    if not chosen:
        raise SelectionError(
            f"Every table {where} is disabled: name the tables to back up now, "
            "or set enabled to true and run the backup playbook."
        )
    return sorted(chosen)
