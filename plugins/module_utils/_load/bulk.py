# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lines that StartBulkPutItems may take, which puts files of S3 into a table that is there.

How a line holds a condition could not be read anywhere: docs/unverified.md. Nothing uses it unless told to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._items.strict_json import dumps_sorted

if TYPE_CHECKING:
    from .._items.size import Item


class NotVerifiedError(Exception):
    """What nobody has seen AWS take."""


def line(item: Item, condition: dict[str, Any] | None = None, *, unverified: bool = False) -> bytes:
    """An item, put only where the condition holds: ConditionExpression with its names and values."""
    if not unverified:
        raise NotVerifiedError(
            "The format of StartBulkPutItems is not verified: it is used only if asked for."
        )
    return dumps_sorted({"Item": item, **(condition or {})}) + b"\n"
