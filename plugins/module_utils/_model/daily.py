# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the runs of some days tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from .evidence import Run


@dataclass(frozen=True)
class Told:
    """What runs tell of days: all that failed, and enough of the others to know whether one succeeded."""

    runs: Mapping[str, tuple[Run, ...]] = field(default_factory=dict)  # by table
    unread: frozenset[date] = frozenset()  # days of which some runs were not asked, for there are too many
