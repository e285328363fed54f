# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prices and spans of time as people write them, in estimates."""

from __future__ import annotations

CENT = 0.01
MINUTE, HOUR = 60, 3600


def money(dollars: float) -> str:
    """Such as $1,234.50."""
    return f"${dollars:,.2f}" if dollars >= CENT else "less than $0.01"


def span(seconds: float) -> str:
    """Such as 90 seconds, 7 minutes, 2.5 hours."""
    whole = int(seconds)
    if whole < 2 * MINUTE:
        return "a second" if whole <= 1 else f"{whole} seconds"
    return f"{whole // MINUTE:,} minutes" if whole < 2 * HOUR else f"{whole / HOUR:,.1f} hours"
