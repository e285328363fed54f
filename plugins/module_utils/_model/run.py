# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run that was started by hand is to those who watch it, whichever engine does the work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TableResult:
    """How one table's backup ended."""

    table: str
    ok: bool
    prefix: str = ""
    export: str = ""
    items: int | None = 0  # None: nobody counts them
    bytes: int | None = 0
    files: int | None = None
    error: str = ""
    cause: str = ""
    started: str = ""
    finished: str = ""
    log: str = ""

    @property
    def reason(self) -> str:
        """Why it failed, on one line."""
        return " ".join((self.cause or self.error or "AWS gave no cause").split())


class MachineError(Exception):
    """A stack that cannot be used; the text says why and what to do."""


class StartError(Exception):
    """A run that cannot be started now; the text says why and what to do."""


@dataclass(frozen=True)
class Watch:
    """An execution under way, and what is known of it, so that a later look asks for the rest only."""

    execution: str
    tables: tuple[str, ...]
    engine: str
    map_run: str = ""
    seen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """What one look found: the execution's state and the results not seen before."""

    watch: Watch
    state: str
    ended: bool
    results: tuple[TableResult, ...]


def lost_result(table: str, state: str, cause: str) -> TableResult:
    """What is said of a table whose run ended without a word about it."""
    text = f"The run ended {state} without a result for this table"
    return TableResult(table, ok=False, error=state, cause=f"{text}: {cause}" if cause else text)
