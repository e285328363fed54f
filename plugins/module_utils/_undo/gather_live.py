# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The items of changes as they are in the table now, read consistently, some with each call."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from .._compare.gather_again import KEYS_A_CALL, read_again
from .._items.canonical import key_digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._aws.dynamodb_items import ItemReads
    from .._base.rate import Rate
    from .._items.size import Item
    from .change import Change


def with_now(
    reads: ItemReads, table: str, names: tuple[str, ...], changes: Iterator[Change], rate: Rate
) -> Iterator[tuple[Change, Item | None]]:
    """Each change, in its order, with the item that is there; None where there is none."""
    while some := list(islice(changes, KEYS_A_CALL)):
        found = {
            key_digest(item, names): item
            for item in read_again(reads, table, [each.key for each in some], rate)
        }
        for each in some:
            yield each, found.get(key_digest(each.key, names))
