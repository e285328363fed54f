# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The past of backups day by day, as runs tell it and as it is shown. Days are those of UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from .evidence import Run

LONGEST = 90  # days for which Step Functions tells of executions
BACKED_UP, FAILED, MISSED, VERIFIED = "backed_up", "failed", "missed", "verified"
DRILLED, DRILL_FAILED = "drilled", "drill_failed"


@dataclass(frozen=True)
class Told:
    """What runs tell of days: all that failed, and enough of the others to know whether one succeeded."""

    runs: Mapping[str, tuple[Run, ...]] = field(default_factory=dict)  # by table
    unread: frozenset[date] = frozenset()  # days of which some runs were not asked, for there are too many


@dataclass(frozen=True)
class Day:
    """What is known of a table's backups of one day."""

    day: date
    states: tuple[str, ...] = ()  # sorted; none: nothing is known, or nothing was due
    bytes: int | None = None  # of the newest point of the day
