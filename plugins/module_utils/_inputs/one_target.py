# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""In which of the targets of a play something is done with a single table: in the one that lists it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def elsewhere(table: str, mine: Collection[str], others: Mapping[str, Collection[str]]) -> str:
    """The other target that it is done in; empty if it is this one, or nobody knows which."""
    listing = [name for name, tables in others.items() if table in tables]
    return listing[0] if len(listing) == 1 and table not in mine else ""


def undecided(
    table: str,
    mine: Collection[str],
    others: Mapping[str, Collection[str]],
    targets: Collection[str],
    done: str = "made",
) -> str:
    """Why nobody knows in which target it is to be done; empty if that is known. `done` says what it is."""
    if len(targets) <= 1 or elsewhere(table, mine, others):
        return ""
    listing = [name for name, tables in others.items() if table in tables]
    if not listing and table in mine:
        return ""
    choose = f"choose one with the limit, such as -l {next(iter(targets))}"
    if listing:
        return f"Nothing was {done}: {table} is listed by several targets of this play: {choose}."
    return (
        f"Nothing was {done}: none of the {len(targets)} targets of this play lists {table}: {choose}, or "
        "the one whose store has its backups."
    )
