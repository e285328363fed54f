# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Exports that hold a part of their table only: filtered ones, and incremental ones. They are no backups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FULL = "FULL_EXPORT"


def described_part(export: Mapping[str, Any]) -> str:
    """Why an export that DynamoDB describes is no backup of a whole table; empty if it is one."""
    return _part(export.get("ExportType", FULL), filtered=bool(export.get("FilterSpecification")))


def manifest_part(summary: Mapping[str, Any], *, filter_asked: bool = False) -> str:
    """The same of an export whose summary is read, as far as that tells: AWS does not document it.

    Who has asked for the filter wants no more than the part.
    """
    filtered = any(value for name, value in summary.items() if "filter" in name.lower())
    return _part(summary.get("exportType", FULL), filtered=filtered and not filter_asked)


def _part(kind: str, *, filtered: bool) -> str:
    if filtered:
        return "it holds a part of the table only: it was exported with a filter"
    return "" if kind == FULL else f"it holds a part of the table only: it is of the type {kind}"
