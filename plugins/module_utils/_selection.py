# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of the deployed tables a user asked for."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from ._mistakes import NotAllowedError, nearest

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


def entry_names(value: object) -> list[str]:
    """The names of table entries, each of which is a name or a mapping with one."""
    if not isinstance(value, list):
        raise NotAllowedError("it must be a list of table names, or of mappings with a name")
    return [str(each.get("name", "") if isinstance(each, dict) else each) for each in value]


def names(value: object) -> list[str]:
    """Table names out of what a user wrote, or of what YAML made of it where that can be undone."""
    items = value if isinstance(value, (list, tuple)) else [] if value is None else [value]
    return split_names([_written(item) for item in items])


def _written(item: object) -> str:
    if isinstance(item, bool) or not isinstance(item, (str, int, dt.date)) or isinstance(item, dt.datetime):
        raise NotAllowedError(
            "it must be the names of tables: YAML has made something else of a name, "
            "so write text with a comma after the name"
        )
    return item.isoformat() if isinstance(item, dt.date) else str(item)


def select(deployed: Mapping[str, bool], wanted: Iterable[str], where: str) -> list[str]:
    """The wanted tables, or all enabled ones; deployed maps each name to whether it is enabled."""
    wanted = list(wanted)
    if not deployed:
        raise SelectionError(f"No table is backed up {where}: run the backup playbook first.")
    if unknown := [name for name in wanted if name not in deployed]:
        clauses = [
            f"{name}: {nearest(name, deployed, f'table backed up {where}')}.{_digits(name)}"
            for name in unknown
        ]
        raise SelectionError(" ".join(clauses))
    chosen = wanted or [name for name, enabled in deployed.items() if enabled]
    if not chosen:
        raise SelectionError(
            f"Every table {where} is disabled: name the tables to back up now, "
            "or set enabled to true and run the backup playbook."
        )
    return sorted(chosen)


def _digits(name: str) -> str:
    """What may have happened to a name of digits."""
    if not name.isdecimal():
        return ""
    return " YAML reads 0755 as 493 and 1_000 as 1000: write text with a comma after such a name."
