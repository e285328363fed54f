# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The past of a table's backups, day by day. Days are those of UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


LONGEST = 90  # days for which Step Functions tells of executions
BACKED_UP, FAILED, MISSED, VERIFIED = "backed_up", "failed", "missed", "verified"
DRILLED, DRILL_FAILED = "drilled", "drill_failed"


@dataclass(frozen=True)
class Day:
    """What is known of a table's backups of one day."""

    day: date
    states: tuple[str, ...] = ()  # sorted; none: nothing is known, or nothing was due
    bytes: int | None = None  # of the newest point of the day
