# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of the deployed tables a user asked for."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .._base.checks import flag
from .._base.mistakes import NotAllowedError, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


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


def enabled_names(value: object) -> list[str]:
    """The same, without those that are switched off."""
    names = entry_names(value)
    entries = value if isinstance(value, list) else []
    return [name for name, each in zip(names, entries, strict=True) if not _switched_off(each)]


def _switched_off(entry: object) -> bool:
    try:
        return isinstance(entry, dict) and not flag(entry.get("enabled", True))
    except NotAllowedError:
        return False


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


@dataclass(frozen=True)
class Selection:
    """The tables to back up, and those that were asked for and are not here."""

    chosen: list[str]
    elsewhere: list[str] = field(default_factory=list)  # named, and listed by other targets
    not_deployed: list[str] = field(default_factory=list)  # listed by this target, and backed up by no stack


def select(
    deployed: Mapping[str, bool],
    wanted: Iterable[str],
    where: str,
    listed: Iterable[str] = (),
    others: Mapping[str, Collection[str]] | None = None,
) -> Selection:
    """The wanted tables, or all enabled ones; deployed maps each name to whether it is enabled.

    `listed` is what the inventory lists for this target, `others` what it lists for the play's other targets.
    """
    wanted, here, others = list(wanted), set(listed), others or {}
    unknown = [name for name in wanted if name not in deployed]
    of_others = {name for names in others.values() for name in names}
    elsewhere = [name for name in unknown if name in of_others and name not in here]
    if wanted and len(elsewhere) == len(wanted):
        return Selection([], elsewhere)
    if not deployed:
        raise SelectionError(f"No table is backed up {where}: run the backup playbook first.")
    if missing := [name for name in unknown if name not in elsewhere]:
        raise SelectionError(_missing(missing, here, deployed, where, several=bool(others)))
    if wanted:
        return Selection(sorted(set(wanted) - set(elsewhere)), elsewhere)
    chosen = sorted(name for name, enabled in deployed.items() if enabled)
    not_deployed = sorted(here - deployed.keys())
    if not chosen and not not_deployed:
        raise SelectionError(
            f"Every table {where} is disabled: name the tables to back up now, "
            "or set enabled to true and run the backup playbook."
        )
    return Selection(chosen, [], not_deployed)


def _missing(
    missing: Iterable[str],
    listed: Collection[str],
    deployed: Mapping[str, bool],
    where: str,
    *,
    several: bool,
) -> str:
    clauses = []
    for name in missing:
        if name in listed:
            clauses.append(
                f"{name} is listed and not deployed {where}: run the backup playbook first, which says why "
                "if it cannot."
            )
        else:
            clauses.append(f"{name}: {nearest(name, deployed, f'table backed up {where}')}.{_why(name)}")
    hint = ["No other target lists it, either; set the limit if only one has it."] if several else []
    return " ".join([*clauses, *hint])


def _why(name: str) -> str:
    """What may have happened to a name of digits, or was meant with a star."""
    if name.isdecimal():
        return " YAML reads 0755 as 493 and 1_000 as 1000: write text with a comma after such a name."
    return " Names are taken as they are: a star stands for nothing." if re.search(r"[*?\[]", name) else ""
