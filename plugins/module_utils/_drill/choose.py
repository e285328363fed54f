# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which tables are drilled, in which order, and with which of their points. Nothing here asks AWS."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from random import Random

    from .._model.drill import Drilled
    from .._model.history import RestorePoint
    from .._model.outputs import TableRecord
    from .._model.refusal import Refusal

NEWEST, RANDOM = "newest", "random"
_NEVER = datetime.min.replace(tzinfo=UTC)


class NotDrillableError(Exception):
    """Why nothing can be drilled, and what to do, in a sentence."""


@dataclass(frozen=True)
class Chosen:
    """The tables of a drill, and why these."""

    tables: tuple[str, ...]
    why: str


def tables(
    deployed: Mapping[str, TableRecord], last: Mapping[str, Drilled], named: Sequence[str], count: int
) -> Chosen:
    """The named tables, or as many of those that were not drilled for longest."""
    if named:
        return Chosen(tuple(named), "they were named")
    if count < 0:
        raise NotDrillableError(f"count is {count}: write how many tables are to be drilled, 0 for none")
    enabled = [name for name, each in deployed.items() if each.enabled]
    if not enabled:
        raise NotDrillableError(
            "No table is backed up here: name the tables to drill, or run the backup playbook first"
        )
    order = sorted(enabled, key=lambda name: (last[name].when if name in last else _NEVER, name))
    return Chosen(tuple(order[:count]), "they were not drilled for longest")


def point(points: Sequence[RestorePoint], how: str, random: Random) -> RestorePoint | None:
    """The newest of the backups in the bucket, or any that can be restored; None if there is none."""
    kept = [each for each in points if each.point is not None or each.why_not]
    if how == NEWEST:
        return max(kept, key=lambda each: (each.taken, each.id), default=None)
    usable = [each for each in kept if each.ways]
    return random.choice(usable) if usable else None


def trouble(table: str, found: RestorePoint | None, refusals: Sequence[Refusal] = ()) -> str:
    """Why a point cannot be drilled; empty if it can. What AWS refused to tell may be why there is none."""
    if found is None and refusals:
        why = "; ".join(f"{each.call}: {each.message or each.code}" for each in refusals)
        return f"AWS did not tell of all points of {table} ({why})."
    if found is None:
        return f"There is no backup of {table} that can be restored."
    return "" if found.ways else f"The backup {found.id} of {table} cannot be restored. {found.why_not}"


def unknown(named: Collection[str], deployed: Collection[str]) -> list[str]:
    """The named tables that no stack backs up."""
    return [name for name in named if name not in deployed]
