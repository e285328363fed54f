# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lines by which people see that something long is getting on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .._base import sizes
from .._base.at_work import SEEN_EVERY_SECONDS
from .._base.options import named
from .._base.wrapping import COMMAND

if TYPE_CHECKING:
    from collections.abc import Callable

    from .progress import Progress

# Between two lines of one phase.
QUIET_SECONDS = 30.0


def shower(path: str | None, option_prefix: str = "") -> Callable[[str], None]:
    """Appends lines to the file that the action plugin reads; without one nobody sees them."""

    def show(text: str) -> None:
        if path:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(f"{named(text, option_prefix)}\n")

    return show


class Lines:
    """Gives lines to whoever shows them: at once what is said, now and then how far a phase is."""

    def __init__(self, table: str, show: Callable[[str], None], clock: Callable[[], float]) -> None:
        self.table = table
        self._show, self._clock = show, clock
        self._began = self._spoke = self._noted = clock()
        self.note: Callable[[], None] = lambda: None  # that somebody is at work; called about each minute

    def say(self, text: str, command: str = "") -> None:
        """Show a line, and below it a command, which is never broken."""
        self._spoke = self._clock()
        self._show(f"{self.table}: {text}")
        if command:
            self._show(f"{COMMAND}{command}")

    def progress(self, found: Progress, doing: str = "") -> None:
        """Show how far a phase is, and what AWS is doing, if it is a while ago that anything was shown."""
        self._is_at_work()
        if self._clock() - self._spoke >= QUIET_SECONDS:
            self.say(line(found) + (f": {doing}" if doing else ""))

    def at_work(self, phase: str, doing: str) -> None:
        """Show what AWS is doing while we wait, in the same way."""
        self._is_at_work()
        if self._clock() - self._spoke >= QUIET_SECONDS:
            self.say(f"{phase}, {_span(self._clock() - self._began)}: {doing}")

    def _is_at_work(self) -> None:
        if self._clock() - self._noted >= SEEN_EVERY_SECONDS:
            self._noted = self._clock()
            self.note()


def line(found: Progress) -> str:
    """How far a phase is: percent, items, bytes, bytes a second."""
    parts = [found.phase]
    if (share := percent(found)) is not None:
        parts.append(f"{share} %")
    parts.append(f"{found.items:,} items")
    if found.bytes:
        parts.append(sizes.words(found.bytes))
    if found.bytes and found.seconds >= 1:
        parts.append(f"{sizes.words(int(found.bytes / found.seconds))} a second")
    parts.append(_span(found.seconds))
    return ", ".join(parts)


def percent(found: Progress) -> int | None:
    """How much is done; None if nobody knows how much there is. It is never 100 before the end."""
    for done, total in ((found.bytes, found.total_bytes), (found.items, found.total_items)):
        if total:
            return min(99, done * 100 // total)
    return None


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds // 60:.0f} min"
