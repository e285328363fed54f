# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The state of a restore, as it lies in the bucket: what was chosen, what exists, and how far it has come.

It is written before AWS is asked for anything that lasts, and after each phase, so that whoever comes next
knows what a table is whose name nobody remembers.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from .options import WAYS

VERSION = 1
# In their order.
CHECK, CONVERT, MAKE, WAIT, FILL, COMPARE, SETTINGS, DIFF, FINISHED = (
    "check", "convert", "make", "wait", "fill", "compare", "settings", "diff", "finished",
)  # fmt: skip
PHASES = (CHECK, CONVERT, MAKE, WAIT, FILL, COMPARE, SETTINGS, DIFF, FINISHED)


class StateError(ValueError):
    """An object that is no state of a restore."""


@dataclass
class State:
    """One restore."""

    digest: str
    same: dict[str, Any]  # what must be the same to go on
    asked_point: str
    point: dict[str, Any]  # id, kind, taken, location, items, bytes, format
    way: str
    reasons: list[str]
    target_arn: str
    settings: dict[str, Any]  # that the table had, as a document
    begun: str
    phase: str = CHECK  # that it is in
    token: str = ""  # of the import
    table_id: str = ""  # empty: it is not known to be made
    made: str = ""  # when AWS said that it makes it
    import_arn: str = ""
    filled_on_demand: bool = False
    imports: dict[str, str] = field(default_factory=dict)  # bucket, prefix, format, compression
    converted: bool = False  # by us, for the import
    done: list[str] = field(default_factory=list)  # the steps of the settings
    found: dict[str, Any] = field(default_factory=dict)  # by comparing
    items: int | None = None
    bytes: int | None = None
    seconds: dict[str, float] = field(default_factory=dict)  # by phase
    result: dict[str, Any] = field(default_factory=dict)  # of a restore that is finished
    at_work: dict[str, Any] = field(default_factory=dict)  # the process that is, see at_work.py
    version: int = VERSION

    def has_passed(self, phase: str) -> bool:
        """Whether it has come further than this."""
        return PHASES.index(self.phase) > PHASES.index(phase)

    def to_json(self) -> str:
        """As text."""
        return json.dumps(asdict(self), indent=2, default=str) + "\n"


def from_json(text: str | bytes) -> State:
    """The state that a text holds."""
    try:
        found = json.loads(text)
        if found["version"] != VERSION:
            raise StateError(f"it is of version {found['version']}, and this collection reads {VERSION}")
        known = {each.name for each in fields(State)}
        state = State(**{name: value for name, value in found.items() if name in known})
        _check(state)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise StateError(f"it is no state of a restore ({error})") from error
    return state


def _check(found: State) -> None:
    """Raise if a member is not what later steps take it for."""
    PHASES.index(found.phase)
    for name in ("id", "kind", "location", "items", "bytes"):
        found.point[name]
    found.same["table"], found.settings["Version"], found.target_arn.split(":")[5]
    datetime.fromisoformat(found.begun)
    if found.way not in WAYS:
        raise StateError(f"there is no way {found.way}")
