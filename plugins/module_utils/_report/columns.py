# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Text tables and wrapped sentences, as wide as a terminal shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._base import wrapping
from .._base.wrapping import COLUMNS, cut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["WIDTH", "aligned", "cut", "wrapped"]

# Ansible's own quotes and indentation make all columns of it.
WIDTH = COLUMNS - 14


def aligned(heads: Sequence[str], rows: Sequence[Mapping[str, str]]) -> list[str]:
    """A line of heads, and a line for each row, in columns."""
    titles = {head: head for head in heads}
    widths = {head: max(len(row[head]) for row in [*rows, titles]) for head in heads}
    return ["  ".join(row[head].ljust(widths[head]) for head in heads).rstrip() for row in [titles, *rows]]


def wrapped(text: str, first: str, later: str) -> list[str]:
    """The lines of a sentence, each with what it begins with."""
    return wrapping.wrapped(text, first, later, WIDTH)
