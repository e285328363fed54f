# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tells how far a comparison is, every second."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .._model.progress import Progress

if TYPE_CHECKING:
    from .._model.progress import Tell

TELL_SECONDS = 1.0
LOOK_EVERY = 1_000


class Teller:
    """Of one phase."""

    def __init__(self, tell: Tell, phase: str, total: int | None) -> None:
        self._tell, self._phase, self._total = tell, phase, total
        self._began = self._told = time.monotonic()
        self.items = self._bytes = 0

    def more(self, items: int, size: int) -> None:
        """So many more items, of so many bytes if they are known."""
        self.items += items
        self._bytes += size
        if self.items % LOOK_EVERY < items and time.monotonic() - self._told >= TELL_SECONDS:
            self.end()

    def end(self) -> None:
        """Tell it now."""
        self._told = time.monotonic()
        seconds = self._told - self._began
        self._tell(Progress(self._phase, self.items, self._bytes, self._total, None, seconds))
