# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a month of the judged tables costs, by engine, as the status_info module returns it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._cost.month import Sized, months
from .._model.evidence import SourceTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._model.evidence import Evidence


def costs(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """Of the tables that are backed up; in cents, by prices that nobody asked AWS for."""
    tables = [Sized(each.record, size(each)) for each in evidence if each.record and each.record.enabled]
    return [
        {
            "engine": each.engine,
            "tables": each.tables,
            "unpriced": each.unpriced,
            "dollars_per_month": round(each.dollars, 2),
            "all_tables_dollars_per_month": round(each.all_dollars, 2),
        }
        for each in months(tables)
    ]


def size(evidence: Evidence) -> int | None:
    """The bytes of a table: as DynamoDB counts them, or as the newest point tells; None: nobody knows."""
    source, point = evidence.source, evidence.point()
    if isinstance(source, SourceTable) and source.bytes is not None:
        return source.bytes
    return point.bytes if point else None
