# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with the user's variables, said in sentences."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .masking import masked_within

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN = 100

# In place of a value that is not looked at.
SET = object()


class NotAllowedError(Exception):
    """A value is not allowed; the text is the clause that says what is."""


@dataclass(frozen=True)
class Mistake:
    """One wrong value: where it stands, and the clause that says what is allowed there."""

    table: str
    key: str
    value: object
    allowed: str

    def __str__(self) -> str:
        subject = f"{self.table}: {self.key}" if self.key else self.table
        return f"{subject} is {shown(self.value)}, but {self.allowed}."


class PlanError(Exception):
    """Every mistake that was found, none left for the next attempt."""

    def __init__(self, mistakes: Iterable[Mistake | str]) -> None:
        self.mistakes = list(mistakes)
        number = "1 mistake" if len(self.mistakes) == 1 else f"{len(self.mistakes)} mistakes"
        head = f"{number} in the tablekeeper variables; nothing was changed:"
        super().__init__("\n".join([head, *(f"- {mistake}" for mistake in self.mistakes)]))


def shown(value: object) -> str:
    """A value as a user would recognize it, cut to a length that fits a line."""
    if value is None or value == "":
        return "not set"
    if value is SET:
        return "set"
    text = masked_within(json.dumps(value, default=str, ensure_ascii=False))
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def meant(name: str, known: Iterable[str]) -> str:
    """The name that must have been meant, empty if none is near."""
    names = sorted(known)
    close = difflib.get_close_matches(name.lower(), [each.lower() for each in names], n=1, cutoff=0.6)
    return next(each for each in names if each.lower() == close[0]) if close else ""


def nearest(name: str, known: Iterable[str], kind: str) -> str:
    """The clause for a name that does not exist: the closest that does, or a few of them."""
    names = sorted(known)
    if near := meant(name, names):
        hint = f"the nearest is {near}"
    elif len(names) <= 20:
        hint = f"there is {', '.join(names)}" if names else "there is none at all"
    else:
        hint = f"there is {', '.join(names[:5])} and {len(names) - 5} more"
    return f"there is no such {kind}: {hint}"
