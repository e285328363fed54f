# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How far something is that takes long: whoever does it tells, and whoever shows it divides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """One moment of it. Items and bytes are of all that is done, also by calls before one that goes on."""

    phase: str
    items: int
    bytes: int
    total_items: int | None  # as far as it is known
    total_bytes: int | None
    seconds: float  # since this call began


Tell = Callable[[Progress], None]
