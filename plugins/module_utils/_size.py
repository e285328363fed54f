# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Bytes as people read them, in powers of 1,024 as DynamoDB bills them."""

from __future__ import annotations

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def words(count: int) -> str:
    """A number of bytes, such as "5.3 MiB"."""
    if count < 1024:
        return f"{count} B"
    power = next((power for power in range(1, len(_UNITS)) if count < 1023.95 * 1024**power), len(_UNITS) - 1)
    return f"{count / 1024**power:,.1f} {_UNITS[power]}"
