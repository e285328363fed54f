# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a condition asks attributes to be equal to, whatever else it asks: customer == 'C-17' && total > `10`.

Where the partition key is among it, DynamoDB need not read more of a table than the items with that key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Node = Mapping[str, Any]


def equalities(tree: Node) -> dict[str, Any]:
    """The values by the names of attributes. The tree is jmespath's, of the whole condition.

    Of two values for one name, of which no item can have both, either is right.
    """
    return dict(_pairs(tree))


def _pairs(node: Node) -> Iterator[tuple[str, Any]]:
    if node["type"] == "and_expression":
        for child in node["children"]:
            yield from _pairs(child)
    elif node["type"] == "comparator" and node["value"] == "eq":
        one, other = node["children"]
        for name, value in ((one, other), (other, one)):
            if name["type"] == "field" and value["type"] == "literal":
                yield name["value"], value["value"]
