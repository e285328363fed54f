# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether DynamoDB deletes an item by itself, since its time to live has passed.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html: the
attribute holds seconds since 1970 as a number, and what is more than five years ago is never deleted.
"""

from __future__ import annotations

import decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .size import Item

# Five years with their leap days.
OLDEST_SECONDS = 5 * 365 * 86400 + 2 * 86400


def has_expired(item: Item, attribute: str, now: float) -> bool:
    """Whether it may be deleted at a moment, in seconds since 1970. Without an attribute nothing expires."""
    held = item.get(attribute, {}).get("N") if attribute else None
    if held is None:
        return False
    try:
        until = decimal.Decimal(held)
    except decimal.InvalidOperation:
        return False
    return now - OLDEST_SECONDS < until <= now
