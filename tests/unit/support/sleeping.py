# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nobody waits: neither a test nor the threads that it starts."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


def without_waiting(
    monkeypatch: pytest.MonkeyPatch, told: Callable[[float], object] = lambda _seconds: None
) -> None:
    """Tell how long would be waited instead. Threads of before, which libraries keep, go on waiting."""
    sleep, others = time.sleep, {*threading.enumerate()} - {threading.current_thread()}

    def tell(seconds: float) -> None:
        if threading.current_thread() in others:
            sleep(seconds)
        else:
            told(seconds)

    monkeypatch.setattr(time, "sleep", tell)
