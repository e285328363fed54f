# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What exports cost, as far as anybody can tell before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .._base.amounts import money
from .._model.prices import PRICES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .request import Request

GB = 1_000_000_000
# Seen of an incremental export that was empty; AWS does not document it.
LEAST_INCREMENTAL = 10_000_000


@dataclass(frozen=True)
class Cost:
    """In dollars of us-east-1."""

    least: float
    most: float | None  # None: nobody knows how much has changed
    text: str


def cost(requests: Sequence[Request], table_bytes: int | None) -> Cost:
    """Of exports of one table, whose bytes DynamoDB counts every six hours."""
    windows = sum(1 for each in requests if each.window)
    whole = len(requests) - windows
    of_changes, of_tables = PRICES["export_changes"], PRICES["export"]
    least, parts = windows * LEAST_INCREMENTAL / GB * of_changes.dollars, []
    if windows:
        number = "1 export" if windows == 1 else f"{windows} exports"
        each = f"${of_changes.dollars:.2f} per {of_changes.unit}"
        parts.append(f"{number} of changes at {each}, {money(least)} at least")
    if not whole:
        return Cost(least, None, _text(parts, of_changes.source))
    if table_bytes is None:
        return Cost(least, None, _text([*parts, "nobody knows how large the table is"], of_tables.source))
    tables = whole * table_bytes / GB * of_tables.dollars
    filtered = any(each.filter for each in requests)
    least_of_it = ", or as much less as its filter leaves out," if filtered else ""
    parts.append(f"{money(tables)}{least_of_it} at ${of_tables.dollars:.2f} per {of_tables.unit}")
    return Cost(
        least + (0 if filtered else tables), None if windows else tables, _text(parts, of_tables.source)
    )


def _text(parts: list[str], source: str) -> str:
    return f"{'; '.join(parts)} in us-east-1 ({source})"
