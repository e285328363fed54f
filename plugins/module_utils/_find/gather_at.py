# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is exported to find items at a moment of point-in-time recovery, and what that costs.

A filter leaves the items with the wanted keys. One partition key lessens what DynamoDB reads: that of the
keys that are given, or one that the condition asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._aws import dynamodb
from .._base.times import told
from .._exports import filters
from .._exports.gather import place, reach
from .._exports.price import cost
from .._exports.request import KMS, Request, Table
from .._exports.rights import needed
from .._exports.windows import WindowError, require_past, require_reached
from . import keys as item_keys
from .gather_states import types_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .._aws.client import Aws
    from .._exports.price import Cost
    from .._exports.request import Place
    from .._items.size import Item
    from .asked import Asked


@dataclass(frozen=True)
class Planned:
    """An export that answers the question."""

    request: Request
    place: Place
    keys: Mapping[str, str]  # of the table, names with their types
    cost: Cost

    def to_json(self) -> dict[str, Any]:
        """What a module returns of it in check mode."""
        return {
            "text": f"Would export {self.request} to {self.place.bucket}, which takes minutes.",
            "price": self.cost.text,
            "rights": needed(encrypted=self.place.encryption == KMS),
        }


def planned(aws: Aws, bucket: str, asked: Asked, moment: datetime) -> Planned:
    """The export; WindowError says why there can be none, KeysError which key is none of the table."""
    table = dynamodb.describe_table(aws("dynamodb"), asked.table)
    if table is None:
        raise WindowError(
            f"There is no table {asked.table}, and its point-in-time recovery is gone with it: look in its"
            " points, with O(points) in place of O(at)."
        )
    reached = reach(aws, asked.table)
    require_past(moment, reached)
    require_reached(moment, reached)
    types = types_of(table)
    wanted = item_keys.wanted(asked.keys, types).wanted if asked.keys else _asked_for(asked, types)
    chosen = filters.by_keys(tuple(types), wanted) if wanted else None
    request = Request(Table(table["TableArn"], table["TableId"]), moment=moment, filter=chosen)
    return Planned(request, place(aws, bucket), types, cost([request], table.get("TableSizeBytes")))


def _asked_for(asked: Asked, types: Mapping[str, str]) -> tuple[Item, ...]:
    """The key that a condition asks for, or a part of it; none if it does without the partition key."""
    equal = asked.where.equal if asked.where else {}
    found: dict[str, Any] = {}
    for name in types:
        if name not in equal:
            break
        found[name] = equal[name]
    try:
        return item_keys.wanted([found], types).wanted if found else ()
    except item_keys.KeysError:
        return ()  # a value of another type: no item meets the condition, whatever is exported


def sentence(found: Planned, moment: datetime) -> str:
    """What is about to be done, with the price."""
    return f"export: {found.request.table.name} at {told(moment)}, price: {found.cost.text}"
