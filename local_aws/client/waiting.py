# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waits for what the embedded AWS does by itself: a stack's end, an execution's, a mail."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 300


def until(look: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """What ``look`` finds, as soon as it finds something."""
    ends = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > ends:
            raise AssertionError(f"{what} did not happen within {seconds} seconds")
        time.sleep(0.1)
    return found
