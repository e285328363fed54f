# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks of inputs that say which items are meant, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

from .._base.checks import text
from .._base.mistakes import NotAllowedError
from .._find.condition import HAS_JMESPATH, compiled
from .._find.writing import SUFFIXES
from .checks import file


def condition(value: object) -> str:
    """A condition in JMESPath. Where this machine has no jmespath, whoever asks it has to look."""
    found = text(value)
    if found is None:
        raise NotAllowedError("it must be text, a condition in JMESPath")
    if HAS_JMESPATH:
        compiled(found)
    return found


def texts(value: object) -> list[str]:
    """A list of text, or text cut at commas."""
    items = value if isinstance(value, list) else str(value).split(",") if text(value) else None
    found = [text(each) for each in items or []]
    if items is None or not all(found):
        raise NotAllowedError("it must be a list of text, or text cut at commas")
    return [str(each) for each in found]


def items_file(value: object) -> str:
    """The absolute path of a file for items."""
    found = file(value)
    if Path(found).suffix.lower() not in SUFFIXES:
        raise NotAllowedError(f"it must end in {SUFFIXES[0]} for a table, or in {SUFFIXES[1]} for JSON lines")
    return found
