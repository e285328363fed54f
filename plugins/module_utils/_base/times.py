# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Times as modules return them: ISO 8601 in UTC, to the second."""

from __future__ import annotations

from datetime import UTC, datetime


def told(moment: datetime | None) -> str | None:
    """Such as 2026-11-23T14:00:03Z; a part of a second is left out."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None
