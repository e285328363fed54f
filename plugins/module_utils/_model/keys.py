# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The keys of a table entry: what each may be, its default, and how people are told its value.

A key is a field here and nowhere else: a planned table has the fields of `Entry`, a stack's record of a table
those of `Remembered`. `tablekeeper_defaults` may have every key but the name. Keys that only one engine has
are that engine's: see `KEYS` of _engines/planning.py. README.md explains each to users; a test holds the two
together.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from .._base import durations
from .._base.checks import clock, flag, matching, never_or, span, tags, whole, zone
from .._base.durations import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._base.checks import Check

LONGEST_RETENTION = 3650
_LONGEST_INTERVAL = 31 * DAY
_LONGEST_AGE = 2 * _LONGEST_INTERVAL
# Auditors ask for a drill a year, or more.
_LONGEST_DRILL_INTERVAL = 366 * DAY

NAME = matching(
    r"[A-Za-z0-9_.-]{3,255}", "a table name has 3 to 255 letters, digits, or _ . - (and no ARN around it)"
)


def _yes_or_no(value: bool) -> str:
    return "true" if value else "false"


def _how_often(hours: int) -> str:
    return durations.words(hours) if hours else "never"


def _key(check: Check[Any], words: Callable[[Any], str] = str, *, derived: bool = False) -> dict[str, Any]:
    """What is known of a key: its check, its value in words, whether its default depends on other keys."""
    return {"check": check, "words": words, "derived": derived}


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """What an entry says, and its stack remembers. Times are in hours."""

    name: str
    engine: str  # which there are, and the default, is known in _engines/planners.py
    every: int = field(
        default=DAY, metadata=_key(span(1, _LONGEST_INTERVAL, '"6 hours" or "1 day"'), durations.words)
    )
    at: str = field(default="", metadata=_key(clock, derived=True))
    timezone: str = field(default="UTC", metadata=_key(zone))
    retention_days: int = field(default=35, metadata=_key(whole(1, LONGEST_RETENTION)))
    max_age: int = field(
        default=0, metadata=_key(span(2, _LONGEST_AGE, '"30 hours"'), durations.words, derived=True)
    )
    enabled: bool = field(default=True, metadata=_key(flag, _yes_or_no))
    # How often a restore of it is to be proven; 0: nobody asks.
    drill_every: int = field(
        default=0, metadata=_key(never_or(span(DAY, _LONGEST_DRILL_INTERVAL, '"30 days"')), _how_often)
    )


@dataclass(frozen=True, kw_only=True)
class Entry(Remembered):
    """One table that the user wants backed up, nothing left open."""

    allow_empty: bool = field(default=False, metadata=_key(flag, _yes_or_no))
    tags: dict[str, str] = field(default_factory=dict, metadata=_key(tags))
    own: Any = None  # what only its engine knows


_KEYS = {each.name: each.metadata for each in fields(Entry) if each.metadata}
_EMPTY = Entry(name="", engine="")
CHECKS: dict[str, Check[Any]] = {name: key["check"] for name, key in _KEYS.items()}
DEFAULTS = {name: getattr(_EMPTY, name) for name, key in _KEYS.items() if not key["derived"]}
REMEMBERED = tuple(each.name for each in fields(Remembered) if each.name != "name")


def words(key: str, value: Any) -> str:
    """The value of a key, for people."""
    return str(_KEYS[key]["words"](value)) if key in _KEYS else str(value)
