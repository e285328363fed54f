# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The order in which a job lays items: those of a partition key side by side, by the sort key."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """Where an item has its place among all (_items/key_order.py), and which record of it comes first."""

    partition: bytes
    sort: bytes
    at: int


def part_of(place: Place | bytes, parts: int) -> int:
    """In which of so many parts an item lies, by its place or by the digest of its key."""
    first = place if isinstance(place, bytes) else place.partition
    return int.from_bytes(first[:4], "big") % parts
