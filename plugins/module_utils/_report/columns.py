# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Text tables and wrapped sentences, as wide as a terminal shows them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Ansible's own quotes and indentation make 100 columns of it.
WIDTH = 86


def aligned(heads: Sequence[str], rows: Sequence[Mapping[str, str]]) -> list[str]:
    """A line of heads, and a line for each row, in columns."""
    titles = {head: head for head in heads}
    widths = {head: max(len(row[head]) for row in [*rows, titles]) for head in heads}
    return ["  ".join(row[head].ljust(widths[head]) for head in heads).rstrip() for row in [titles, *rows]]


def cut(name: str, most: int) -> str:
    """A name without its middle, if it is too long."""
    if len(name) <= most:
        return name
    begin = (most - 3) // 2
    return f"{name[:begin]}...{name[len(name) - (most - 3 - begin) :]}"


def wrapped(text: str, first: str, later: str) -> list[str]:
    """The lines of a sentence, each with what it begins with."""
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False)
