# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What undoing an incident means for one item: the one rule, on one machine and on many.

Of an item there are three images: before the incident, at its end, and now. Each is told by its content
digest (_items/canonical.py), so that equal items are equal however they are spelled; None: there was no such
item.

This file is also shipped with the job that does the same on many machines: it imports nothing.
"""

from __future__ import annotations

# It is as it was before; nobody has touched it since the incident; somebody has.
SAME, PUT, DELETE, CONFLICT = "same", "put", "delete", "conflict"
# It would be put back, and DynamoDB would delete it again at once: its time to live is over.
EXPIRED = "expired"
ACTIONS = (PUT, DELETE, CONFLICT, EXPIRED, SAME)
WRITES = (PUT, DELETE)
# What an item is where only a point and the table are known.
MISSING, CHANGED, UNEXPECTED = "missing", "changed", "unexpected"
KINDS = (MISSING, CHANGED, UNEXPECTED)


def action(before: bytes | None, incident: bytes | None, now: bytes | None, *, expired: bool = False) -> str:
    """What is done with an item: it is only written where it still is what the incident made of it.

    `expired` says that the image before the incident has a time to live that is over.
    """
    if now == before:
        return SAME
    if expired and before is not None and now in (None, incident):
        return EXPIRED
    if now != incident:
        return CONFLICT
    return DELETE if before is None else PUT
