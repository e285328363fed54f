# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How far a plan is executed, as it lies in state.json beside it, and who is at work on it.

What was written stands in the log (log.py): the state is what a run that goes on needs beside that.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

VERSION = 1
# In their order.
WRITE, VERIFY, LOG, FINISHED = "write", "verify", "log", "finished"
PHASES = (WRITE, VERIFY, LOG, FINISHED)


class StateError(ValueError):
    """An object that is no state of an undo."""


@dataclass
class State:
    """One undo that was begun."""

    plan_sha256: str  # of plan.json
    begun: str
    started_by: str
    phase: str = WRITE  # that it is in
    acknowledged: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)  # by phase
    verified: dict[str, Any] = field(default_factory=dict)  # what was found at the end
    result: dict[str, Any] = field(default_factory=dict)  # of an undo that is finished
    at_work: dict[str, Any] = field(default_factory=dict)  # the process that is, see _base/at_work.py
    version: int = VERSION

    def has_passed(self, phase: str) -> bool:
        """Whether it has come further than this."""
        return PHASES.index(self.phase) > PHASES.index(phase)

    def to_json(self) -> bytes:
        """As text."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False).encode() + b"\n"


def of_json(text: bytes) -> State:
    """The state that a text holds; StateError says why it holds none."""
    try:
        found = json.loads(text)
        if found["version"] != VERSION:
            raise StateError(f"it is of version {found['version']}, and this collection reads {VERSION}")
        known = {each.name for each in fields(State)}
        state = State(**{name: value for name, value in found.items() if name in known})
        PHASES.index(state.phase)
        datetime.fromisoformat(state.begun)
    except StateError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise StateError(f"it is no state of an undo ({error!r})") from error
    return state
