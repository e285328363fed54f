# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A limit of capacity a second, kept on what DynamoDB says that it took."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Rate:
    """A token bucket of one second's worth. It may be overdrawn: what a call costs shows afterwards."""

    def __init__(self, per_second: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second, self._clock = per_second, clock
        self._lock = threading.Lock()
        self._level, self._at = per_second or 0.0, clock()
        self._items, self._units = 1, 1.0  # of all that was paid for

    def wait(self, items: int) -> float:
        """How many seconds to wait before asking again; none if it may be done now."""
        if self.per_second is None:
            return 0.0
        with self._lock:
            now = self._clock()
            self._level = min(self.per_second, self._level + (now - self._at) * self.per_second)
            self._at = now
            if self._level <= 0:
                return -self._level / self.per_second + 0.01
            self._level -= self._expected(items)
            return 0.0

    def pay(self, items: int, units: float) -> None:
        """So many items were asked for, and this was consumed."""
        if self.per_second is None:
            return
        with self._lock:
            self._level += self._expected(items) - units
            self._items += items
            self._units += units

    def _expected(self, items: int) -> float:
        return items * self._units / self._items
