# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two sides that are compared, one of which somebody may write to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.dynamodb_items import ItemReads
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.gather_differences import (
    Wanted,
    compared,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.gather_scan import Scan
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.gather_sides import (
    NEVER,
    Expiry,
    Files,
    Table,
)
from tests.unit.support.loading import TABLE, exported

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.compared import Tally
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.differing import Differing
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.gather_sides import Whole
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.progress import Progress
    from tests.unit.support.items import Item

KEYS = {"pk": "S"}


def table(aws: Aws, segments: int = 1) -> Table:
    client = aws("dynamodb")
    return Table(ItemReads(client), Scan(client, TABLE, segments, consistent=False), KEYS, 0)


def files(items: list[Item], number: int = 3) -> Files:
    return Files(exported(items, files=number), KEYS)


def found(
    expected: Whole, other: Whole, expiry: Expiry = NEVER, tell: list[Progress] | None = None, **wanted: Any
) -> tuple[Tally, dict[str, Differing]]:
    """The counts, and what differs by partition key."""
    told: list[Progress] = [] if tell is None else tell
    asked = Wanted(**wanted) if wanted else Wanted(all=True)
    with compared(expected, other, asked, told.append, expiry) as outcome:
        return outcome.tally, {each.key["pk"]["S"]: each for each in outcome.differing()}
