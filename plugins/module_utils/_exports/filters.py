# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters of exports: which items, and which of their attributes, by expressions of DynamoDB's.

A condition on one partition key lessens what DynamoDB reads; a filter only what it writes. An expression has
at most 4 KB and 300 operators. In an incremental export they look at the newest image of an item, or at the
old one if it was deleted.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_FilterSpecification.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Filtered.html
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._items.size import Item

# The first that knows filters, by its model.
BOTOCORE = "1.43.106"
MOST_OPERATORS, MOST_BYTES = 300, 4096


@dataclass(frozen=True)
class Filter:
    """What an export is to hold. Values are DynamoDB JSON, with binary as base64 text."""

    key_condition: str = ""
    filter: str = ""
    projection: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    values: Item = field(default_factory=dict)

    def specification(self) -> dict[str, Any]:
        """As boto3 takes it."""
        parts = {
            "KeyConditionExpression": self.key_condition,
            "FilterExpression": self.filter,
            "ProjectionExpression": self.projection,
            "ExpressionAttributeNames": dict(self.names),
            "ExpressionAttributeValues": {name: _as_bytes(value) for name, value in self.values.items()},
        }
        return {name: value for name, value in parts.items() if value}


def by_keys(names: Sequence[str], keys: Sequence[Item], attributes: Sequence[str] = ()) -> Filter | None:
    """The items that have one of the keys, or a partition key alone where that is all that is given.

    The table's key attributes are given by name, the partition key first. With attributes named, items have
    no others, beside their keys. None if there are more keys than a filter can name: then everything is to be
    exported, and chosen from what comes.
    """
    aliases = {f"#k{number}": name for number, name in enumerate(names)}
    values: Item = {}
    conditions = []
    for number, key in enumerate(keys):
        equal = []
        for alias, name in aliases.items():
            if name in key:
                placeholder = f":{alias[1:]}v{number}"
                values[placeholder] = key[name]
                equal.append(f"{alias} = {placeholder}")
        conditions.append(" AND ".join(equal))
    one = len(conditions) == 1
    condition = conditions[0] if one else " OR ".join(f"({each})" for each in conditions)
    operators = sum(2 * len(key) for key in keys) - 1  # an equality each, with AND and OR between them
    if not one and (operators > MOST_OPERATORS or len(condition) > MOST_BYTES):
        return None
    wanted = {f"#a{number}": name for number, name in enumerate(attributes) if name not in names}
    projection = ", ".join([*aliases, *wanted]) if attributes else ""
    named = (
        dict(aliases) if projection else {each: name for each, name in aliases.items() if each in condition}
    )
    return Filter(condition if one else "", "" if one else condition, projection, {**named, **wanted}, values)


def too_old(version: str, *, known: bool) -> str:
    """The sentence for a boto3 that knows no filters of exports; empty if this one does."""
    if known:
        return ""
    return (
        f"Exporting a part of a table needs botocore {BOTOCORE} or newer, and this is {version}: install a "
        "newer boto3 where the module runs (pip install --upgrade boto3)."
    )


def _as_bytes(value: Mapping[str, Any]) -> dict[str, Any]:
    """A value as boto3 takes it: binary is bytes there."""
    ((kind, held),) = value.items()
    if kind == "B":
        return {kind: base64.b64decode(held)}
    if kind == "BS":
        return {kind: [base64.b64decode(each) for each in held]}
    if kind == "M":
        return {kind: {name: _as_bytes(each) for name, each in held.items()}}
    if kind == "L":
        return {kind: [_as_bytes(each) for each in held]}
    return {kind: held}
