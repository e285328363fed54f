# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The names of the user's variables: what is misspelt would be ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _entries, _settings
from ._mistakes import SET, Mistake, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_KNOWN = frozenset(f"tablekeeper_{key}" for key in ("tables", "defaults", *_settings.CHECKS))
_OF_TABLES = frozenset(f"tablekeeper_{key}" for key in _entries.CHECKS)


def unknown(names: Iterable[str]) -> Iterator[Mistake]:
    """A mistake for each name that is not known. Its value is not asked for: it may be anything."""
    for name in sorted(set(names) - _KNOWN):
        if name in _OF_TABLES:
            allowed = "it is a key of tables: write it in tablekeeper_defaults, without tablekeeper_"
        else:
            allowed = nearest(name, _KNOWN, "variable")
        yield Mistake(name, "", SET, allowed)
